import { signatureKey } from "../../rendering/names.ts";
import { isMapping } from "../../settings/shown.ts";
import { declaredObject } from "../kubernetes/declared-object.ts";
import {
    fixedName,
    isWithin,
    otherSecretValue,
    secretValue,
    tierOf,
    unknownValue,
    type Operation,
    type PropertyChange,
    type ResourceChange,
    type ResourceState,
} from "./change.ts";
import type { PreviewEvent, Step, StepState } from "./engine-event.ts";
import { propertyDifferences } from "./property-differences.ts";

/** The engine's placeholder for a value that it doesn't know yet (pulumi, sdk/go/common/resource/plugin/rpc.go). */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const operations: Readonly<Record<string, Operation>> = {
    same: "same",
    create: "create",
    import: "create",
    update: "update",
    delete: "delete",
    replace: "replace",
    "create-replacement": "replace",
    "import-replacement": "replace",
    "delete-replaced": "replace",
};

/** Collects the changes that the engine's events tell of. */
export class EngineChanges {
    readonly #steps = new Map<string, Step[]>();

    /** Takes in one event of a preview. */
    take({ resourcePreEvent }: Pick<PreviewEvent, "resourcePreEvent">): void {
        if (resourcePreEvent !== undefined) {
            const { metadata } = resourcePreEvent;
            this.#steps.set(metadata.urn, [...(this.#steps.get(metadata.urn) ?? []), metadata]);
        }
    }

    /** The changes so far, in the order of the resources' URNs. */
    changes(): ResourceChange[] {
        return [...this.#steps]
            .flatMap(([urn, steps]) => this.#changeOf(urn, steps))
            .sort((one, other) => (one.urn < other.urn ? -1 : 1));
    }

    #changeOf(urn: string, steps: readonly Step[]): ResourceChange[] {
        const known = steps.flatMap(({ op }) => operations[op] ?? []);
        // The deletion that a replacement ends with tells nothing of what comes after.
        const telling = steps.filter(({ op }) => op !== "delete-replaced");
        const others = telling.flatMap(({ op }) => operations[op] ?? []);
        // Without the replacement itself, that is the work of an earlier update which was interrupted.
        const isLate = others.length > 0 && !others.includes("replace");
        const operation = isLate ? others.at(-1) : known.includes("replace") ? "replace" : known.at(-1);
        const before = (telling.length > 0 ? telling : steps).flatMap(({ old }) => old ?? []).at(0);
        const after = telling.flatMap((step) => step.new ?? []).at(-1);
        const state = after ?? before;
        // The engine's own provider of a package that nobody configures is nothing that the program says.
        const isDefault =
            state?.type.startsWith("pulumi:providers:") === true && nameOf(urn).startsWith("default");
        if (operation === undefined || state?.custom !== true || isDefault) {
            return [];
        }
        const [former, latter] = [before && stateOf(before), after && stateOf(after)];
        const identity = {
            urn: shortUrn(urn),
            type: state.type,
            name: nameOf(urn),
            tier: tierOf(this.#parents(state.parent ?? "")),
        };
        const late = isLate ? steps.filter(({ op }) => op === "delete-replaced") : [];
        return [
            {
                ...identity,
                operation,
                before: operation === "create" ? undefined : former,
                after: operation === "delete" ? undefined : latter,
                // Where a preview fails, some resources that are replaced are never seen again.
                properties:
                    after !== undefined && (operation === "update" || operation === "replace")
                        ? propertiesOf(former, latter, steps)
                        : [],
            },
            ...late.map(({ old }): ResourceChange => ({
                ...identity,
                operation: "delete",
                before: old ? stateOf(old) : undefined,
                after: undefined,
                properties: [],
            })),
        ];
    }

    /** The names of the components around a resource, outermost first. */
    #parents(urn: string): string[] {
        if (urn === "" || urn.includes("::pulumi:pulumi:Stack::")) {
            return [];
        }
        const [step] = this.#steps.get(urn) ?? [];
        return [...this.#parents((step?.new ?? step?.old)?.parent ?? ""), nameOf(urn)];
    }
}

function shortUrn(urn: string): string {
    return urn.split("::").slice(2).join("::");
}

function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function stateOf({ type, inputs, outputs, protect }: StepState): ResourceState {
    const plain = withoutInternals(inputs);
    const state = isMapping(plain) ? plain : {};
    return {
        inputs: type.endsWith(":Secret") ? withData(state) : state,
        protect: protect === true,
        declared: declaredObject({ inputs, outputs }),
    };
}

/** The provider writes a Secret's `stringData` as `data` as soon as it knows all of it. */
function withData({
    stringData,
    ...inputs
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return stringData === undefined ? inputs : { ...inputs, data: inputs["data"] ?? stringData };
}

/** Without the properties that the providers keep for themselves, and with words for what isn't known. */
function withoutInternals(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutInternals);
    }
    if (isMapping(value)) {
        if (signatureKey in value) {
            return secretValue;
        }
        const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
        return Object.fromEntries(entries.map(([key, item]) => [key, withoutInternals(item)]));
    }
    return value === unknown ? unknownValue : value;
}

function propertiesOf(
    before: ResourceState | undefined,
    after: ResourceState | undefined,
    steps: readonly Step[],
): PropertyChange[] {
    const seen = propertyDifferences(before?.inputs ?? {}, after?.inputs ?? {}).filter(
        // A made-up name only follows from the replacement.
        ({ path }) => path !== "metadata.name" || fixedName(after) !== undefined,
    );
    // A secret looks the same before and after; that it differs is known by its path alone.
    const hidden = pathsOf(steps).filter(
        (path) => !seen.some((each) => isWithin(each.path, path) || isWithin(path, each.path)),
    );
    const differences = [
        ...seen,
        ...hidden
            .filter((path) => isSecret(after?.inputs, path))
            .map((path) => ({ path, before: secretValue, after: otherSecretValue })),
    ];
    const reasons = replaceReasons(steps);
    return differences.map((difference) => ({
        ...difference,
        replaces: reasons.some(
            (reason) => isWithin(difference.path, reason) || isWithin(reason, difference.path),
        ),
    }));
}

/** The paths of the properties for which the provider replaces the resource. */
function replaceReasons(steps: readonly Step[]): string[] {
    return steps.flatMap(({ keys, detailedDiff }) => [
        ...(keys ?? []).map(asPath),
        ...Object.entries(detailedDiff ?? {}).flatMap(([path, { diffKind }]) =>
            diffKind?.endsWith("-replace") === true ? asPath(path) : [],
        ),
    ]);
}

function pathsOf(steps: readonly Step[]): string[] {
    return [
        ...new Set(
            steps.flatMap(({ detailedDiff, diffs }) => {
                const detailed = Object.keys(detailedDiff ?? {});
                const paths = detailed.length > 0 ? detailed : (diffs ?? []);
                return paths.map(asPath);
            }),
        ),
    ];
}

/** The engine's path as the inputs have it, in which a Secret's `stringData` is `data`. */
function asPath(path: string): string {
    return path.replace(/^\./, "").replace(/^stringData\b/, "data");
}

/** Tells if the value at a path, or one around it, is a secret. */
function isSecret(inputs: unknown, path: string): boolean {
    let value = inputs;
    for (const [, key = "", quoted] of path.matchAll(/([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]/g)) {
        if (!isMapping(value)) {
            break;
        }
        value = value[quoted ?? key];
    }
    return value !== undefined && JSON.stringify(value).includes(secretValue);
}
