import type { RenderedResource, Rendering } from "../../rendering/rendered-resource.ts";
import { causesBySetting, changedByCode } from "./causes.ts";
import { renderedChanges } from "./rendered-changes.ts";
import type { Report } from "./report.ts";
import type { SettingChange } from "./setting-changes.ts";
import { reportOf } from "./summary.ts";

/** What is rendered of the later program. */
export interface LaterRenderings {
    readonly resources: readonly RenderedResource[];
    /** For each setting that changed, the rendering with that one put back. */
    readonly reverted: readonly Rendering[];
    /** With all settings put back: what differs from the earlier then is the code's work. Undefined if it can't be had. */
    readonly withEarlierConfig: readonly RenderedResource[] | undefined;
}

/** One stack of an earlier and a later program. */
export interface Comparison extends LaterRenderings {
    readonly stack: string;
    /** What it is compared with, in words. */
    readonly against: string;
    readonly remarks: readonly string[];
    /** The settings that differ. */
    readonly settings: readonly SettingChange[];
    /** What the earlier program renders; nothing for a new stack. */
    readonly earlier: readonly RenderedResource[];
}

/** What changes from an earlier program to a later one, by what both render. */
export function comparisonReport(comparison: Comparison): Report {
    const { stack, against, remarks, settings, earlier, resources, reverted, withEarlierConfig } = comparison;
    return reportOf({
        stack,
        source: "revision",
        against,
        remarks,
        changes: renderedChanges(earlier, resources),
        settings: causesBySetting({ resources }, settings, reverted),
        changedByCode: withEarlierConfig && changedByCode(renderedChanges(earlier, withEarlierConfig)),
    });
}
