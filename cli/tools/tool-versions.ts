/** The tools that the commands call. */
export type ToolName = "pulumi" | "kind" | "kubectl";

/** The versions that are got where a machine has none that fits: the ones that everything is tested with. */
export const toolVersions: Readonly<Record<ToolName, string>> = {
    pulumi: "3.259.0",
    kind: "0.33.0",
    kubectl: "1.36.3",
};

/** The providers that the program uses, in the versions of their packages in package.json. */
export const providerVersions = { kubernetes: "4.25.0", random: "4.21.1" } as const;

/** A provider of Pulumi's. */
export type Provider = keyof typeof providerVersions;

interface Version {
    readonly major: number;
    readonly minor: number;
    readonly patch: number;
    readonly preRelease: boolean;
}

/** Which versions do as well as the tested one, in words and as a rule. */
const fitting: Readonly<Record<ToolName, { readonly words: string; fits(version: Version): boolean }>> = {
    // The CLI must know what the SDK in package.json asks of it.
    pulumi: {
        words: "3.259.0 or a later 3",
        fits: ({ major, minor }) => major === 3 && minor >= 259,
    },
    // Older ones don't know this release's node images.
    kind: {
        words: "0.33.0 or a later 0",
        fits: ({ major, minor }) => major === 0 && minor >= 33,
    },
    // Kubernetes supports a kubectl one minor version off its API server's (its version skew policy).
    kubectl: {
        words: "1.35 to 1.37",
        fits: ({ major, minor }) => major === 1 && minor >= 35 && minor <= 37,
    },
};

/** The versions of a tool that may be used, in words. */
export function fittingVersions(tool: ToolName): string {
    return fitting[tool].words;
}

/**
 * The first version number in what a tool prints about itself, without a leading `v`: `1.36.3`, `3.260.0-alpha.1`.
 * Undefined where there is none.
 */
export function versionIn(text: string): string | undefined {
    return /\bv?(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)/.exec(text)?.[1];
}

/** True if a version of a tool may be used. A pre-release never: it may lack what the release has. */
export function versionFits(tool: ToolName, version: string): boolean {
    const parsed = parse(version);
    return parsed !== undefined && !parsed.preRelease && fitting[tool].fits(parsed);
}

function parse(version: string): Version | undefined {
    const match = /^(\d+)\.(\d+)\.(\d+)(-.*)?/.exec(version);
    if (match === null) {
        return undefined;
    }
    const [, major, minor, patch, suffix] = match;
    return {
        major: Number(major),
        minor: Number(minor),
        patch: Number(patch),
        // Distributions add suffixes to finished releases, too (1.36.3-eks-1a2b3c4).
        preRelease: /^-(alpha|beta|rc|dev)\b/.test(suffix ?? ""),
    };
}
