import * as pulumi from "@pulumi/pulumi";
import { EphemeralVolumeArgs, PersistentVolumeArgs } from "./tier-args";

/** Where a tier with state keeps its data. */
export interface StorageArgs {
    /** A Kubernetes quantity such as `8Gi`. */
    readonly size: pulumi.Input<string>;
    /** The StorageClass. Default: the cluster's default class. Not with `ephemeral`. */
    readonly className?: pulumi.Input<string> | undefined;
    /** Whether the data may vanish with the pod: an emptyDir instead of a claim. Default: false. */
    readonly ephemeral?: boolean | undefined;
}

interface Volumes {
    readonly persistentVolumes?: Record<string, PersistentVolumeArgs>;
    readonly ephemeralVolumes: Record<string, EphemeralVolumeArgs>;
}

/** The volumes of a tier that keeps its data under `mountPath`, with an empty `/tmp` beside it. */
export function dataVolumes(mountPath: string, { size, className, ephemeral }: StorageArgs): Volumes {
    const tmp = { mountPath: "/tmp", sizeLimit: "256Mi" };
    return ephemeral === true
        ? { ephemeralVolumes: { tmp, data: { mountPath, sizeLimit: size } } }
        : {
              persistentVolumes: { data: { mountPath, size, storageClassName: className } },
              ephemeralVolumes: { tmp },
          };
}
