import { grouped } from "./grouped.ts";
import type { Cause, Effect, Report, TierReport } from "./report.ts";

/** How a name or a value is set apart from the words around it. */
export type Code = (text: string) => string;

const effectWords: Readonly<Record<Effect, string>> = {
    delete: "deleted",
    replace: "replaced",
    create: "created",
    roll: "rolls pods",
    update: "updated in place",
    none: "nothing",
};

/** What happens to a tier: "rolls pods". */
export function effectInWords({ effect, outage }: TierReport): string {
    return effectWords[effect] + (outage ? ", with an outage: its pods stop before others start" : "");
}

const operations = [
    ["create", "created"],
    ["update", "updated"],
    ["replace", "replaced"],
    ["delete", "deleted"],
    ["same", "unchanged"],
] as const;

/** How many resources: "1 updated, 5 unchanged". */
export function resourcesInWords({ resources }: TierReport): string {
    return operations
        .flatMap(([operation, word]) => {
            const count = resources[operation] ?? 0;
            return count === 0 ? [] : [`${count} ${word}`];
        })
        .join(", ");
}

/** How many causes of a tier's change are told one by one. */
const causesTold = 3;

/** Why a tier changes; empty when the code says it all by having it or not. */
export function causesInWords({ causes, effect }: TierReport, code: Code): string {
    const told = causes.slice(0, causesTold).map((cause) => causeInWords(cause, code));
    const more = causes.length - told.length;
    if (told.length === 0 && effect !== "none") {
        return effect === "create"
            ? "new in the program"
            : effect === "delete"
              ? "gone from the program"
              : "";
    }
    return told.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function causeInWords(cause: Cause, code: Code): string {
    switch (cause.kind) {
        case "setting":
            return `setting ${code(cause.key)}: ${cause.before === undefined ? "unset" : code(cause.before)} → ${cause.after === undefined ? "unset" : code(cause.after)}`;
        case "sources":
            return `the image's sources in ${code(cause.folder)}`;
        case "code":
            return `code: ${code(cause.resource)}${cause.path === undefined ? "" : ` ${code(cause.path)}`}`;
    }
}

/** One line on the whole stack: "1 tier rolls pods, 5 unchanged". */
export function headline({ tiers, dataAtRisk }: Report): string {
    const changed = tiers.filter(({ effect }) => effect !== "none");
    if (changed.length === 0) {
        return "nothing changes";
    }
    const groups = grouped(changed, ({ effect }) => effect);
    const parts = [...groups].map(([effect, { length }]) =>
        effect === "roll"
            ? `${length} ${length === 1 ? "rolls" : "roll"} pods`
            : `${length} ${effectWords[effect]}`,
    );
    return `${dataAtRisk.length > 0 ? "data at risk; " : ""}${parts.join(", ")}`;
}
