import * as v from "valibot";

/** Longer texts are cut when a report is made, and refused when one is read. */
export const longestText = 2_000;

const text = v.pipe(v.string(), v.maxLength(longestText));
const operation = v.picklist(["create", "update", "replace", "delete", "same"]);

/** What happens to a tier as a whole, the gravest first. */
export const effects = ["delete", "replace", "create", "roll", "update", "none"] as const;

const cause = v.variant("kind", [
    v.object({ kind: v.literal("setting"), key: text, before: v.optional(text), after: v.optional(text) }),
    v.object({ kind: v.literal("code"), resource: text, path: v.optional(text) }),
    v.object({ kind: v.literal("sources"), folder: text }),
]);

const tier = v.object({
    name: text,
    effect: v.picklist(effects),
    /** Whether its pods are all stopped before new ones start. */
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

/** What changes in one stack. */
export const reportSchema = v.object({
    stack: v.pipe(v.string(), v.regex(/^[\w./-]{1,200}$/)),
    /** Whether it is compared with what another revision renders, or with what is deployed. */
    source: v.picklist(["revision", "deployed"]),
    /** What it is compared with, as in "commit 0123abc (origin/main)". */
    against: text,
    /** What whoever reads it has to know about the comparison itself. */
    remarks: v.array(text),
    dataAtRisk: v.array(finding),
    /** What is worth a look, but endangers no data. */
    notices: v.array(finding),
    tiers: v.array(tier),
    changes: v.array(change),
});

/** What `npm run preview -- --json` writes. */
export const documentSchema = v.object({
    format: v.literal("multitier-preview-1"),
    previews: v.pipe(v.array(reportSchema), v.maxLength(50)),
});

export type Report = v.InferOutput<typeof reportSchema>;
export type TierReport = Report["tiers"][number];
export type ChangeReport = Report["changes"][number];
export type Cause = TierReport["causes"][number];
export type Effect = TierReport["effect"];
export type Finding = v.InferOutput<typeof finding>;
export type PreviewDocument = v.InferOutput<typeof documentSchema>;
