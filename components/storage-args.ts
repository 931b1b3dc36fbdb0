import * as pulumi from "@pulumi/pulumi";
import { ArgumentMistake, ArgumentNames, mistakeUnless, unknownArguments } from "./arguments-error";
import { EphemeralVolumeArgs, PersistentVolumeArgs } from "./tier-args";

/** The volume in which a tier with state keeps its data. */
export interface StorageArgs {
    /** A Kubernetes quantity such as `8Gi`. */
    readonly size: pulumi.Input<string>;
    /**
     * The StorageClass. Not with `ephemeral`.
     * @default the cluster's default class
     */
    readonly className?: pulumi.Input<string> | undefined;
    /**
     * Lets the data vanish with the pod: an emptyDir instead of a claim.
     * @default false
     */
    readonly ephemeral?: boolean | undefined;
}

const storageNames: ArgumentNames<StorageArgs> = { size: true, className: true, ephemeral: true };

export function storageMistakes(storage: StorageArgs | undefined): ArgumentMistake[] {
    return [
        ...unknownArguments(storage, storageNames, "storage"),
        ...mistakeUnless(
            storage?.ephemeral !== true || storage.className === undefined,
            "storage.className",
            storage?.className,
            "none with ephemeral, which makes no claim",
        ),
    ];
}

/** The names of the arguments that {@link dataVolumes} makes those of a tier from. */
export const storageArgumentNames = {
    "persistentVolumes.data.size": "storage.size",
    "ephemeralVolumes.data.sizeLimit": "storage.size",
};

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
