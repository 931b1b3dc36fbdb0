import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { CommandFailure } from "../terminal/failure.ts";
import type { RenderedResource, Rendering, RenderingResponse } from "../../rendering/rendered-resource.ts";
import {
    application,
    defaultStack,
    projectFolder,
    projectNameIn,
    stackRef,
    takeOver,
} from "../session/project.ts";
import { findStackSource } from "../session/settings-source.ts";
import { stackConfig } from "../session/stack-file-text.ts";
import { lockfileRemark } from "./lockfiles.ts";
import { renderInChildProcess } from "./render-in-child-process.ts";
import { renderedChanges } from "./rendered-changes.ts";
import type { PreviewReport } from "./report.ts";
import { withRevision, type Revision } from "./revision.ts";
import { settingChanges, type Config } from "./setting-changes.ts";
import { reportOf } from "./summary.ts";

/**
 * Compares this checkout with a revision, stack by stack: renders the program of both, without a cluster, an engine or a
 * network.
 *
 * @param stacks the stacks to compare. Default: all that either has a file for
 * @throws CommandFailure if the revision is none, or either program can't be rendered
 */
export async function previewAgainst(
    reference: string,
    stacks?: readonly string[],
): Promise<PreviewReport[]> {
    const ended = new AbortController();
    // It takes as long as all of the rest, so it begins at once.
    const later = new Side(projectFolder, stacks ?? stackNames(projectFolder), ended.signal);
    try {
        return await withRevision(reference, "with packages", async (revision) => {
            const names = [...new Set([...stackNames(revision.folder), ...stackNames(projectFolder)])].sort();
            const chosen = stacks ?? names;
            const earlier = new Side(revision.folder, chosen, ended.signal);
            for (const stack of chosen.filter((name) => !earlier.has(name) && !later.has(name))) {
                throw new CommandFailure(
                    `There are no settings for the stack ${JSON.stringify(stack)}, neither here nor in ${reference}.`,
                    `There are: ${names.join(", ")}; and pr-<number>, which follows ${defaultStack}.`,
                );
            }
            return await compare(earlier, later, { stacks: chosen, against: shown(revision, reference) });
        });
    } finally {
        ended.abort();
    }
}

function shown({ commit }: Revision, reference: string): string {
    return commit.startsWith(reference) ? `commit ${commit}` : `commit ${commit} (${reference})`;
}

/** The stacks that a checkout has a file for. */
function stackNames(folder: string): string[] {
    return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** One of the two checkouts, whose program is being rendered for its stacks. */
class Side {
    readonly folder: string;
    readonly project: string;
    /** The config of each stack that it has settings for. */
    readonly configs: ReadonlyMap<string, Config>;
    readonly #response: Promise<RenderingResponse>;

    constructor(folder: string, stacks: readonly string[], signal: AbortSignal) {
        this.folder = folder;
        this.project = projectNameIn(folder);
        this.configs = new Map(
            stacks.flatMap((stack): [string, Config][] => {
                const source = findStackSource(stackRef(application, stack), folder);
                return source === undefined ? [] : [[stack, stackConfig(source)]];
            }),
        );
        this.#response =
            this.configs.size === 0
                ? Promise.resolve({})
                : renderInChildProcess(
                      { folder, project: this.project, configs: Object.fromEntries(this.configs) },
                      signal,
                  );
        // The caller that asks for the resources is told. Where nobody does, another failure has come first.
        this.#response.catch(() => undefined);
    }

    has(stack: string): boolean {
        return this.configs.has(stack);
    }

    /** @throws CommandFailure if the program can't be rendered for the stack */
    async resources(stack: string, what: string): Promise<readonly RenderedResource[]> {
        return this.has(stack) ? resourcesOf((await this.#response)[stack], stack, what) : [];
    }
}

async function compare(
    earlier: Side,
    later: Side,
    { stacks, against }: { readonly stacks: readonly string[]; readonly against: string },
): Promise<PreviewReport[]> {
    const remarks = [
        ...lockfileRemark(
            readFileSync(join(earlier.folder, "package-lock.json"), "utf8"),
            readFileSync(join(later.folder, "package-lock.json"), "utf8"),
        ),
        ...renamedRemark(earlier.project, later.project),
    ];
    const reports: PreviewReport[] = [];
    for (const stack of stacks) {
        const former = await earlier.resources(stack, against);
        const latter = await later.resources(stack, "this checkout");
        const [before, after] = [earlier.configs.get(stack), later.configs.get(stack)];
        reports.push(
            reportOf({
                stack,
                source: "revision",
                against,
                remarks: [...remarks, ...remarkOnFile(stack, earlier, later)],
                // A stack whose file is removed stays as it is in the cluster.
                changes: later.has(stack) ? renderedChanges(former, latter) : [],
                settings: before && after ? settingChanges(before, after) : [],
                settingsComplete: true,
            }),
        );
    }
    return reports;
}

function renamedRemark(earlier: string, later: string): string[] {
    return earlier === later
        ? []
        : [
              `The project's name changes (${earlier} → ${later}): Pulumi keeps stacks by project, so under the new name ` +
                  `all of it would be created beside what there is. To take that over: ${takeOver("<stack>", earlier, later)}`,
          ];
}

function remarkOnFile(stack: string, earlier: Side, later: Side): string[] {
    if (!later.has(stack)) {
        return [
            `Pulumi.${stack}.yaml is removed. That changes nothing in the cluster; the stack can no longer be updated from here.`,
        ];
    }
    return earlier.has(stack) ? [] : ["It is a new stack."];
}

function resourcesOf(
    rendering: Rendering | undefined,
    stack: string,
    what: string,
): readonly RenderedResource[] {
    if (rendering !== undefined && "resources" in rendering) {
        return rendering.resources;
    }
    const missing = /Cannot find module '([^'.][^']*)'/.exec(rendering?.error ?? "")?.[1];
    throw new CommandFailure(
        `The stack ${stack} can't be rendered from ${what}:\n${rendering?.error.trimEnd() ?? "no answer"}`,
        missing === undefined
            ? ""
            : `It needs the package ${missing}, which this checkout doesn't have; both are rendered with the packages of this checkout. Compare with a later revision.`,
    );
}
