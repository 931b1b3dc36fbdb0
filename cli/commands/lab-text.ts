import { resolve } from "node:path";

/** Access by kubectl to a lab's namespace, from a shell of the person's. */
export interface LabAccess {
    /** The path of kubectl. */
    readonly kubectl: string;
    /** The kubeconfig, or several as in KUBECONFIG; undefined if kubectl finds it by itself. */
    readonly kubeconfig: string | undefined;
    readonly context: string;
    readonly namespace: string;
}

/**
 * Makes `kubectl` mean this cluster and this namespace in a person's shell, and no other: a shell function, so that
 * the lab's own commands stay short enough to be typed.
 */
export function kubectlFunction({ kubectl, kubeconfig, context, namespace }: LabAccess): string {
    // As a variable it may be several files.
    const variable = kubeconfig === undefined ? "" : `KUBECONFIG=${quoted(kubeconfig)} `;
    // A name without a folder would mean the function itself.
    const words = [resolve(kubectl), "--context", context, "-n", namespace];
    return `kubectl() { ${variable}${words.map(quoted).join(" ")} "$@"; }`;
}

/** A word of a command line: in quotes where a shell would take it for something else. */
function quoted(word: string): string {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The section "Lab" of an example's README as it is printed, behind what makes its commands work in any shell.
 *
 * @param readme the text of the README
 * @param preparation the command that comes before those of the lab
 * @throws Error if there is no such section
 */
export function labText(readme: string, preparation: string): string {
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
            return [isCode ? `  ${line}` : line];
        });
    return [
        "First, so that kubectl means this cluster and this namespace in your shell (`unset -f kubectl` ends that):",
        "",
        `  ${preparation}`,
        "",
        ...lines,
    ].join("\n");
}
