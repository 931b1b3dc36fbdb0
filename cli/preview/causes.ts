import type { Rendering } from "../../rendering/rendered-resource.ts";
import type { ResourceChange } from "./change.ts";
import { renderedChanges } from "./rendered-changes.ts";
import type { SettingChange } from "./setting-changes.ts";

/** Which changed settings have a part in each resource's change, by URN. */
export type SettingsOfResources = ReadonlyMap<string, readonly SettingChange[]>;

/**
 * Finds by trial which setting changes which resource: one at a time is put back to what it was, and whatever is
 * rendered differently then is its work.
 *
 * @param later the program as it is to be
 * @param settings the settings that changed
 * @param reverted the rendering of the same program for each of them, with that one put back
 */
export function causesBySetting(
    later: Rendering,
    settings: readonly SettingChange[],
    reverted: readonly Rendering[],
): SettingsOfResources {
    const causes = new Map<string, SettingChange[]>();
    settings.forEach((setting, index) => {
        const without = reverted[index];
        // Put back alone, a setting may contradict the others; then it isn't known what it does.
        if (without === undefined || "error" in without || "error" in later) {
            return;
        }
        for (const { urn, operation } of renderedChanges(without.resources, later.resources)) {
            if (operation !== "same") {
                causes.set(urn, [...(causes.get(urn) ?? []), setting]);
            }
        }
    });
    return causes;
}

/** What is changed by the program's own code, by URN: what differs although both programs got the earlier config. */
export function changedByCode(changes: readonly ResourceChange[]): ReadonlySet<string> {
    return new Set(changes.filter(({ operation }) => operation !== "same").map(({ urn }) => urn));
}
