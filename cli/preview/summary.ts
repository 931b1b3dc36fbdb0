import type { SettingsOfResources } from "./causes.ts";
import { isWithin, kindOf, type Operation, type PropertyChange, type ResourceChange } from "./change.ts";
import { findingsOf, shownResource, type ClaimName } from "./data-at-risk.ts";
import { grouped } from "./grouped.ts";
import {
    effects,
    longestText,
    type Cause,
    type ChangeReport,
    type Effect,
    type Finding,
    type Report,
    type TierReport,
} from "./report.ts";
import { shownValues } from "./shown-value.ts";

/** What a report is made of, from whatever source it is known. */
export interface Changes {
    readonly stack: string;
    readonly source: Report["source"];
    readonly against: string;
    readonly remarks: readonly string[];
    readonly changes: readonly ResourceChange[];
    /** The claims in the namespaces concerned, as the cluster has them. Default: not known. */
    readonly claims?: readonly ClaimName[] | undefined;
    /** The settings that have a part in a resource's change. */
    readonly settings: SettingsOfResources;
    /** The URNs of the resources that the code changes, whatever the settings do; undefined where that isn't known. */
    readonly changedByCode: ReadonlySet<string> | undefined;
}

/** Sums up by tier what changes in a stack. */
export function reportOf({ stack, source, against, remarks, changes, claims, ...causes }: Changes): Report {
    const findings = findingsOf(changes, claims);
    const tiers = grouped(changes, ({ tier }) => tier);
    return {
        stack,
        source,
        against: short(against),
        remarks: remarks.map(short),
        dataAtRisk: findings.dataAtRisk.map(shortFinding),
        notices: findings.notices.map(shortFinding),
        tiers: [...tiers].map(([name, ofTier]) => tierReport(name, ofTier, causes)).sort(byGravity),
        changes: changes
            .filter(({ operation }) => operation !== "same")
            .map(changeReport)
            .sort((one, other) => compare(`${one.tier} ${one.resource}`, `${other.tier} ${other.resource}`)),
    };
}

/** By the characters' codes: the same on every machine. */
function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

function byGravity(one: TierReport, other: TierReport): number {
    return effects.indexOf(one.effect) - effects.indexOf(other.effect) || compare(one.name, other.name);
}

function short(text: string): string {
    return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

function shortFinding({ tier, resource, text }: Finding): Finding {
    return { tier: short(tier), resource: short(resource), text: short(text) };
}

function tierReport(
    name: string,
    changes: readonly ResourceChange[],
    causes: Pick<Changes, "settings" | "changedByCode">,
): TierReport {
    const counts = grouped(changes, ({ operation }) => operation);
    const effect = effectOf(changes);
    return {
        name: short(name),
        effect,
        outage: (effect === "roll" || effect === "replace") && changes.some(stopsFirst),
        causes: causesOf(effect, changes, causes),
        resources: Object.fromEntries([...counts].map(([operation, { length }]) => [operation, length])),
    };
}

/** Whether the pods' template changes, so that all pods are replaced. */
function rolls({ operation, properties, ...change }: ResourceChange): boolean {
    return (
        ["Deployment", "StatefulSet", "DaemonSet"].includes(kindOf(change)) &&
        operation === "update" &&
        properties.some(({ path }) => isWithin(path, "spec.template"))
    );
}

/** Whether a workload that rolls or is replaced stops all its pods before it starts others. */
function stopsFirst(change: ResourceChange): boolean {
    if (!rolls(change) && !(kindOf(change) === "Deployment" && change.operation === "replace")) {
        return false;
    }
    return JSON.stringify(change.after?.inputs["spec"] ?? {}).includes('"type":"Recreate"');
}

function effectOf(changes: readonly ResourceChange[]): Effect {
    const every = (operation: Operation): boolean =>
        changes.every((change) => change.operation === operation);
    if (every("same")) {
        return "none";
    }
    if (every("create")) {
        return "create";
    }
    if (every("delete")) {
        return "delete";
    }
    const replaced = changes.filter(({ operation }) => operation === "replace");
    // Immutable files and Secrets are replaced by design whenever they change; what counts is what that does to pods.
    if (replaced.some((change) => !["ConfigMap", "Secret"].includes(kindOf(change)))) {
        return "replace";
    }
    if (changes.some(rolls)) {
        return "roll";
    }
    return replaced.length > 0 ? "replace" : "update";
}

/** The images that are built from the project's own sources (settings/application-images.ts). */
const builtImage = /^localhost\/multitier\/([a-z]+):[0-9a-f]{12}$/;

function causesOf(
    effect: Effect,
    changes: readonly ResourceChange[],
    { settings, changedByCode }: Pick<Changes, "settings" | "changedByCode">,
): Cause[] {
    const found = new Map<string, Cause>();
    const add = (cause: Cause): void => {
        found.set(JSON.stringify(cause), cause);
    };
    for (const change of changes.filter(({ operation }) => operation !== "same")) {
        const ofChange = settings.get(change.urn) ?? [];
        for (const { key, before, after } of ofChange) {
            add({ kind: "setting", key: short(key), ...shownPair(before, after) });
        }
        if (ofChange.length === 0 || changedByCode?.has(change.urn) === true) {
            codeCauses(effect, change).forEach(add);
        }
    }
    return [...found.values()];
}

function codeCauses(effect: Effect, change: ResourceChange): Cause[] {
    // That a whole tier comes or goes says it all.
    if (effect === "create" || effect === "delete") {
        return [];
    }
    const resource = short(shownResource(change));
    if (change.properties.length === 0) {
        return [{ kind: "code", resource }];
    }
    return change.properties.filter(isOfItsOwn).map((property): Cause => {
        const tier = builtImageOf(property.before) ?? "";
        return tier !== "" && tier === builtImageOf(property.after)
            ? { kind: "sources", folder: `app/${tier}` }
            : { kind: "code", resource, path: short(property.path) };
    });
}

/** Not merely the name of something else that is generated anew. */
function isOfItsOwn({ after }: PropertyChange): boolean {
    return !(typeof after === "string" && after.endsWith(" (new)"));
}

function builtImageOf(value: unknown): string | undefined {
    return typeof value === "string" ? builtImage.exec(value)?.[1] : undefined;
}

function shownPair(before: unknown, after: unknown): { before?: string; after?: string } {
    const [former, latter] = shownValues(before, after);
    return {
        ...(former !== undefined && { before: short(former) }),
        ...(latter !== undefined && { after: short(latter) }),
    };
}

function changeReport(change: ResourceChange): ChangeReport {
    return {
        tier: short(change.tier),
        resource: short(shownResource(change)),
        operation: change.operation,
        properties: change.properties
            .map(({ path, before, after, replaces }) => ({
                path: short(path),
                ...shownPair(before, after),
                replaces,
            }))
            .sort((one, other) => compare(one.path, other.path)),
    };
}
