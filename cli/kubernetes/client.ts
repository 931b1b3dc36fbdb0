import { setTimeout as sleep } from "node:timers/promises";
import {
    ApiException,
    AppsV1Api,
    AuthorizationV1Api,
    BatchV1Api,
    CoreV1Api,
    DiscoveryV1Api,
    Exec,
    KubernetesObjectApi,
    NetworkingV1Api,
    StorageV1Api,
    VersionApi,
} from "@kubernetes/client-node";
import * as v from "valibot";

import { proxyFor } from "../process/proxy.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { DeclaredObjectApi } from "./declared-object-api.ts";
import { readKubeconfig } from "./kubeconfig.ts";

/** Limit for the cluster's answer to a single request, in ms; a healthy one needs a few. */
const usualPatience = 10_000;

/** The APIs of one cluster that the commands use. */
export interface KubernetesClient {
    readonly context: string;
    /** The kubeconfig file, or several as in KUBECONFIG. */
    readonly kubeconfig: string;
    /** The address of the API server, for messages. */
    readonly server: string;
    readonly core: CoreV1Api;
    readonly apps: AppsV1Api;
    readonly authorization: AuthorizationV1Api;
    readonly batch: BatchV1Api;
    readonly discovery: DiscoveryV1Api;
    readonly networking: NetworkingV1Api;
    readonly storage: StorageV1Api;
    readonly version: VersionApi;
    readonly objects: KubernetesObjectApi;
    readonly declared: DeclaredObjectApi;
    /** Runs commands in pods. */
    readonly exec: Exec;
}

/**
 * The client of one context of a kubeconfig. Neither the file nor its current-context is changed.
 *
 * @param kubeconfig a kubeconfig file, or several as in KUBECONFIG
 * @param context the context; undefined means the only one there is
 * @throws CommandFailure if the kubeconfig can't be read or has no such context
 */
export function connect(kubeconfig: string, context: string | undefined): KubernetesClient {
    const config = readKubeconfig(kubeconfig);
    const names = config.getContexts().map(({ name }) => name);
    const name = context ?? (names.length === 1 ? names[0] : undefined);
    if (name === undefined || !names.includes(name)) {
        const wanted = context === undefined ? "has not exactly one context" : `has no context ${context}`;
        throw new CommandFailure(
            `${kubeconfig} ${wanted}; it has: ${names.length > 0 ? names.join(", ") : "none"}.`,
            "Name one of them with --context NAME, or another file with --kubeconfig FILE.",
        );
    }
    config.setCurrentContext(name);
    // The client knows a proxy of the kubeconfig alone, kubectl that of the environment, too.
    config.clusters = config.clusters.map((cluster) => {
        const proxyUrl = cluster.proxyUrl ?? proxyFor(cluster.server);
        return proxyUrl === undefined ? cluster : { ...cluster, proxyUrl };
    });
    return {
        context: name,
        kubeconfig,
        server: config.getCurrentCluster()?.server ?? "(no server)",
        core: config.makeApiClient(CoreV1Api),
        apps: config.makeApiClient(AppsV1Api),
        authorization: config.makeApiClient(AuthorizationV1Api),
        batch: config.makeApiClient(BatchV1Api),
        discovery: config.makeApiClient(DiscoveryV1Api),
        networking: config.makeApiClient(NetworkingV1Api),
        storage: config.makeApiClient(StorageV1Api),
        version: config.makeApiClient(VersionApi),
        objects: KubernetesObjectApi.makeApiClient(config),
        declared: config.makeApiClient(DeclaredObjectApi),
        exec: new Exec(config),
    };
}

/** The namespace whose UID identifies a cluster: one made again under the same name has another. */
export const uidNamespace = "kube-system";

/**
 * The UID of a namespace by which a cluster is recognised.
 *
 * @param name the namespace that the stack was given, for a user who may read no other. Default: {@link uidNamespace}
 * @throws CommandFailure if the cluster doesn't answer, doesn't let the user read the namespace, or has none of this name
 */
export async function clusterUid(client: KubernetesClient, name: string = uidNamespace): Promise<string> {
    try {
        const namespace = await withPatience(client.core.readNamespace({ name }));
        return namespace.metadata?.uid ?? "";
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) {
            throw new CommandFailure(
                `The cluster of the context ${client.context} (${client.server}) has no namespace ${name}.`,
                "multitier:existingNamespace names one that exists; one for the stack to create is multitier:namespace.",
                { cause: error },
            );
        }
        if (isForbidden(error)) {
            throw new CommandFailure(
                `The cluster of the context ${client.context} (${client.server}) refuses: ${apiMessage(error)}`,
                "By that namespace a cluster is recognised: ask its administrator for the right to get namespaces.",
                { cause: error },
            );
        }
        throw new CommandFailure(
            `The cluster of the context ${client.context} (${client.server}) doesn't answer: ${firstLine(error)}`,
            "Is it running, and do its address and your credentials in the kubeconfig still hold?",
            { cause: error },
        );
    }
}

/** Tells the answer to a user who lacks a right. */
export function isForbidden(error: unknown): error is ApiException<unknown> {
    return error instanceof ApiException && error.code === 403;
}

/**
 * Waits for an answer of the cluster, but not for long.
 *
 * @throws Error if it doesn't come in time, AbortError if the signal comes before it
 */
export async function withPatience<Answer>(
    answer: Promise<Answer>,
    options: { readonly signal?: AbortSignal | undefined; readonly patience?: number } = {},
): Promise<Answer> {
    const { signal, patience = usualPatience } = options;
    const answered = new AbortController();
    const signals = [answered.signal, ...(signal === undefined ? [] : [signal])];
    const timeOut = sleep(patience, undefined, { signal: AbortSignal.any(signals) }).then(() => {
        throw new Error(`no answer within ${patience / 1000} s`);
    });
    try {
        return await Promise.race([answer, timeOut]);
    } finally {
        answered.abort();
    }
}

const refusal = v.object({ message: v.string() });

/** Picks what the API server says from a failure, without the headers that the client adds. */
export function apiMessage(error: unknown): string {
    const body: unknown = error instanceof ApiException ? error.body : undefined;
    const status = v.safeParse(v.union([refusal, v.pipe(v.string(), v.parseJson(), refusal)]), body);
    return status.success ? status.output.message : firstLine(error);
}

function firstLine(error: unknown): string {
    const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : "";
    return (messageOf(error).split("\n", 1)[0] ?? "") + cause;
}
