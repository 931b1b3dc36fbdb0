import { apiMessage, connect } from "../kubernetes/client.ts";
import { nameOf } from "../kubernetes/live-object.ts";
import { listStackObjects } from "../kubernetes/objects.ts";
import type { StackLabels } from "../kubernetes/stack-labels.ts";
import type { KnownTarget } from "../session/target.ts";
import type { ResourceChange } from "./change.ts";
import { finding } from "./data-at-risk.ts";
import { driftInWords, findDrift } from "./drift.ts";
import type { PreviewFinding } from "./report.ts";

/** The notices and remarks of a preview about drift. */
interface DriftNotices {
    readonly notices: readonly PreviewFinding[];
    readonly remarks: readonly string[];
}

export const noDrift: DriftNotices = { notices: [], remarks: [] };

/** Tells what others have changed in a stack's objects, which an `up` would set back. */
export async function driftNotices(
    changes: readonly ResourceChange[],
    { kubeconfig, context }: Pick<KnownTarget, "kubeconfig" | "context">,
    labels: StackLabels,
): Promise<DriftNotices> {
    const deployed = changes.flatMap((change) => {
        const object = change.before?.declared;
        return object === undefined ? [] : [{ change, object }];
    });
    const namespaces = [...new Set(deployed.flatMap(({ object }) => object.namespace ?? []))];
    if (namespaces.length === 0) {
        return noDrift;
    }
    try {
        const client = connect(kubeconfig, context);
        const live = await Promise.all(namespaces.map((each) => listStackObjects(client, each, labels)));
        const objects = deployed.map(({ object }) => object);
        const { drifts, unknown } = await findDrift(client, objects, live.flat());
        const found = new Map(drifts.map((drift) => [nameOf(drift.object), drift]));
        return {
            notices: deployed.flatMap(({ change, object }) => {
                const drift = found.get(nameOf(object));
                return drift === undefined ? [] : [finding(change, driftInWords(drift))];
            }),
            remarks: unknown === undefined ? [] : [remark(unknown)],
        };
    } catch (error) {
        return { notices: [], remarks: [remark(apiMessage(error))] };
    }
}

function remark(reason: string): string {
    return `What others have changed in the cluster is not known: ${reason}`;
}
