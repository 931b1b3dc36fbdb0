import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { V1Status } from "@kubernetes/client-node";

import { withPatience, type KubernetesClient } from "../kubernetes/client.ts";

/** A container of a pod that runs. */
export interface ContainerRef {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

/** The output of a command in a container. */
export interface ExecResult {
    readonly stdout: string;
    readonly stderr: string;
}

/** The longest time that a command may take, in ms. The commands end by themselves before. */
const patience = 20_000;

/**
 * Runs a command in a container through the API server. Its arguments are seen by others: no secret belongs there.
 *
 * @throws Error if it can't be run, or its end is not seen; a command that fails is none
 */
export async function execInPod(
    client: KubernetesClient,
    { namespace, pod, container }: ContainerRef,
    command: readonly string[],
): Promise<ExecResult> {
    const streams = [new PassThrough(), new PassThrough()] as const;
    const output = Promise.all(streams.map((stream) => text(stream)));
    const ended = new Promise<V1Status>((resolve, reject) => {
        client.exec
            .exec(namespace, pod, container, [...command], ...streams, null, false, resolve)
            .then((socket: unknown) => {
                if (socket instanceof EventEmitter) {
                    socket.once("close", () => {
                        reject(new Error("the connection to it was closed"));
                    });
                }
            })
            .catch(reject);
    });
    try {
        const { status, reason, message } = await withPatience(ended, { patience });
        if (status !== "Success" && reason !== "NonZeroExitCode") {
            throw new Error(message ?? "no reason was given");
        }
    } catch (error) {
        throw new Error(
            `a command in ${namespace}/${pod} (container ${container}) could not be run: ${reasonOf(error)}`,
            { cause: error },
        );
    }
    const [stdout = "", stderr = ""] = await output;
    return { stdout, stderr };
}

/** A failed WebSocket handshake is an event with an error in it. */
function reasonOf(error: unknown): string {
    return typeof error === "object" && error !== null && "message" in error
        ? String(error.message)
        : String(error);
}
