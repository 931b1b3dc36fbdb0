import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";

import type { StackRef } from "./project.ts";
import { stackDocument } from "./stack-file-text.ts";

/** The keys of a stack file that Pulumi writes itself to encrypt the stack's secrets. */
const encryptionKeys: readonly string[] = ["encryptionsalt", "encryptedkey", "secretsprovider"];

const topLevel = v.looseObject({ config: v.nullish(v.record(v.string(), v.unknown())) });

/** A stack's settings in the checkout, `Pulumi.<stack>.yaml`. */
export function stackFile({ project, shortName }: StackRef): string {
    return join(project.folder, `Pulumi.${shortName}.yaml`);
}

/** Where a stack's own files lie outside the checkout: its copy of the stack file, and what it is deployed to. */
export function stackFolder({ project, shortName }: StackRef): string {
    return join(project.stacksFolder, shortName);
}

/**
 * The copy of a stack's settings that Pulumi works with in the managed backend, and for every stack without a file of
 * its own. Pulumi writes the salt of the encryption into its stack file: here it writes it outside the checkout, which
 * stays as it was.
 */
export function stackFileCopy(ref: StackRef): string {
    return join(stackFolder(ref), `Pulumi.${ref.shortName}.yaml`);
}

/**
 * The text of the copy: the checkout's stack file, with the encryption of the copy before and with what the
 * command line sets.
 *
 * @param original the text of `Pulumi.<stack>.yaml` in the checkout
 * @param copy the text of the former copy, undefined if there is none
 * @param config config keys (with their namespace) that the command line sets
 */
export function copyStackFile(
    original: string,
    copy: string | undefined,
    config: Readonly<Record<string, string>>,
): string {
    const document = stackDocument(original);
    const former = copy === undefined ? undefined : stackDocument(copy);
    for (const key of encryptionKeys) {
        document.delete(key);
        if (former?.has(key) === true) {
            document.set(key, former.get(key));
        }
    }
    for (const [key, value] of Object.entries(config)) {
        document.setIn(["config", key], value);
    }
    return document.toString({ lineWidth: 0 });
}

/** The values of a stack file by their paths; what encrypts the stack's secrets is none of them. */
function valuesOf(text: string): ReadonlyMap<string, { readonly path: readonly string[]; value: unknown }> {
    const { config, ...others } = v.parse(topLevel, stackDocument(text).toJS());
    const paths = [
        ...Object.entries(others).map(([key, value]) => ({ path: [key], value })),
        ...Object.entries(config ?? {}).map(([key, value]) => ({ path: ["config", key], value })),
    ];
    return new Map(
        paths
            .filter(({ path: [key = ""] }) => !encryptionKeys.includes(key))
            .map((each) => [each.path.join("."), each]),
    );
}

/**
 * Carries the changes of a command such as `config set` from the copy into the text of the checkout's stack file;
 * undefined if it changed nothing there.
 *
 * @param original the text of the checkout's stack file
 * @param before the text of the copy before the command
 * @param after the text of the copy after it
 */
export function carryBack(original: string, before: string, after: string): string | undefined {
    const [former, latter] = [valuesOf(before), valuesOf(after)];
    const document = stackDocument(original);
    let changed = false;
    for (const [key, { path, value }] of new Map([...former, ...latter])) {
        if (!latter.has(key)) {
            document.deleteIn(path);
            changed = true;
        } else if (!isDeepStrictEqual(former.get(key)?.value, value)) {
            document.setIn(path, value);
            changed = true;
        }
    }
    return changed ? document.toString({ lineWidth: 0 }) : undefined;
}

/** True if two texts of a stack file are different, but only in what encrypts the stack's secrets. */
export function onlyEncryptionDiffers(left: string, right: string): boolean {
    return left !== right && isDeepStrictEqual(valuesOf(left), valuesOf(right));
}

/**
 * Brings a stack's folder up to date with its settings, and makes it where there is none. It holds a `Pulumi.yaml` too:
 * `pulumi stack init` knows no `--config-file` and is run there.
 *
 * @param settings what `Pulumi.<stack>.yaml` says, or would say
 * @param config config keys (with their namespace) that the command line sets
 */
export async function refreshStackFolder(
    ref: StackRef,
    settings: string,
    config: Readonly<Record<string, string>>,
): Promise<void> {
    await mkdir(stackFolder(ref), { recursive: true, mode: 0o700 });
    const file = stackFileCopy(ref);
    const text = copyStackFile(settings, await readIfThere(file), config);
    await writeFile(
        join(stackFolder(ref), "Pulumi.yaml"),
        await readFile(join(ref.project.folder, "Pulumi.yaml"), "utf8"),
    );
    // In one step: a kill in the middle must not lose the salt.
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
}

/** The text of a file, undefined if there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
    return existsSync(file) ? await readFile(file, "utf8") : undefined;
}
