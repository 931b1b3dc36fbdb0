import { run } from "../../cli/process/run.ts";
import { firstMirror, networkSettings } from "../packages.ts";
import type { ImageBuildContext } from "./image-build-context.ts";

/** The contents of a root file system made of Debian packages. */
export interface DebianRoot {
    /** The Debian release: `bookworm` (12) or `sid`. */
    readonly release: "bookworm" | "sid";
    /** `essential`: a small Debian with its shell and tools, by default. `extract`: the packages' files alone. */
    readonly variant?: "essential" | "extract";
    readonly packages: readonly string[];
    /** dpkg path patterns that are left out, beside documentation and translations. */
    readonly without: readonly string[];
    /** A shell command that finishes the root: `$1` is its folder. It runs outside, so it may use `chroot "$1" …`. */
    readonly finish: string;
}

/** Documentation and translations, which no container reads; licences stay. */
const documentation = [
    "/usr/share/doc/*",
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/lintian/*",
    "/usr/share/bash-completion/*",
];

/**
 * Writes the root as a tar archive, by mmdebstrap. Package lists and caches are not in it.
 *
 * @param archive The file to write.
 * @param environment Variables for the command that finishes the root.
 */
export async function writeDebianRoot(
    { release, variant = "essential", packages, without, finish }: DebianRoot,
    archive: string,
    environment: Readonly<Record<string, string>>,
    { folder, signal }: Pick<ImageBuildContext, "folder" | "signal">,
): Promise<void> {
    const mirror = await debianMirror(signal);
    await run(
        "mmdebstrap",
        [
            `--variant=${variant}`,
            "--format=tar",
            `--include=${packages.join(",")}`,
            ...(await aptSettings(signal)).map((setting) => `--aptopt=${setting}`),
            ...[...documentation, ...without].map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
            "--dpkgopt=path-include=/usr/share/doc/*/copyright",
            // Nothing is set up of packages that are only extracted, so the hook for that isn't called.
            `--${variant === "extract" ? "extract" : "customize"}-hook=${finish}`,
            release,
            archive,
            ...(mirror === undefined ? [] : [mirror]),
        ],
        { environment: { ...environment, TMPDIR: folder }, signal },
    );
}

/** The Debian mirror that this machine's own apt uses, or undefined (mmdebstrap's default) where it is no Debian. */
async function debianMirror(signal: AbortSignal | undefined): Promise<string | undefined> {
    const format = "$(ORIGIN) $(REPO_URI)";
    const targets = await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], {
        signal,
    });
    return firstMirror(targets);
}

/** Settings of this machine's apt for its mirror and accepted dates: one behind a proxy or snapshot has them. */
async function aptSettings(signal: AbortSignal | undefined): Promise<string[]> {
    const dump = await run("apt-config", ["dump", "Acquire"], { signal });
    return networkSettings(dump);
}
