import { fullKey, Path } from "./path";
import { Mistake } from "./settings-error";
import { shown } from "./shown";

/** A mistake at a path of the settings, before it is put into words for a person. */
export interface Finding {
    readonly path: Path;
    /** Absent where the setting is missing. */
    readonly value?: unknown;
    readonly problem: string;
}

/** Tells whether the value of a top-level setting is encrypted in the stack's file. */
export type IsSecret = (topLevelKey: string) => boolean;

/** A setting's value in a few words, or that it is secret. */
export function shownAt(path: Path, value: unknown, isSecret: IsSecret): string {
    return isSecret(String(path[0])) ? "[secret]" : shown(value);
}

/** The mistake that a person reads. */
export function mistakeOf(finding: Finding, isSecret: IsSecret): Mistake {
    const { path, problem } = finding;
    return "value" in finding
        ? { key: fullKey(path), value: shownAt(path, finding.value, isSecret), problem }
        : { key: fullKey(path), problem };
}
