import { Namespace } from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomUuid } from "@pulumi/random";
import {
    ArgumentMistake,
    ArgumentNames,
    isText,
    mistakeUnless,
    refuseMistakes,
    unknownArguments,
} from "./arguments-error";
import { ClusterConnection } from "./cluster-connection";
import { DnsArgs, dnsMistakes } from "./dns-args";
import { authority, identityKey, isLabelValue, Labels, labelValueRule, stackLabels } from "./labels";
import { denyAll } from "./network-policy";
import { ServiceAddress, serviceDirectory } from "./service-address";
import { Topology, topologyOf, TopologyTier } from "./topology";

/** Where objects are created, and what they have in common. */
export interface Placement {
    /** The namespace, which exists. */
    readonly namespace: pulumi.Input<string>;
    /**
     * The cluster's DNS domain.
     * @default "cluster.local"
     */
    readonly clusterDomain?: pulumi.Input<string> | undefined;
    /**
     * Further labels of every object.
     * @default none
     */
    readonly labels?: Labels | undefined;
    /**
     * The names of the Secrets, in the namespace, with which images are pulled.
     * @default none
     */
    readonly imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /**
     * The cluster's DNS, which every tier may ask.
     * @default each part as {@link DnsArgs} says
     */
    readonly dns?: DnsArgs | undefined;
    /**
     * `none` leaves out every user and group ID of the pods, for a cluster that gives each namespace IDs of its own, as
     * OpenShift does by its security context constraint `restricted-v2`.
     * It must give an fsGroup too, by which the pods may read their passwords and write their volumes.
     * @default the IDs are 10001
     */
    readonly userId?: "none" | undefined;
}

export interface ApplicationArgs extends Omit<Placement, "namespace"> {
    readonly cluster: ClusterConnection;
    /**
     * The namespace to create. One that exists already is an error, and left alone.
     * @default none: then `existingNamespace` must be given
     */
    readonly namespace?: pulumi.Input<string> | undefined;
    /**
     * A namespace that exists, instead of one to create. It is neither changed nor deleted, nor are others' objects in it:
     * an object of a fixed name that is there already is an error.
     * @default none: then `namespace` must be given
     */
    readonly existingNamespace?: pulumi.Input<string> | undefined;
}

const argumentNames: ArgumentNames<ApplicationArgs> = {
    cluster: true,
    namespace: true,
    existingNamespace: true,
    clusterDomain: true,
    labels: true,
    imagePullSecrets: true,
    dns: true,
    userId: true,
};

/** Finds the mistake in an argument `userId`. */
export function userIdMistakes(userId: unknown): ArgumentMistake[] {
    return mistakeUnless(userId === undefined || userId === "none", "userId", userId, '"none", or nothing');
}

/** A tier as an application lists it. */
interface ListedTier extends TopologyTier {
    readonly tierName: string;
    readonly address: pulumi.Output<ServiceAddress>;
}

function providersOf({ providers = [] }: pulumi.ComponentResourceOptions): pulumi.ProviderResource[] {
    return Array.isArray(providers) ? providers : Object.values(providers);
}

/** Finds the mistake in what says where an application is: exactly one of its two arguments. */
function namespaceMistakes({ namespace, existingNamespace }: ApplicationArgs): ArgumentMistake[] {
    return existingNamespace === undefined
        ? mistakeUnless(isText(namespace), "namespace", namespace, "the name of the namespace to create")
        : [
              ...mistakeUnless(
                  isText(existingNamespace),
                  "existingNamespace",
                  existingNamespace,
                  "the name of a namespace that exists",
              ),
              ...mistakeUnless(
                  namespace === undefined,
                  "namespace",
                  namespace,
                  "nothing beside existingNamespace",
              ),
          ];
}

/**
 * The namespace of an application, in which the Pod Security Standard `restricted` is enforced and all traffic is
 * denied that no tier declares. Gives its placement to the parts that name it by `app`, and lists them. An annotation of
 * the namespace has an identifier that is made with the state. In a namespace that exists already, the objects have it as
 * a label instead, and what is there is left as it is.
 */
export class Application extends pulumi.ComponentResource {
    readonly namespace: pulumi.Output<string>;
    /** The placement of the application's parts, with the labels of the stack. */
    readonly placement: Placement;
    /** The options of the parts' objects of fixed names, which others may have taken in a namespace that is theirs too. */
    readonly fixedNameOptions: pulumi.CustomResourceOptions;
    readonly #tiers: ListedTier[] = [];
    readonly #routes: Record<string, string> = {};
    #isListed = false;

    /** @throws {ArgumentsError} naming each argument that can't be used, before anything is created. */
    constructor(name: string, args: ApplicationArgs, opts: pulumi.ComponentResourceOptions = {}) {
        const type = "multitier:components:Application";
        const { cluster, namespace, existingNamespace, labels, ...placement } = args;
        refuseMistakes(`${type} "${name}"`, [
            ...unknownArguments(args, argumentNames),
            ...mistakeUnless(
                cluster instanceof ClusterConnection,
                "cluster",
                cluster,
                "what connectToCluster returns",
            ),
            ...namespaceMistakes(args),
            ...dnsMistakes(args.dns),
            ...userIdMistakes(args.userId),
            // Both are labels of every object: the cluster would refuse the first of them.
            ...mistakeUnless(
                isLabelValue(pulumi.getStack()),
                "the stack's name",
                pulumi.getStack(),
                labelValueRule,
            ),
            ...mistakeUnless(
                isLabelValue(pulumi.getProject()),
                "the project's name",
                pulumi.getProject(),
                labelValueRule,
            ),
        ]);
        // A provider of the caller's own comes last, and wins.
        super(type, name, {}, { ...opts, providers: [cluster.provider, ...providersOf(opts)] });
        // Labels say whose a namespace is by names, which two states can have in common; this they never have.
        const identity = new RandomUuid(`${name}-identity`, {}, { parent: this });
        const allLabels = { ...stackLabels(pulumi.getProject(), pulumi.getStack()), ...labels };
        // Never one that adopts, whatever the caller's options say.
        const nonAdopting = { provider: cluster.nonAdoptingProvider };
        if (existingNamespace === undefined) {
            this.namespace = this.#createNamespace(name, namespace ?? "", identity, allLabels, nonAdopting);
            this.placement = { ...placement, namespace: this.namespace, labels: allLabels };
            this.fixedNameOptions = {};
        } else {
            this.namespace = pulumi.output(existingNamespace);
            const ownLabels = { ...allLabels, [identityKey]: identity.result };
            this.placement = { ...placement, namespace: this.namespace, labels: ownLabels };
            this.fixedNameOptions = nonAdopting;
        }
        this.registerOutputs({ namespace: this.namespace });
    }

    /** Creates the namespace, and denies all traffic in it. */
    #createNamespace(
        name: string,
        namespaceName: pulumi.Input<string>,
        identity: RandomUuid,
        labels: Labels,
        opts: pulumi.CustomResourceOptions,
    ): pulumi.Output<string> {
        const { metadata } = new Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: namespaceName,
                    annotations: { [identityKey]: identity.result },
                    labels: {
                        ...labels,
                        "pod-security.kubernetes.io/enforce": "restricted",
                        "pod-security.kubernetes.io/audit": "restricted",
                        "pod-security.kubernetes.io/warn": "restricted",
                    },
                },
            },
            { ...opts, parent: this },
        );
        new NetworkPolicy(
            `${name}-deny-all-policy`,
            { metadata: { namespace: metadata.name, labels, annotations: authority }, spec: denyAll },
            { parent: this },
        );
        return metadata.name;
    }

    /** The addresses of all tiers by their names. Read it when all of them are there. */
    get services(): pulumi.Output<Record<string, ServiceAddress>> {
        this.#isListed = true;
        return serviceDirectory(this.#tiers);
    }

    /** The declared connections, which `npm run verify` compares with the cluster's. Read it when all tiers are there. */
    get topology(): Topology {
        this.#isListed = true;
        return topologyOf(this.#tiers, { routes: this.#routes });
    }

    /** Lists a tier: each tier whose argument `app` is this application calls it. */
    addTier(tier: ListedTier): void {
        this.#expectUnlisted(tier.tierName);
        this.#tiers.push(tier);
    }

    /** Lists the paths of an Ingress with the names of the tiers behind them. */
    addRoutes(routes: Readonly<Record<string, string>>): void {
        this.#expectUnlisted(Object.keys(routes).join(", "));
        Object.assign(this.#routes, routes);
    }

    #expectUnlisted(part: string): void {
        if (this.#isListed) {
            throw new pulumi.RunError(
                `${part} is missing in the application's services and topology, which were read before it was ` +
                    "created: read them at the end of the program.",
            );
        }
    }
}
