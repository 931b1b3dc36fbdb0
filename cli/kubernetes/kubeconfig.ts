import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";

import { CommandFailure, messageOf } from "../terminal/failure.ts";

/**
 * Reads kubeconfig files and merges them as kubectl does: of two entries with one name the first counts, and files that
 * are missing are passed over. The API's client has a merge of its own, which fails in both cases. No context is the
 * current one.
 *
 * @param files a kubeconfig file, or several as in KUBECONFIG
 * @throws CommandFailure if there is none of the files, or one can't be read
 */
export function readKubeconfig(files: string): KubeConfig {
    const named = files.split(delimiter).filter((file) => file !== "");
    const present = named.filter((file) => existsSync(file));
    if (present.length === 0) {
        throw new CommandFailure(
            `There is no kubeconfig ${named.join(" or ")}.`,
            "Name one with --kubeconfig FILE, or in KUBECONFIG.",
        );
    }
    const parts = present.map(readFile);
    const merged = new KubeConfig();
    merged.loadFromOptions({
        clusters: firstOfEachName(parts.flatMap(({ clusters }) => clusters)),
        users: firstOfEachName(parts.flatMap(({ users }) => users)),
        contexts: firstOfEachName(parts.flatMap(({ contexts }) => contexts)),
    });
    return merged;
}

/** Reads one file, whose relative paths start in its folder. Entries that are incomplete are nobody's concern until used. */
function readFile(file: string): KubeConfig {
    const config = new KubeConfig();
    try {
        const text = readFileSync(file, "utf8");
        config.loadFromString(text.trim() === "" ? "{}" : text, { onInvalidEntry: "filter" });
    } catch (error) {
        throw new CommandFailure(`${file} is not a kubeconfig: ${messageOf(error)}`, "", { cause: error });
    }
    config.makePathsAbsolute(dirname(file));
    return config;
}

function firstOfEachName<Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] {
    return [...new Map([...entries].reverse().map((entry) => [entry.name, entry])).values()].reverse();
}
