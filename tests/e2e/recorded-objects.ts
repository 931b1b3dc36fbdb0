import { PatchStrategy } from "@kubernetes/client-node";
import * as v from "valibot";

import { api, kubectl } from "./live-cluster.ts";

/** A resource in a state that was exported with its secrets shown. */
export interface RecordedResource {
    readonly type: string;
    readonly inputs?: unknown;
    readonly outputs?: unknown;
}

const secretSchema = v.object({
    "4dabf18193072939515e22adb298388d": v.literal("1b47061264138c4ac30d75fd1eb44270"),
    plaintext: v.pipe(v.string(), v.parseJson()),
});
const objectSchema = v.looseObject({
    apiVersion: v.string(),
    kind: v.string(),
    metadata: v.looseObject({ name: v.string() }),
});
const managedSchema = v.object({ __fieldManager: v.string() });

/** Replaces each secret of a shown state by its value. */
function withoutSecrets(value: unknown): unknown {
    const secret = v.safeParse(secretSchema, value);
    if (secret.success) {
        return secret.output.plaintext;
    }
    if (Array.isArray(value)) {
        return value.map(withoutSecrets);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecrets(each)]))
        : value;
}

/**
 * Creates a recorded stack's namespace and the objects in it as the provider did, which asks the cluster for each object
 * that is to change. A quota keeps pods out: the recorded images are gone, and nothing is to run.
 */
export async function createRecordedObjects(
    namespace: string,
    resources: readonly RecordedResource[],
): Promise<void> {
    const objects = resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ inputs, outputs }) => ({
            object: v.parse(objectSchema, withoutSecrets(inputs)),
            manager: v.parse(managedSchema, outputs).__fieldManager,
        }));
    const apply = async ({ object, manager }: (typeof objects)[number]): Promise<unknown> =>
        api().objects.patch(object, undefined, undefined, manager, true, PatchStrategy.ServerSideApply);
    for (const each of objects.filter(({ object }) => object.kind === "Namespace")) {
        await apply(each);
    }
    await kubectl("create", "quota", "no-pods", "--hard=pods=0", "--namespace", namespace);
    await Promise.all(objects.filter(({ object }) => object.kind !== "Namespace").map(apply));
}
