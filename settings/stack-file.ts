import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import { nearestName } from "./nearest";
import { configNamespace } from "./path";
import { settingsSchema } from "./schema";
import { isMapping, quoted } from "./shown";

type Config = Readonly<Record<string, unknown>>;

/** No person writes more of them, and each costs a search through the file. */
const mostAliases = 100;

/** Refuses what no tree of values is made of: a key twice in one mapping, an alias within what it stands for. */
function checkTree(document: Document, lines: LineCounter): void {
    const anchors = new Map<string, unknown>();
    let aliases = 0;
    function refuseIf(isWrong: boolean, problem: string, { range }: Node): void {
        if (isWrong) {
            throw new Error(`${problem}, at line ${lines.linePos(range?.[0] ?? 0).line}`);
        }
    }
    visit(document, {
        Alias(_, alias, path) {
            const name = `the alias *${alias.source}`;
            aliases += 1;
            refuseIf(aliases > mostAliases, `there are more than ${mostAliases} aliases`, alias);
            refuseIf(!anchors.has(alias.source), `${name} has no anchor before it`, alias);
            const isCircular = path.some((around) => around === anchors.get(alias.source));
            refuseIf(isCircular, `${name} stands within what it stands for`, alias);
        },
        Value(_, node) {
            anchors.set(node.anchor ?? "", node);
            const keys = new Set<unknown>();
            for (const { key } of isMap(node) ? node.items : []) {
                if (isScalar(key)) {
                    refuseIf(keys.has(key.value), `the key ${quoted(String(key.value))} is there twice`, key);
                    keys.add(key.value);
                }
            }
        },
    });
}

/**
 * Parses YAML as Pulumi does, merge keys included.
 *
 * @param name the file, for the error where it isn't YAML
 */
export function parseYaml(
    text: string,
    name: string,
): { readonly document: Document; readonly value: unknown } {
    try {
        const lineCounter = new LineCounter();
        // The library's own check for keys that are there twice compares each with each: a minute for 40,000.
        const document = parseDocument(text, { lineCounter, merge: true, uniqueKeys: false });
        for (const error of document.errors) {
            throw error;
        }
        checkTree(document, lineCounter);
        return { document, value: document.toJS() };
    } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        throw new Error(`${name} is not YAML: ${problem}`, { cause: error });
    }
}

/** A setting beside `config`, where Pulumi reads none, or a misspelled `config`. */
function misplacedKey(content: Config): string | undefined {
    return Object.keys(content).find(
        (key) =>
            key !== "config" &&
            (key.includes(":") || Object.hasOwn(settingsSchema.entries, key) || nearestName(key, ["config"])),
    );
}

/** A config with a value at a path, unless it has one there. */
function withDefault(config: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
    if (key === undefined) {
        return config === undefined ? value : config;
    }
    return config === undefined || isMapping(config)
        ? { ...config, [key]: withDefault(config?.[key], rest, value) }
        : config;
}

/** The content of a `Pulumi.yaml`; nothing of an empty text. */
function parseProject(projectText: string): Config {
    const project = parseYaml(projectText, "Pulumi.yaml").value;
    return isMapping(project) ? project : {};
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === null || Object.keys(value).length === 0;
}

/** Refuses what would give the program other values than those that can be read here. */
function refuseElsewhere(stack: unknown, path: string, project: Config): void {
    if (isMapping(stack) && !isEmpty(stack["environment"])) {
        throw new Error(
            `${path} takes values from an environment of Pulumi Cloud (\`environment\`), which can't be read here: the ` +
                "program could have other settings than these commands see. Write the settings under `config`, or use " +
                "the Pulumi CLI itself for this stack",
        );
    }
    const moved = project["stackConfigDir"] ?? project["config"];
    if (typeof moved === "string") {
        throw new Error(
            `Pulumi.yaml has Pulumi read the stacks' files in ${moved}, where these commands don't look for them: ` +
                "keep them beside Pulumi.yaml",
        );
    }
}

/** The URL of the backend that a `Pulumi.yaml` names for the project's state; undefined if it names none. */
export function projectBackend(projectText: string): string | undefined {
    const { backend } = parseProject(projectText);
    const url = isMapping(backend) ? backend["url"] : undefined;
    return typeof url === "string" && url !== "" ? url : undefined;
}

/**
 * The name in the text of a `Pulumi.yaml`; a template's is the first thing that people change. The namespace of the
 * settings stays the same.
 *
 * @throws Error where there is none
 */
export function projectName(projectText: string): string {
    const { name } = parseProject(projectText);
    if (typeof name !== "string" || name === "") {
        throw new Error("Pulumi.yaml has no name, by which Pulumi knows a project");
    }
    return name;
}

/** A key of a config as Pulumi reads it: without a namespace it is one of the project's own. */
function qualifiedKey(key: string, project: string): string {
    return key.includes(":") ? key : `${project}:${key}`;
}

/** Adds what a project's file says for all its stacks, as Pulumi does: its keys are paths into what a stack has. */
function withProjectConfig(config: Config, declared: unknown, project: string): Config {
    const entries = isMapping(declared) ? declared : {};
    return Object.keys(entries)
        .sort()
        .reduce<Config>((merged, path) => {
            const given = entries[path];
            const value = isMapping(given) ? (given["default"] ?? given["value"]) : given;
            const [first = "", ...rest] = path.split(".");
            const key = qualifiedKey(first, project);
            return value === undefined ? merged : { ...merged, [key]: withDefault(merged[key], rest, value) };
        }, config);
}

/**
 * The `config` of a stack by full key, as Pulumi takes it, for tools that need a setting without running the program;
 * `parseSettings` takes it. Empty where there is none.
 *
 * @param text the text of the stack's file
 * @param path the stack's file, for errors
 * @param projectText the text of the `Pulumi.yaml` beside it, whose `config` holds where the stack's file says nothing
 * @throws Error that names the file where it isn't YAML, or not the YAML of a stack, or where there is config elsewhere
 */
export function parseStackFile(text: string, path: string, projectText = ""): Config {
    const content = parseYaml(text, path).value ?? {};
    const config: unknown = isMapping(content) ? (content["config"] ?? {}) : content;
    const misplaced = isMapping(content) ? misplacedKey(content) : undefined;
    if (!isMapping(config) || misplaced !== undefined) {
        const expected = "a mapping under `config`, as in `config: { multitier:host: localhost }`";
        const hint = misplaced === undefined ? "" : `; Pulumi reads no ${quoted(misplaced)} beside it`;
        throw new Error(`${path}: expected ${expected}${hint}`);
    }
    const project = parseProject(projectText);
    refuseElsewhere(content, path, project);
    const { name } = project;
    const namespace = typeof name === "string" ? name : configNamespace;
    const own = Object.entries(config).map(([key, value]) => [qualifiedKey(key, namespace), value] as const);
    return withProjectConfig(Object.fromEntries(own), project["config"], namespace);
}

/**
 * Reads a file, and the `Pulumi.yaml` beside it if there is one, by {@link parseStackFile}. Raises what `node:fs`
 * raises where the file can't be read.
 */
export function readStackFile(path: string): Config {
    const project = join(dirname(path), "Pulumi.yaml");
    const projectText = existsSync(project) ? readFileSync(project, "utf8") : "";
    return parseStackFile(readFileSync(path, "utf8"), path, projectText);
}
