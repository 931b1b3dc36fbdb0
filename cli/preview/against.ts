import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseStackFile } from "../../settings/stack-file.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { RenderedResource, Rendering } from "../../rendering/rendered-resource.ts";
import { application, defaultStack, projectFolder, stackRef } from "../session/project.ts";
import { findStackSource } from "../session/settings-source.ts";
import { comparisonReport, type LaterRenderings } from "./comparison.ts";
import { lockfileRemark } from "./lockfiles.ts";
import { renderApart } from "./rendering.ts";
import type { Report } from "./report.ts";
import { withRevision, type Revision } from "./revision.ts";
import { settingChanges, type Config, type SettingChange } from "./setting-changes.ts";
import { reportOf } from "./summary.ts";

/**
 * What this checkout changes compared with a revision, stack by stack: the program of both is rendered, without a
 * cluster, an engine or a network.
 *
 * @param stacks the stacks to compare. Default: all that either has a file for
 * @throws CommandFailure if the revision is none, or either program can't be rendered
 */
export async function previewAgainst(reference: string, stacks?: readonly string[]): Promise<Report[]> {
    return await withRevision(reference, "with packages", async (revision) => {
        const names = [...new Set([...stackNames(revision.folder), ...stackNames(projectFolder)])].sort();
        const chosen = stacks ?? names;
        const isKnown = (stack: string): boolean =>
            [revision.folder, projectFolder].some((folder) => configOf(folder, stack) !== undefined);
        for (const stack of chosen.filter((name) => !isKnown(name))) {
            throw new CommandFailure(
                `There are no settings for the stack ${JSON.stringify(stack)}, neither here nor in ${reference}.`,
                `There are: ${names.join(", ")}; and pr-<number>, which follows ${defaultStack}.`,
            );
        }
        const against = revision.commit.startsWith(reference)
            ? `commit ${revision.commit}`
            : `commit ${revision.commit} (${reference})`;
        return await compare(revision, { against, stacks: chosen, what: against });
    });
}

/** The stacks that a checkout has a file for. */
function stackNames(folder: string): string[] {
    return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

function configOf(folder: string, stack: string): Config | undefined {
    const source = findStackSource(stackRef(application, stack), folder);
    return source && parseStackFile(source.text, source.name);
}

/** One stack in both checkouts; undefined where there is no file for it. */
interface Compared {
    readonly stack: string;
    readonly earlier: Config | undefined;
    readonly later: Config | undefined;
    readonly settings: readonly SettingChange[];
}

async function compare(
    revision: Revision,
    {
        against,
        stacks,
        what,
    }: { readonly against: string; readonly stacks: readonly string[]; readonly what: string },
): Promise<Report[]> {
    const compared = stacks.map((stack): Compared => {
        const earlier = configOf(revision.folder, stack);
        const later = configOf(projectFolder, stack);
        return {
            stack,
            earlier,
            later,
            settings: earlier === undefined || later === undefined ? [] : settingChanges(earlier, later),
        };
    });
    const [former, latter] = await Promise.all([
        renderEarlier(revision, compared, what),
        renderLater(compared),
    ]);
    const remarks = lockfileRemark(
        readFileSync(join(revision.folder, "package-lock.json"), "utf8"),
        readFileSync(join(projectFolder, "package-lock.json"), "utf8"),
    );
    return compared.map(({ stack, earlier, settings }, index) => {
        const later = latter[index];
        return later === undefined
            ? removedStackReport(stack, against, remarks)
            : comparisonReport({
                  stack,
                  against,
                  remarks: earlier === undefined ? [...remarks, "It is a new stack."] : remarks,
                  settings,
                  earlier: former[index] ?? [],
                  ...later,
              });
    });
}

function removedStackReport(stack: string, against: string, remarks: readonly string[]): Report {
    const remark = `Pulumi.${stack}.yaml is removed. That changes nothing in the cluster; the stack can no longer be updated from here.`;
    return reportOf({
        stack,
        source: "revision",
        against,
        remarks: [...remarks, remark],
        changes: [],
        settings: new Map(),
        changedByCode: undefined,
    });
}

async function renderEarlier(
    { folder, cacheFolder }: Revision,
    compared: readonly Compared[],
    what: string,
): Promise<(readonly RenderedResource[])[]> {
    const known = compared.filter(({ earlier }) => earlier !== undefined);
    const renderings = known.map(({ stack, earlier }) => ({ stack, config: earlier ?? {} }));
    const response = renderings.length === 0 ? [] : await renderApart({ folder, renderings }, cacheFolder);
    return compared.map((each) => {
        const index = known.indexOf(each);
        return index === -1 ? [] : resourcesOf(response[index], each.stack, what);
    });
}

async function renderLater(compared: readonly Compared[]): Promise<(LaterRenderings | undefined)[]> {
    const renderings = compared.flatMap(({ stack, earlier, later, settings }) =>
        later === undefined
            ? []
            : [later, earlier ?? later, ...settings.map(({ reverted }) => reverted)].map((config) => ({
                  stack,
                  config,
              })),
    );
    const response = [
        ...(renderings.length === 0 ? [] : await renderApart({ folder: projectFolder, renderings })),
    ];
    return compared.map(({ stack, later, settings }) => {
        if (later === undefined) {
            return undefined;
        }
        const [own, withEarlier, ...reverted] = response.splice(0, 2 + settings.length);
        return {
            resources: resourcesOf(own, stack, "this checkout"),
            reverted,
            // The earlier settings may not be what this program takes; then the code isn't told apart from them.
            withEarlierConfig:
                withEarlier === undefined || "error" in withEarlier ? undefined : withEarlier.resources,
        };
    });
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
