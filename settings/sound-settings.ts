import { Finding, IsSecret, shownAt } from "./finding";
import { Path } from "./path";
import { isMapping } from "./shown";

function valueAt(root: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (value, key) => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined),
        root,
    );
}

/**
 * What can be relied on in settings that may have mistakes: rules read through it, and what a finding is about, they
 * don't see. So each rule applies as soon as its own fields are sound, whatever else is wrong.
 */
export class SoundSettings {
    constructor(
        /** With the defaults filled in. */
        private readonly settings: unknown,
        /** As given. */
        private readonly given: unknown,
        private readonly findings: readonly Finding[],
        private readonly isSecret: IsSecret,
    ) {}

    /** The value at a path, or `undefined` when there is none or a mistake at or above it. */
    value(path: Path): unknown {
        const isMistaken = this.findings.some((finding) =>
            finding.path.every((key, index) => key === path[index]),
        );
        return isMistaken ? undefined : valueAt(this.settings, path);
    }

    text(path: Path): string | undefined {
        const value = this.value(path);
        return typeof value === "string" ? value : undefined;
    }

    number(path: Path): number | undefined {
        const value = this.value(path);
        return typeof value === "number" ? value : undefined;
    }

    /** Whether the stack itself says it, rather than a default. */
    isGiven(path: Path): boolean {
        return valueAt(this.given, path) !== undefined;
    }

    /** The value in a few words, for a message about another setting. */
    shown(path: Path): string {
        const value = shownAt(path, this.value(path), this.isSecret);
        return this.isGiven(path) ? value : `${value}, the default`;
    }
}
