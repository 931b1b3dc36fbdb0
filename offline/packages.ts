import { run, tryRun } from "../cli/process/run.ts";
import { CommandFailure } from "../cli/terminal/failure.ts";

/** Packages of the distribution are needed and could not be installed. */
export class PackagesError extends CommandFailure {
    override readonly name = "PackagesError";
}

/** Packages that `images/` makes the roots of images with. */
export const imagePackages = ["mmdebstrap", "debian-archive-keyring"];

/** Options for installing packages of the distribution. */
export interface PackageOptions {
    /** Asked before anything is installed on the system. */
    readonly confirm: (question: string) => Promise<boolean>;
    /** Told what is done, a line each. */
    readonly report: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/** True if this machine's packages are managed by apt. */
export async function hasApt(signal?: AbortSignal): Promise<boolean> {
    return (await tryRun("apt-get", ["--version"], { signal })) !== undefined;
}

/**
 * Installs those of the Debian packages that are missing, with apt, after `confirm` agreed.
 *
 * @param purpose What they are for, as it completes "… are needed".
 * @throws PackagesError without apt, without the right to install, or when the answer was no.
 */
export async function ensurePackages(
    names: readonly string[],
    purpose: string,
    { confirm, report, signal }: PackageOptions,
): Promise<void> {
    if (!(await hasApt(signal))) {
        throw new PackagesError(
            `${names.join(", ")} are needed ${purpose}, and this machine has no apt to install them with.`,
            "Install them with your system's package manager and run this again.",
        );
    }
    // dpkg-query exits with 1 as soon as one name is unknown, but lists the others.
    const query = `dpkg-query --show --showformat '\${Package} \${db:Status-Abbrev}\\n' "$@" 2>/dev/null || true`;
    const missing = notInstalled(names, await run("sh", ["-c", query, "dpkg-query", ...names], { signal }));
    if (missing.length === 0) {
        return;
    }
    const list = missing.join(", ");
    const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
    if (process.getuid?.() !== 0) {
        throw new PackagesError(
            `${list} are needed ${purpose} and not installed, and only root may install them.`,
            `Run: sudo ${command}`,
        );
    }
    if (!(await confirm(`Install the Debian packages ${list} (needed ${purpose})?`))) {
        throw new PackagesError(
            `${list} are needed ${purpose} and were not installed, as you answered no.`,
            `To install them yourself: ${command}`,
        );
    }
    report(`installing the Debian packages ${list}`);
    const context = { environment: { DEBIAN_FRONTEND: "noninteractive" }, signal };
    await run("apt-get", ["update", "--quiet"], context);
    await run("apt-get", ["install", "--quiet", "--yes", "--no-install-recommends", ...missing], context);
    report(`installed ${list}`);
}

/** The names among `wanted` that a `dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n'` listing has not as installed. */
export function notInstalled(wanted: readonly string[], listing: string): string[] {
    const installed = new Set(
        listing.split("\n").flatMap((line) => {
            const [name, state] = line.trim().split(/\s+/);
            return name !== undefined && state === "ii" ? [name] : [];
        }),
    );
    return wanted.filter((name) => !installed.has(name));
}

/** The first archive in lines `<origin> <address>` whose origin is Debian and that is no security archive. */
export function firstMirror(targets: string): string | undefined {
    return /^Debian (\S+)$/m.exec(
        targets
            .split("\n")
            .filter((line) => !line.includes("security"))
            .join("\n"),
    )?.[1];
}

/** The lines of an `apt-config dump` that say how archives are fetched. */
export function networkSettings(dump: string): string[] {
    return dump
        .split("\n")
        .filter((line) => /^Acquire::(https?::|Check-Date |Check-Valid-Until |Retries )/.test(line))
        .filter((line) => !line.endsWith(' "";'));
}
