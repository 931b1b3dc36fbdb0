import * as v from "valibot";

import { CommandFailure } from "../terminal/failure.ts";

const state = v.object({
    type: v.string(),
    custom: v.optional(v.boolean()),
    parent: v.optional(v.string()),
    protect: v.optional(v.boolean()),
    inputs: v.optional(v.record(v.string(), v.unknown())),
    outputs: v.optional(v.record(v.string(), v.unknown())),
});

const step = v.object({
    op: v.string(),
    urn: v.string(),
    old: v.nullish(state),
    new: v.nullish(state),
    /** The properties that are reasons for a replacement. */
    keys: v.nullish(v.array(v.string())),
    diffs: v.nullish(v.array(v.string())),
    detailedDiff: v.nullish(v.record(v.string(), v.object({ diffKind: v.optional(v.string()) }))),
});

/** The parts of an engine's event that a preview reads. */
const eventSchema = v.object({
    resourcePreEvent: v.optional(v.object({ metadata: step })),
    resOutputsEvent: v.optional(v.object({ metadata: step })),
    /** The number of resources by what is done with them. */
    summaryEvent: v.optional(v.object({ resourceChanges: v.record(v.string(), v.number()) })),
    diagnosticEvent: v.optional(
        v.object({ severity: v.string(), message: v.string(), urn: v.optional(v.string()) }),
    ),
});

const lineSchema = v.pipe(v.string(), v.parseJson(), eventSchema);

export type PreviewEvent = v.InferOutput<typeof eventSchema>;
export type Step = v.InferOutput<typeof step>;
export type StepState = v.InferOutput<typeof state>;

/**
 * Reads the events that `pulumi preview --event-log` wrote, one a line.
 *
 * @throws CommandFailure if a line is none, as after another version's change of the format
 */
export function parseEvents(text: string): PreviewEvent[] {
    return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line, index) => {
            const parsed = v.safeParse(lineSchema, line);
            if (!parsed.success) {
                const [issue] = parsed.issues;
                throw new CommandFailure(
                    `Line ${index + 1} of what pulumi preview --event-log wrote is no event as expected: ` +
                        `${v.getDotPath(issue) ?? "the whole"}: ${issue.message.slice(0, 300)}`,
                    "Another version of Pulumi may write another form. The one that this checkout pins is in package.json.",
                );
            }
            return parsed.output;
        });
}
