import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import type { V1Status } from "@kubernetes/client-node";

import type { KubernetesClient } from "../kubernetes/client.ts";

/** A container of a pod that runs. */
export interface Place {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

/** How a command in a container ended. */
export interface ExecResult {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** A command in a container that could not be started, or whose end was not seen. */
export class ExecFailure extends Error {
    override readonly name = "ExecFailure";

    constructor({ namespace, pod, container }: Place, reason: string) {
        super(`a command in ${namespace}/${pod} (container ${container}) could not be run: ${reason}`);
    }
}

/** How long a command may take, in ms. The commands end by themselves before. */
const patience = 20_000;

/**
 * Runs a command in a container through the API server. Its arguments are seen by others: no secret belongs there.
 *
 * @throws ExecFailure if it can't be run; a command that fails has an exit code
 */
export async function execInPod(
    client: KubernetesClient,
    place: Place,
    command: readonly string[],
): Promise<ExecResult> {
    const stdout = collect();
    const stderr = collect();
    const { promise, resolve, reject } = withResolvers<V1Status>();
    const timer = setTimeout(() => {
        reject(new ExecFailure(place, `it did not end within ${patience / 1000} s`));
    }, patience);
    try {
        const socket: unknown = await client.exec.exec(
            place.namespace,
            place.pod,
            place.container,
            [...command],
            stdout.stream,
            stderr.stream,
            null,
            false,
            resolve,
        );
        if (socket instanceof EventEmitter) {
            socket.once("close", () => {
                reject(new ExecFailure(place, "the connection to it was closed"));
            });
        }
        const status = await promise;
        return { exitCode: exitCodeOf(status, place), stdout: stdout.text(), stderr: stderr.text() };
    } catch (error) {
        if (error instanceof ExecFailure) {
            throw error;
        }
        throw new ExecFailure(place, reasonOf(error));
    } finally {
        clearTimeout(timer);
    }
}

function withResolvers<Value>(): {
    readonly promise: Promise<Value>;
    readonly resolve: (value: Value) => void;
    readonly reject: (error: Error) => void;
} {
    let resolve: (value: Value) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const promise = new Promise<Value>((resolves, rejects) => {
        resolve = resolves;
        reject = rejects;
    });
    // It may be rejected before anybody waits for it.
    promise.catch(() => undefined);
    return { promise, resolve, reject };
}

function collect(): { readonly stream: Writable; readonly text: () => string } {
    const chunks: Buffer[] = [];
    const stream = new Writable({
        write(chunk: Buffer, _encoding, done) {
            chunks.push(chunk);
            done();
        },
    });
    return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}

function exitCodeOf(status: V1Status, place: Place): number {
    if (status.status === "Success") {
        return 0;
    }
    const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
    if (code === undefined) {
        throw new ExecFailure(place, status.message ?? "no reason was given");
    }
    return Number(code);
}

/** A failed WebSocket handshake is an event with an error in it. */
function reasonOf(error: unknown): string {
    if (error instanceof Error) {
        return error.message;
    }
    return typeof error === "object" && error !== null && "message" in error
        ? String(error.message)
        : String(error);
}
