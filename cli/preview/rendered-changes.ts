import { isMapping } from "../../settings/shown.ts";
import { autoName, generatedText } from "../../rendering/names.ts";
import type { RenderedResource } from "../../rendering/rendered-resource.ts";
import {
    claimsOf,
    fixedName,
    isWithin,
    otherSecretValue,
    secretValue,
    tierOf,
    unknownValue,
    type PropertyChange,
    type ResourceChange,
    type ResourceState,
} from "./change.ts";
import { propertyDifferences } from "./property-differences.ts";
import { isReplacing } from "./replacement.ts";

/** A resource of the later program, and the same one of the earlier. */
interface Pair {
    readonly before: RenderedResource | undefined;
    readonly after: RenderedResource;
}

/**
 * The changes that the engine would make to a stack of the earlier program when the later one is brought up: by the rules
 * of the engine and the providers, without running them.
 */
export function renderedChanges(
    earlier: readonly RenderedResource[],
    later: readonly RenderedResource[],
): ResourceChange[] {
    const pairs = later
        .filter(({ custom }) => custom)
        .map((after) => ({ before: formerOf(after, earlier), after }));
    const known = new Set(pairs.map(({ before }) => before));
    const deleted = earlier.filter((resource) => resource.custom && !known.has(resource));
    return [
        ...changesOfPairs(pairs),
        ...deleted.map((resource): ResourceChange => ({
            ...identityOf(resource),
            operation: "delete",
            before: stateOf(resource),
            after: undefined,
            properties: [],
        })),
    ];
}

function formerOf(
    after: RenderedResource,
    earlier: readonly RenderedResource[],
): RenderedResource | undefined {
    return (
        earlier.find(({ urn }) => urn === after.urn) ??
        earlier.find(({ urn }) => after.formerUrns.includes(urn))
    );
}

/**
 * A replaced resource gets another generated name or password, which changes those that refer to it, which may replace
 * them in turn: it is compared again until that comes to an end.
 */
function changesOfPairs(pairs: readonly Pair[]): ResourceChange[] {
    let replaced = new Set<RenderedResource>();
    for (;;) {
        const names = generatedNames(pairs, replaced);
        const changes = pairs.map((pair) => changeOf(pair, names));
        const now = new Set(
            pairs.filter((_, index) => changes[index]?.operation === "replace").map(({ after }) => after),
        );
        if (now.size === replaced.size) {
            return withReplacedUsers(changes);
        }
        replaced = now;
    }
}

/**
 * A claim is deleted before its successor of the same name is created, so the engine replaces the workload that has
 * it mounted, too.
 */
function withReplacedUsers(changes: readonly ResourceChange[]): ResourceChange[] {
    const claims = changes
        .filter(({ type, operation }) => type.endsWith(":PersistentVolumeClaim") && operation === "replace")
        .flatMap(({ after }) => fixedName(after) ?? []);
    return changes.map((change): ResourceChange => {
        const mounted = claimsOf(change.after?.inputs).filter((claim) => claims.includes(claim));
        return mounted.length === 0 || change.before === undefined
            ? change
            : {
                  ...change,
                  operation: "replace",
                  properties: [
                      ...change.properties,
                      ...mounted.map((claim) => ({
                          path: `spec.template.spec.volumes[${claim}].persistentVolumeClaim`,
                          before: claim,
                          after: unknownValue,
                          replaces: true,
                      })),
                  ],
              };
    });
}

function identityOf(resource: RenderedResource): Pick<ResourceChange, "urn" | "type" | "name" | "tier"> {
    const { urn, type, name, parents } = resource;
    return { urn, type, name, tier: tierOf(parents) };
}

function stateOf({ inputs, protect }: RenderedResource): ResourceState {
    return { inputs, protect };
}

function changeOf({ before, after }: Pair, names: ReadonlyMap<string, string>): ResourceChange {
    const renamed = withNames(after.inputs, names);
    const inputs = isMapping(renamed) ? renamed : {};
    const state = { inputs, protect: after.protect };
    if (before === undefined) {
        return { ...identityOf(after), operation: "create", before, after: state, properties: [] };
    }
    const properties = [
        ...propertyDifferences(before.inputs, inputs),
        ...secretDifferences(before, after, names),
    ]
        .filter(({ path }) => !after.ignoreChanges.some((ignored) => isWithin(path, ignored)))
        .map((difference): PropertyChange => ({
            ...difference,
            replaces: isReplacing(after.type, difference.path),
        }));
    const replaces = properties.some((property) => property.replaces);
    return {
        ...identityOf(after),
        operation: properties.length === 0 ? "same" : replaces ? "replace" : "update",
        before: stateOf(before),
        after: state,
        properties,
    };
}

function secretDifferences(
    before: RenderedResource,
    after: RenderedResource,
    names: ReadonlyMap<string, string>,
): { readonly path: string; readonly before: unknown; readonly after: unknown }[] {
    return Object.entries(after.secrets)
        .filter(
            ([path, value]) =>
                Object.hasOwn(before.secrets, path) &&
                JSON.stringify(before.secrets[path]) !== JSON.stringify(withNames(value, names)),
        )
        .map(([path]) => ({ path, before: secretValue, after: otherSecretValue }));
}

/** Maps each generated name and password of the later rendering to the one that it is compared as. */
function generatedNames(
    pairs: readonly Pair[],
    replaced: ReadonlySet<RenderedResource>,
): Map<string, string> {
    return new Map(
        pairs.flatMap(({ before, after }) => {
            const kept = before !== undefined && !replaced.has(after) ? before.name : undefined;
            return [autoName, generatedText].map((of): [string, string] => [
                of(after.name),
                kept === undefined ? `${of(after.name)} (new)` : of(kept),
            ]);
        }),
    );
}

/** A value with whole words replaced. */
function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
    if (typeof value === "string") {
        return value.replace(/[A-Za-z0-9-]+/g, (word) => names.get(word) ?? word);
    }
    if (Array.isArray(value)) {
        return value.map((item) => withNames(item, names));
    }
    return isMapping(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNames(item, names)]))
        : value;
}
