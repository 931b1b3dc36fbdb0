import type { Import } from "./import-graph.ts";

/** The rooms of the commands in their order: each may import those before it. */
const cliRooms = [
    "process",
    "terminal",
    "tools",
    "container-engine",
    "supply",
    "kubernetes",
    "kind",
    "pulumi",
    "session",
    "explain",
    "preview",
    "verify",
    "workflows",
    "commands",
].map((room) => `cli/${room}`);

/** Rooms that every room of the commands may import, too. */
const belowCli = ["components", "settings", "rendering", "loader"];

/** The allowed arrows: the rooms that a room may import besides itself. */
export const allowed: ReadonlyMap<string, readonly string[]> = new Map([
    ["components", []],
    ["loader", []],
    ["app", []],
    ["settings", ["components"]],
    ["index.ts", ["components", "settings"]],
    ["examples", ["components", "settings"]],
    ["rendering", ["components", "settings"]],
    ["offline", ["cli/process", "cli/terminal", "cli/tools", "cli/container-engine"]],
    ...cliRooms.map((room, index) => [room, [...cliRooms.slice(0, index), ...belowCli]] as const),
    ["cli", [...cliRooms, ...belowCli]],
    // The one entry of every npm script.
    ["cli/start.mjs", ["cli", "cli/workflows", "loader", "components", "bench", "tests"]],
    ["bench", ["*"]],
    ["tests", ["*"]],
]);

/**
 * The files of cli/ that may import offline/, dynamically (and its types): one, the supply's door. A file that needs a
 * tool or an image asks the supply for it.
 */
export const importersOfOffline: readonly string[] = ["cli/supply/made-here.ts"];

/** Names the room of a file; undefined for a file at the top that is no part of the program, as eslint.config.mjs. */
export function roomOf(file: string): string | undefined {
    const [first = "", second = "", ...rest] = file.split("/");
    if (file === "index.ts" || file === "cli/start.mjs") {
        return file;
    }
    if (first === "cli") {
        return rest.length > 0 ? `cli/${second}` : "cli";
    }
    return second === "" ? undefined : first;
}

/** Describes each import that goes from one room to another against the table. */
export function wrongArrows(imports: readonly Import[]): string[] {
    return imports.flatMap(({ from, to, form }) => {
        const [room, target] = [roomOf(from), roomOf(to)];
        if (room === undefined || target === undefined || room === target) {
            return [];
        }
        if (target === "offline" && from.startsWith("cli/") && form !== "static") {
            return importersOfOffline.includes(from)
                ? []
                : [`${from} imports ${to}: it is the supply that does that`];
        }
        const targets = allowed.get(room);
        if (targets === undefined) {
            return [`${from} is in ${room}, which is none of the rooms`];
        }
        return targets.includes(target) || targets.includes("*")
            ? []
            : [
                  `${from} imports ${to}: ${room} may import ${targets.length === 0 ? "nothing" : targets.join(", ")}`,
              ];
    });
}

/** Counts what a reader of the house wants to know: the rooms, and the arrows between them. */
export function figures(imports: readonly Import[]): { readonly rooms: number; readonly arrows: number } {
    const arrows = new Set<string>();
    const rooms = new Set<string>();
    for (const { from, to } of imports) {
        const [room, target] = [roomOf(from), roomOf(to)];
        if (room !== undefined && target !== undefined) {
            rooms.add(room).add(target);
            if (room !== target) {
                arrows.add(`${room} → ${target}`);
            }
        }
    }
    return { rooms: rooms.size, arrows: arrows.size };
}
