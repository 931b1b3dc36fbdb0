import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentNames, isText, mistakeUnless, refuseMistakes, unknownArguments } from "./arguments-error";

export interface ClusterConnectionArgs {
    /** The kubeconfig context. Never the current one, which may be anybody's. */
    readonly context: pulumi.Input<string>;
    /**
     * The path of the kubeconfig file, or its content.
     * @default as kubectl finds it
     */
    readonly kubeconfig?: pulumi.Input<string> | undefined;
    /**
     * The UID of the cluster's namespace `kube-system`. Where the context leads to another cluster, the program fails; with
     * the UID changed too, everything is replaced: created in the new cluster, then deleted from the former.
     * @default not compared: the cluster of another context counts as the same
     */
    readonly clusterUid?: pulumi.Input<string> | undefined;
    /**
     * The namespace whose UID is compared instead, for a user who may read no other.
     * @default "kube-system"
     */
    readonly uidNamespace?: pulumi.Input<string> | undefined;
}

const argumentNames: ArgumentNames<ClusterConnectionArgs> = {
    context: true,
    kubeconfig: true,
    clusterUid: true,
    uidNamespace: true,
};

/** The provider's own limits, 50 requests a second, would slow down larger stacks. */
const kubeClientSettings = { qps: 1000, burst: 2000 };

/** The two providers of a cluster, made together by {@link connectToCluster} so that they can't be taken for each other. */
export class ClusterConnection {
    /** For everything whose name nobody else can have taken. */
    readonly provider: Provider;
    readonly #nonAdoptingProvider: Provider;

    constructor(name: string, args: ClusterConnectionArgs) {
        const { context, kubeconfig, clusterUid, uidNamespace = "kube-system" } = args;
        // Otherwise the SDK puts KUBECONFIG there, which the provider takes for one file. With nothing it looks itself,
        // as kubectl does, and the state is the same wherever a person's kubeconfig lies.
        const common = {
            context,
            kubeClientSettings,
            kubeconfig: kubeconfig ?? "",
            ...(clusterUid !== undefined && { clusterIdentifier: clusterUid }),
        };
        this.provider = new Provider(name, common);
        this.#nonAdoptingProvider = new Provider(`${name}-namespaces`, {
            ...common,
            enableServerSideApply: false,
        });
        if (clusterUid !== undefined) {
            this.#refuseAnother(name, context, clusterUid, uidNamespace);
        }
    }

    /** The provider compares identifiers with the state alone. */
    #refuseAnother(
        name: string,
        context: pulumi.Input<string>,
        clusterUid: pulumi.Input<string>,
        uidNamespace: pulumi.Input<string>,
    ): void {
        const resourceName = uidNamespace === "kube-system" ? `${name}-kube-system` : `${name}-namespace`;
        const { metadata } = Namespace.get(resourceName, uidNamespace, { provider: this.provider });
        pulumi
            .all([metadata.uid, clusterUid, context, uidNamespace])
            .apply(([uid, expected, reached, namespace]) => {
                // A program that is rendered reads nothing.
                if (uid && uid !== expected) {
                    throw new pulumi.RunError(
                        `The context ${reached} leads to another cluster than the one that the stack is for: the UID of ` +
                            `its namespace ${namespace} is ${uid}, not ${expected}.`,
                    );
                }
            });
    }

    /**
     * For namespaces, and for objects of fixed names in a namespace that others use too: with server-side apply the
     * provider would adopt one that exists, and later delete it, a namespace with all that somebody else has in it.
     */
    get nonAdoptingProvider(): Provider {
        return this.#nonAdoptingProvider;
    }
}

/**
 * Connects to a cluster. Nothing is asked of it before a resource is read or written.
 *
 * @throws {ArgumentsError} naming each argument that can't be used.
 */
export function connectToCluster(name: string, args: ClusterConnectionArgs): ClusterConnection {
    refuseMistakes(`The cluster connection "${name}"`, [
        ...unknownArguments(args, argumentNames),
        ...mistakeUnless(isText(args.context), "context", args.context, "the name of a kubeconfig context"),
    ]);
    return new ClusterConnection(name, args);
}
