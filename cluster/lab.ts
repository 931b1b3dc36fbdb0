import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** How kubectl reaches what a lab is about, from a shell of the person's. */
export interface LabAccess {
    /** The path of kubectl. */
    readonly kubectl: string;
    /** The kubeconfig; undefined if kubectl finds it by itself. */
    readonly kubeconfig: string | undefined;
    readonly context: string;
    readonly namespace: string;
}

/**
 * The beginning of each command: what a shell needs in order to reach the namespace, and no other cluster.
 *
 * @param path the PATH of the person's shell
 */
export function kubectlCommand(
    { kubectl, kubeconfig, context, namespace }: LabAccess,
    path: string | undefined,
): string {
    const candidates = (path ?? "").split(delimiter).map((folder) => join(folder, "kubectl"));
    return [
        candidates.find((file) => existsSync(file)) === kubectl ? "kubectl" : quoted(kubectl),
        ...(kubeconfig === undefined ? [] : ["--kubeconfig", quoted(kubeconfig)]),
        "--context",
        quoted(context),
        "-n",
        quoted(namespace),
    ].join(" ");
}

/** A word of a command line: in quotes where a shell would take it for something else, and short for one at home. */
function quoted(word: string): string {
    if (!/^[\w@%+=:,./-]+$/.test(word)) {
        return `'${word.replaceAll("'", `'\\''`)}'`;
    }
    const home = `${homedir()}/`;
    return word.startsWith(home) ? `~/${word.slice(home.length)}` : word;
}

/**
 * The section "Lab" of an example's README as it is printed: the texts, and the commands with all that kubectl needs.
 *
 * @param readme the text of the README
 * @param kubectl what stands for the word `kubectl` there
 * @throws Error if there is no such section
 */
export function labText(readme: string, kubectl: string): string {
    const lab = /^## Lab\n([^]*?)(?=^## |$(?![^]))/m.exec(readme)?.[1];
    if (lab === undefined) {
        throw new Error('The README has no section "## Lab".');
    }
    let isCode = false;
    const lines = lab
        .trim()
        .split("\n")
        .flatMap((line) => {
            if (line.startsWith("```")) {
                isCode = !isCode;
                return [];
            }
            return [isCode ? `  ${line.replaceAll(/\bkubectl\b/g, () => kubectl)}` : line];
        });
    return lines.join("\n");
}
