import { ConfigMap, PersistentVolumeClaim, Secret, ServiceAccount } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { authority } from "./labels";
import { fileKeys } from "./pod-files";
import { TierArgs } from "./tier-args";

/** The objects of a tier that its pods refer to, all auto-named but the claims. */
export interface PodReferences {
    readonly serviceAccountName: pulumi.Input<string>;
    /** The ConfigMap of `files` and the Secret of `secretFiles`, where there are any. */
    readonly filesName: pulumi.Input<string> | undefined;
    readonly secretFilesName: pulumi.Input<string> | undefined;
    /** The claims' names by the volumes' names. */
    readonly claimNames: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The metadata that all of a tier's objects have. */
export interface TierMetadata {
    readonly namespace: pulumi.Input<string>;
    readonly labels: Record<string, pulumi.Input<string>>;
    readonly annotations: typeof authority;
}

/** Keeps the provider from waiting: its Deployment proves a Service, and a bound claim's update never ends. */
export const skipAwait = { "pulumi.com/skipAwait": "true" };

type Files = NonNullable<TierArgs["files"]>;

function byKey(files: Files): Record<string, pulumi.Input<string>> {
    const keys = fileKeys(Object.keys(files));
    return Object.fromEntries(
        Object.entries(files).map(([path, content]) => [keys.get(path) ?? path, content]),
    );
}

function claims(
    tier: string,
    { app, persistentVolumes = {}, protect }: TierArgs,
    metadata: TierMetadata,
    parent: pulumi.Resource,
): PodReferences["claimNames"] {
    return Object.fromEntries(
        Object.entries(persistentVolumes).map(([volume, { size, storageClassName }]) => {
            const name = `${tier}-${volume}`;
            const claim = new PersistentVolumeClaim(
                `${name}-claim`,
                {
                    metadata: { ...metadata, name, annotations: { ...metadata.annotations, ...skipAwait } },
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: size } },
                        ...(storageClassName !== undefined && { storageClassName }),
                    },
                },
                // Absent, the option is the parent's.
                { ...app?.fixedNameOptions, parent, ...(protect !== undefined && { protect }) },
            );
            return [volume, claim.metadata.name] as const;
        }),
    );
}

/** Creates the objects that the pods of a tier refer to. */
export function createPodReferences(
    tier: string,
    args: TierArgs,
    metadata: TierMetadata,
    parent: pulumi.Resource,
): PodReferences {
    const { files, secretFiles } = args;
    const opts = { parent };
    const immutable = { metadata, immutable: true };
    const account = new ServiceAccount(
        `${tier}-service-account`,
        { metadata, automountServiceAccountToken: false },
        opts,
    );
    return {
        serviceAccountName: account.metadata.name,
        filesName:
            files && new ConfigMap(`${tier}-files`, { ...immutable, data: byKey(files) }, opts).metadata.name,
        secretFilesName:
            secretFiles &&
            new Secret(`${tier}-secret-files`, { ...immutable, stringData: byKey(secretFiles) }, opts)
                .metadata.name,
        claimNames: claims(tier, args, metadata, parent),
    };
}
