/**
 * What the commands look at in an object of the cluster. The client's own classes have this form; so has any object
 * literal.
 */
export interface LiveObject {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly metadata?: {
        readonly name?: string;
        readonly namespace?: string;
        readonly uid?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly ownerReferences?: readonly unknown[];
        readonly deletionTimestamp?: Date;
    };
}

/** A PersistentVolumeClaim. */
export interface LiveClaim extends LiveObject {
    readonly spec?: {
        readonly storageClassName?: string;
        readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    };
}

/** A StorageClass. */
export interface LiveStorageClass extends LiveObject {
    readonly allowVolumeExpansion?: boolean;
}
