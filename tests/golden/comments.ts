import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { markdown } from "../../cli/preview/markdown.ts";
import { renderedChanges } from "../../cli/preview/rendered-changes.ts";
import type { PreviewReport } from "../../cli/preview/report.ts";
import { Config, settingChanges } from "../../cli/preview/setting-changes.ts";
import { reportOf } from "../../cli/preview/summary.ts";
import { renderProgram } from "../../rendering/render-program";
import { rendered, RenderedResource } from "../../rendering/rendered-resource";

// Not `__dirname`, which tsx gets wrong where an ES module imports this one.
const root = join(dirname(__filename), "..", "..");

/** A change of the program, of which a comment tells. */
export interface Case {
    readonly title: string;
    /** The difference from {@link config} before; `new` is a stack that wasn't there. */
    readonly before?: Config | "new";
    /** The difference from {@link config} after. */
    readonly after?: Config;
    /** Replacements in the text of `index.ts`, before and after. */
    readonly beforeEdits?: Edits;
    readonly edits?: Edits;
}

type Edits = Readonly<Record<string, string>>;

/** A stack whose images say nothing about the sources as they are now. */
export const config: Config = {
    "multitier:context": "kind-multitier",
    "multitier:client": { image: "registry.example.com/shop/client:1" },
    "multitier:server": { image: "registry.example.com/shop/server:1" },
    "multitier:worker": { image: "registry.example.com/shop/worker:1" },
};

const workerLine = 'new Worker("worker", { app, ...settings.worker, connectsTo: [mysql, redis] });';

/** A sixth tier instead of the worker. */
const cacheForWorker: Edits = {
    [workerLine]: `import { Tier } from "./components";
new Tier("cache", {
    app,
    image: "docker.io/library/memcached:1.6",
    port: 11211,
    resources: settings.worker.resources,
});`,
};

/** Tiers with so many annotations that their differences fill more than a comment. */
function manyAnnotations(version: number): Edits {
    return {
        [workerLine]: `${workerLine}
import { Tier } from "./components";
for (let index = 10; index < 30; index += 1) {
    new Tier(\`tier-\${String(index)}\`, {
        app,
        image: "registry.example.com/shop/tier:1",
        port: 8080,
        resources: settings.worker.resources,
        podAnnotations: Object.fromEntries(
            [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => ["example.com/" + letter, letter.repeat(200) + "${String(version)}"]),
        ),
    });
}`,
    };
}

/** The cases whose comments are committed, by the files' names. */
export const cases: Readonly<Record<string, Case>> = {
    "nothing-changed": { title: "nothing changed" },
    "new-stack": { title: "a new stack", before: "new" },
    "image-changed": {
        title: "one image changed",
        after: { "multitier:server": { image: "registry.example.com/shop/server:2" } },
    },
    "replicas-changed": {
        title: "replicas changed",
        after: { "multitier:client": { image: "registry.example.com/shop/client:1", replicas: 3 } },
    },
    "storage-enlarged": {
        title: "MySQL's storage enlarged",
        after: { "multitier:mysql": { storage: { size: "20Gi" } } },
    },
    "volume-replaced": {
        title: "MySQL's volume replaced",
        before: { "multitier:protect": true },
        after: { "multitier:protect": true, "multitier:mysql": { storage: { className: "fast" } } },
    },
    "volume-ephemeral": {
        title: "Redis pointed to another volume",
        before: { "multitier:redis": { storage: { size: "256Mi" } } },
        after: { "multitier:redis": { storage: { size: "256Mi", ephemeral: true } } },
    },
    "passwords-rotated": {
        title: "passwords rotated",
        after: { "multitier:credentials": { mysql: 2, redis: 2 } },
    },
    "tier-added-and-removed": { title: "a tier added and one removed", edits: cacheForWorker },
    "renamed-without-alias": {
        title: "a component renamed without an alias",
        edits: { 'Application("app", {': 'Application("application", {' },
    },
    "renamed-with-alias": {
        title: "a component renamed with an alias",
        edits: {
            'Application("app", {': 'Application("application", {',
            "...settings.application });": '...settings.application }, { aliases: [{ name: "app" }] });',
        },
    },
    "too-long": {
        title: "a comment that would be too long",
        beforeEdits: manyAnnotations(1),
        edits: manyAnnotations(2),
    },
};

export function commentFile(name: string): string {
    return join(dirname(__filename), "comments", `${name}.md`);
}

/** The report on a case, made from the real program with the case's changes. */
export async function reportOn({ before, after, beforeEdits = {}, edits = {} }: Case): Promise<PreviewReport> {
    const [former, latter] = [before === "new" ? undefined : { ...config, ...before }, { ...config, ...after }];
    return reportOf({
        stack: "dev",
        source: "revision",
        against: "commit 0123abc (origin/main)",
        remarks: [],
        changes: renderedChanges(
            former === undefined ? [] : await render(beforeEdits, former),
            await render(edits, latter),
        ),
        settings: former === undefined ? [] : settingChanges(former, latter),
        settingsComplete: true,
    });
}

/** The comment on a case. */
export async function commentOn(which: Case): Promise<string> {
    return markdown(await reportOn(which));
}

/** Renderings that exist already: most cases begin with the same program. */
const renderings = new Map<string, Promise<RenderedResource[]>>();

function render(edits: Edits, stackConfig: Config): Promise<RenderedResource[]> {
    const inOrder = Object.fromEntries(Object.entries(stackConfig).sort(([one], [other]) => (one < other ? -1 : 1)));
    const key = JSON.stringify([edits, inOrder]);
    const rendering =
        renderings.get(key) ??
        withEdits(edits, async (folder) => (await renderProgram(folder, "dev", stackConfig)).map(rendered));
    renderings.set(key, rendering);
    return rendering;
}

/** Gives a folder with an edited `index.ts` beside all else that the program is made of. */
async function withEdits<Result>(edits: Edits, use: (folder: string) => Promise<Result>): Promise<Result> {
    let program = readFileSync(join(root, "index.ts"), "utf8");
    for (const [text, replacement] of Object.entries(edits)) {
        if (!program.includes(text)) {
            throw new Error(`index.ts has no longer what the test would replace: ${text}`);
        }
        program = program.replace(text, replacement);
    }
    const folder = mkdtempSync(join(tmpdir(), "multitier-comments-"));
    try {
        writeFileSync(join(folder, "index.ts"), program);
        for (const name of ["components", "settings", "node_modules", "app", "package.json"]) {
            symlinkSync(join(root, name), join(folder, name));
        }
        return await use(folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
