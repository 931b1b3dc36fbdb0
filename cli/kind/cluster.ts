import type { ContainerEngine } from "../container-engine/engine.ts";
import { CommandFailure } from "../terminal/failure.ts";

/** A kind cluster and what it is reached with. */
export interface ClusterOptions {
    /** The cluster's name; its context is `kind-<name>`. */
    readonly name: string;
    /** The file that gets the way into the cluster. No other kubeconfig is read or written. */
    readonly kubeconfig: string;
    readonly tools: { readonly kind: string };
    readonly engine: ContainerEngine;
    /** Told what is done, a line each. */
    readonly report: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/** The kind cluster is missing or does not match the settings. */
export class ClusterError extends CommandFailure {
    override readonly name = "ClusterError";
}
