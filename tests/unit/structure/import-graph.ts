import { posix } from "node:path";
import ts from "typescript";

/** One file's mention of another: an import of any form, or a script that it starts by its URL. */
export interface Import {
    readonly from: string;
    readonly to: string;
    /** `type` loads nothing; `dynamic` is loaded when it is needed; `started` runs in a process of its own. */
    readonly form: "static" | "type" | "dynamic" | "started";
}

/** The imports among files, and what can't be followed. */
export interface ImportGraph {
    readonly imports: readonly Import[];
    /** Packages by the file that imports them, without their paths: `@pulumi/pulumi`. */
    readonly packages: ReadonlyMap<string, ReadonlySet<string>>;
    /** Imports that lead to no file, or are computed. */
    readonly unknown: readonly string[];
}

interface Mention {
    readonly form: Import["form"];
    /** undefined if it is computed at run time. */
    readonly specifier: string | undefined;
}

/**
 * Reads the imports of source texts with TypeScript's parser: `import`, `export from`, `import()`, `require()`, types
 * of the form `import("…")`, and `new URL("…", import.meta.url)`.
 *
 * @param sources the texts by their paths in the repository
 */
export function readImports(sources: ReadonlyMap<string, string>): ImportGraph {
    const imports: Import[] = [];
    const packages = new Map<string, Set<string>>();
    const unknown: string[] = [];
    for (const [from, text] of sources) {
        const named = new Set<string>();
        packages.set(from, named);
        for (const { form, specifier } of mentionsIn(from, text)) {
            if (specifier === undefined) {
                unknown.push(`${from}: a computed import`);
            } else if (form === "started" || specifier.startsWith(".")) {
                const to = resolve(from, specifier, sources);
                if (to !== undefined) {
                    imports.push({ from, to, form });
                } else if (form !== "started" && !specifier.endsWith(".json")) {
                    unknown.push(`${from}: ${specifier} is no source file`);
                }
            } else if (!specifier.startsWith("node:")) {
                named.add(packageOf(specifier));
            }
        }
    }
    return { imports, packages, unknown };
}

function mentionsIn(file: string, text: string): Mention[] {
    const mentions: Mention[] = [];
    const note = (form: Import["form"], node: ts.Node | undefined): void => {
        const specifier = node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
        mentions.push({ form, specifier });
    };
    const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node)) {
            const type = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
            note(type ? "type" : "static", node.moduleSpecifier);
        } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
            note(node.isTypeOnly ? "type" : "static", node.moduleSpecifier);
        } else if (ts.isImportTypeNode(node)) {
            note("type", ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
        } else if (ts.isExternalModuleReference(node)) {
            note("static", node.expression);
        } else if (ts.isCallExpression(node)) {
            if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
                note("dynamic", node.arguments[0]);
            } else if (ts.isIdentifier(node.expression) && node.expression.text === "require") {
                note("static", node.arguments[0]);
            }
        } else if (ts.isNewExpression(node) && ts.isIdentifier(node.expression)) {
            const [target, base] = node.arguments ?? [];
            if (node.expression.text === "URL" && base !== undefined && isOwnUrl(base)) {
                note("started", target);
            }
        }
        ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false));
    return mentions;
}

/** `import.meta.url` */
function isOwnUrl(node: ts.Expression): boolean {
    return (
        ts.isPropertyAccessExpression(node) && node.name.text === "url" && ts.isMetaProperty(node.expression)
    );
}

function resolve(from: string, specifier: string, sources: ReadonlyMap<string, string>): string | undefined {
    const path = posix.join(posix.dirname(from), specifier);
    return [path, `${path}.ts`, `${path}/index.ts`].find((file) => sources.has(file));
}

function packageOf(specifier: string): string {
    return specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
}

/**
 * Finds import circles, each as the files on the way back to the first. Every circle has at least one file of those
 * that are found: when none is found, there is none.
 */
export function circlesIn(imports: readonly Pick<Import, "from" | "to">[]): string[][] {
    const targets = new Map<string, string[]>();
    for (const { from, to } of imports) {
        targets.set(from, [...(targets.get(from) ?? []), to]);
    }
    const circles: string[][] = [];
    const done = new Set<string>();
    const follow = (file: string, way: readonly string[]): void => {
        const start = way.indexOf(file);
        if (start >= 0) {
            circles.push([...way.slice(start), file]);
        } else if (!done.has(file)) {
            for (const target of targets.get(file) ?? []) {
                follow(target, [...way, file]);
            }
            done.add(file);
        }
    };
    for (const file of targets.keys()) {
        follow(file, []);
    }
    return circles;
}

/** Lists the files that are reached from others by imports, these others included. */
export function reachedFrom(starts: readonly string[], imports: readonly Import[]): ReadonlySet<string> {
    const reached = new Set(starts);
    for (const file of reached) {
        for (const { from, to } of imports) {
            if (from === file) {
                reached.add(to);
            }
        }
    }
    return reached;
}
