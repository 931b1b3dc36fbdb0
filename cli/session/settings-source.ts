import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { Backend } from "./backend.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { defaultStack, type StackRef } from "./project.ts";
import { baseFile, isPullRequestStack, pullRequestSettings } from "./pull-request-stack.ts";
import type { StackTexts } from "./stack-file-text.ts";
import { stackFile, stackFileCopy } from "./stack-folder.ts";

/** Where a stack's settings come from; the text is that of `Pulumi.<stack>.yaml`, or the one that it would have. */
export interface StackSource extends StackTexts {
    /** True if that is the stack's own file in the checkout, and no other's. */
    readonly ownFile: boolean;
}

/**
 * Reads a stack's settings: its own file in the checkout, or for a pull request's stack of the application without one
 * what follows from `Pulumi.dev.yaml`.
 *
 * @throws CommandFailure if there is neither
 */
export function stackSource(ref: StackRef): StackSource {
    const source = findStackSource(ref);
    if (source === undefined) {
        throw missing(ref);
    }
    return source;
}

/**
 * Reads as {@link stackSource} does; undefined if there is neither.
 *
 * @param folder the checkout. Default: this one
 */
export function findStackSource(ref: StackRef, folder: string = ref.project.folder): StackSource | undefined {
    const { project, shortName: name } = ref;
    const file = join(folder, basename(stackFile(ref)));
    const ofProject = projectTextIn(folder);
    if (existsSync(file)) {
        return { name: basename(file), text: readFileSync(file, "utf8"), ownFile: true, ...ofProject };
    }
    const base = join(folder, baseFile);
    return !project.isExample && isPullRequestStack(name) && existsSync(base)
        ? {
              name: `${baseFile}, which the stack ${name} follows`,
              text: pullRequestSettings(name, readFileSync(base, "utf8"), ofProject.projectText),
              ownFile: false,
              ...ofProject,
          }
        : undefined;
}

function projectTextIn(folder: string): Pick<StackSource, "projectText"> {
    const file = join(folder, "Pulumi.yaml");
    return existsSync(file) ? { projectText: readFileSync(file, "utf8") } : {};
}

/**
 * Reads as {@link stackSource} does, or, where a stack's settings are no longer in the checkout (another branch is
 * checked out), the last ones that it was worked on with. For the removal of a stack.
 *
 * @throws CommandFailure if there is none of them
 */
export function lastStackSource(ref: StackRef): StackSource {
    const copy = stackFileCopy(ref);
    const source = findStackSource(ref);
    if (source === undefined && existsSync(copy)) {
        const text = readFileSync(copy, "utf8");
        return { name: copy, text, ownFile: false, ...projectTextIn(dirname(copy)) };
    }
    return source ?? stackSource(ref);
}

/**
 * True if Pulumi works with a copy of a stack's settings outside the checkout. Not where a stack with a file of its own
 * is in a backend of the user's: there `pulumi up` by hand must do the same.
 */
export function worksWithCopy({
    backend,
    source,
}: {
    readonly backend: Backend;
    readonly source: StackSource;
}): boolean {
    return backend.managed || !source.ownFile;
}

function missing(ref: StackRef): CommandFailure {
    const { project, name } = ref;
    const file = basename(stackFile(ref));
    if (project.isExample) {
        return new CommandFailure(
            `The example ${project.name} has no stack "${name}": there is no ${file} in ${project.folder}.`,
        );
    }
    return new CommandFailure(
        `There are no settings for the stack "${name}": ${file} does not exist.`,
        `Write it (${baseFile} is an example), or name another stack with --stack: one that has a file, or ` +
            `pr-<number>, as in pr-17, which is as ${defaultStack} but in a namespace and at a host of its own.`,
    );
}
