import { withoutControls } from "../../settings/shown.ts";
import {
    isWithin,
    kindOf,
    otherSecretValue,
    unknownValue,
    type Operation,
    type PropertyChange,
    type ResourceChange,
} from "./change.ts";
import { findingsOf, shownResource, type ClaimName } from "./data-at-risk.ts";
import {
    effects,
    longestText,
    type Cause,
    type ChangeReport,
    type Effect,
    type PreviewFinding,
    type PreviewReport,
    type Setting,
    type TierReport,
} from "./report.ts";
import type { SettingChange } from "./setting-changes.ts";
import { truncate } from "../terminal/text.ts";
import { shownValues } from "./shown-value.ts";
import { grouped } from "./words.ts";

/** The parts of a report. */
export interface Changes {
    readonly stack: string;
    readonly source: PreviewReport["source"];
    readonly against: string;
    readonly remarks: readonly string[];
    readonly changes: readonly ResourceChange[];
    /** The claims in the namespaces concerned, as the cluster has them. Default: not known. */
    readonly claims?: readonly ClaimName[] | undefined;
    /** Findings beside those that follow from the changes. Default: none */
    readonly notices?: readonly PreviewFinding[];
    /** The settings that changed. */
    readonly settings: readonly SettingChange[];
    /** True if no other setting has changed. */
    readonly settingsComplete: boolean;
}

/** Sums up the changes of a stack by tier. */
export function reportOf(all: Changes): PreviewReport {
    const { stack, source, against, remarks, changes, claims, notices = [], settings } = all;
    const findings = findingsOf(changes, claims);
    const tiers = [...grouped(changes, ({ tier }) => tier)].map(([name, ofTier]) =>
        tierReport(name, ofTier, all),
    );
    const changed = new Set(tiers.flatMap(({ name, effect }) => (effect === "none" ? [] : name)));
    return {
        stack,
        source,
        against: short(against),
        remarks: remarks.map(short),
        settings: settings.filter(({ group }) => !changed.has(group)).map(shownSetting),
        dataAtRisk: findings.dataAtRisk.map(shortFinding),
        notices: [...findings.notices, ...notices].map(shortFinding),
        tiers: tiers.sort(byGravity),
        changes: changes
            .filter(({ operation }) => operation !== "same")
            .map(changeReport)
            .sort((one, other) => compare(`${one.tier} ${one.resource}`, `${other.tier} ${other.resource}`)),
    };
}

/** Compares by the characters' codes: the same on every machine. */
function compare(one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0;
}

function byGravity(one: TierReport, other: TierReport): number {
    return effects.indexOf(one.effect) - effects.indexOf(other.effect) || compare(one.name, other.name);
}

function short(text: string): string {
    return truncate(withoutControls(text), longestText);
}

function shortFinding({ tier, resource, text }: PreviewFinding): PreviewFinding {
    return { tier: short(tier), resource: short(resource), text: short(text) };
}

function tierReport(name: string, changes: readonly ResourceChange[], all: Changes): TierReport {
    const counts = grouped(changes, ({ operation }) => operation);
    const effect = effectOf(changes);
    const own = all.settings.filter(({ group }) => group === name);
    const found = effect === "none" ? [] : causesOf(effect, changes, own, all);
    return {
        name: short(name),
        effect,
        outage: (effect === "roll" || effect === "replace") && changes.some(stopsFirst),
        // Each once: many properties may have the same one.
        causes: [...new Map(found.map((cause) => [JSON.stringify(cause), cause])).values()],
        resources: Object.fromEntries([...counts].map(([operation, { length }]) => [operation, length])),
    };
}

/** Tells if the pods' template changes, so that all pods are replaced. */
function rolls({ operation, properties, ...change }: ResourceChange): boolean {
    return (
        ["Deployment", "StatefulSet", "DaemonSet"].includes(kindOf(change)) &&
        operation === "update" &&
        properties.some(({ path }) => isWithin(path, "spec.template"))
    );
}

/** Tells if a workload that rolls or is replaced stops all its pods before it starts others. */
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

/** The settings that name the tier; without any, and beside the image's sources, the properties that changed. */
function causesOf(
    effect: Effect,
    changes: readonly ResourceChange[],
    own: readonly SettingChange[],
    all: Changes,
): Cause[] {
    const changed = changes.filter(({ operation }) => operation !== "same");
    const properties = changed.flatMap((change) => change.properties);
    const sources = properties.flatMap(sourcesOf);
    if (own.length > 0) {
        return [...own.map((setting): Cause => ({ kind: "setting", ...shownSetting(setting) })), ...sources];
    }
    // That a whole tier comes or goes says it all.
    if (effect === "create" || effect === "delete") {
        return [];
    }
    const kind = all.settings.length === 0 && all.settingsComplete ? "code" : "setting-or-code";
    const passwordsReplaced = all.changes.some(isPasswordReplaced);
    const places = changed.flatMap((change): Cause[] => {
        const resource = short(shownResource(change));
        return change.properties.length === 0
            ? [{ kind, resource }]
            : change.properties
                  .filter((property) => !isGenerated(property, passwordsReplaced))
                  .filter((property) => sourcesOf(property).length === 0)
                  .map(({ path }): Cause => ({ kind, resource, path: short(path) }));
    });
    const found = [...sources, ...places];
    return found.length === 0 ? [{ kind: "follows" }] : found;
}

function sourcesOf({ before, after }: PropertyChange): Cause[] {
    const tier = builtImageOf(before);
    return tier !== undefined && tier === builtImageOf(after)
        ? [{ kind: "sources", folder: `app/${tier}` }]
        : [];
}

function isPasswordReplaced(change: ResourceChange): boolean {
    return kindOf(change) === "RandomPassword" && change.operation === "replace";
}

/** Tells if a property merely has the name or the password of something that is generated again. */
function isGenerated({ after }: PropertyChange, passwordsReplaced: boolean): boolean {
    return (
        after === unknownValue ||
        (after === otherSecretValue && passwordsReplaced) ||
        (typeof after === "string" && after.endsWith(" (new)"))
    );
}

function builtImageOf(value: unknown): string | undefined {
    return typeof value === "string" ? builtImage.exec(value)?.[1] : undefined;
}

function shownSetting({ key, before, after }: SettingChange): Setting {
    return { key: short(key), ...shownValues(before, after) };
}

function changeReport(change: ResourceChange): ChangeReport {
    return {
        tier: short(change.tier),
        resource: short(shownResource(change)),
        operation: change.operation,
        properties: change.properties
            .map(({ path, before, after, replaces }) => ({
                path: short(path),
                ...shownValues(before, after),
                replaces,
            }))
            .sort((one, other) => compare(one.path, other.path)),
    };
}
