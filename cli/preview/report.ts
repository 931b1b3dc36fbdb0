import * as v from "valibot";

/** Longer texts are cut when a report is made, and refused when one is read. */
export const longestText = 2_000;

const text = v.pipe(v.string(), v.maxLength(longestText));
const operation = v.picklist(["create", "update", "replace", "delete", "same"]);

/** The effects of a change on a tier as a whole, the gravest first. */
export const effects = ["delete", "replace", "create", "roll", "update", "none"] as const;

const setting = v.object({ key: text, before: v.optional(text), after: v.optional(text) });

const cause = v.variant("kind", [
    v.object({ kind: v.literal("setting"), ...setting.entries }),
    /** The sources of the image that is built from them. */
    v.object({ kind: v.literal("sources"), folder: text }),
    v.object({ kind: v.literal("code"), resource: text, path: v.optional(text) }),
    /** Settings that name another tier or none have changed too, and any of them may be the cause. */
    v.object({ kind: v.literal("setting-or-code"), resource: text, path: v.optional(text) }),
    /** Only names and passwords change, which are generated again elsewhere. */
    v.object({ kind: v.literal("follows") }),
]);

const tier = v.object({
    name: text,
    effect: v.picklist(effects),
    /** True if all its pods are stopped before new ones start. */
    outage: v.boolean(),
    causes: v.pipe(v.array(cause), v.maxLength(500)),
    resources: v.record(operation, v.pipe(v.number(), v.integer(), v.minValue(0))),
});

const change = v.object({
    tier: text,
    resource: text,
    operation,
    properties: v.array(
        v.object({ path: text, before: v.optional(text), after: v.optional(text), replaces: v.boolean() }),
    ),
});

const finding = v.object({ tier: text, resource: text, text });

/** The changes of one stack. */
export const reportSchema = v.object({
    stack: v.pipe(v.string(), v.regex(/^[\w./-]{1,200}$/)),
    /** The other side of the comparison: what another revision renders, or what is deployed. */
    source: v.picklist(["revision", "deployed"]),
    /** The other side in words, as in "commit 0123abc (origin/main)". */
    against: text,
    /** Notes on the comparison itself. */
    remarks: v.array(text),
    /** The changed settings that stand in no tier's causes: those of all tiers, and those without an effect. */
    settings: v.optional(v.pipe(v.array(setting), v.maxLength(500)), []),
    dataAtRisk: v.array(finding),
    /** Findings that endanger no data. */
    notices: v.array(finding),
    tiers: v.array(tier),
    changes: v.array(change),
});

/** The document that `npm run preview -- --json` writes. */
export const documentSchema = v.object({
    format: v.literal("multitier-preview-1"),
    previews: v.pipe(v.array(reportSchema), v.maxLength(50)),
});

export type PreviewReport = v.InferOutput<typeof reportSchema>;
export type TierReport = PreviewReport["tiers"][number];
export type ChangeReport = PreviewReport["changes"][number];
export type Setting = PreviewReport["settings"][number];
export type Cause = TierReport["causes"][number];
export type Effect = TierReport["effect"];
export type PreviewFinding = v.InferOutput<typeof finding>;
export type PreviewDocument = v.InferOutput<typeof documentSchema>;
