import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import type { V1Status } from "@kubernetes/client-node";

import type { KubernetesClient } from "../kubernetes/client.ts";

/** A container of a pod that runs. */
export interface ContainerRef {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

/** The end of a command in a container. */
export interface ExecResult {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** A command in a container could not be started, or its end was not seen. */
export class ExecFailure extends Error {
    override readonly name = "ExecFailure";

    constructor({ namespace, pod, container }: ContainerRef, reason: string) {
        super(`a command in ${namespace}/${pod} (container ${container}) could not be run: ${reason}`);
    }
}

/** The longest time that a command may take, in ms. The commands end by themselves before. */
const patience = 20_000;

/**
 * Runs a command in a container through the API server. Its arguments are seen by others: no secret belongs there.
 *
 * @throws ExecFailure if it can't be run; a command that fails has an exit code
 */
export async function execInPod(
    client: KubernetesClient,
    ref: ContainerRef,
    command: readonly string[],
): Promise<ExecResult> {
    const stdout = collect();
    const stderr = collect();
    let timer: NodeJS.Timeout | undefined;
    const ended = new Promise<V1Status>((resolve, reject) => {
        const fail = (reason: string): void => {
            reject(new ExecFailure(ref, reason));
        };
        timer = setTimeout(fail, patience, `it did not end within ${patience / 1000} s`);
        client.exec
            .exec(
                ref.namespace,
                ref.pod,
                ref.container,
                [...command],
                stdout.stream,
                stderr.stream,
                null,
                false,
                resolve,
            )
            .then((socket: unknown) => {
                if (socket instanceof EventEmitter) {
                    socket.once("close", () => {
                        fail("the connection to it was closed");
                    });
                }
            })
            .catch((error: unknown) => {
                fail(reasonOf(error));
            });
    });
    try {
        const exitCode = exitCodeOf(await ended, ref);
        return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    } finally {
        clearTimeout(timer);
    }
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

function exitCodeOf({ status, details, message }: V1Status, ref: ContainerRef): number {
    if (status === "Success") {
        return 0;
    }
    const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
    if (code === undefined) {
        throw new ExecFailure(ref, message ?? "no reason was given");
    }
    return Number(code);
}

/** A failed WebSocket handshake is an event with an error in it. */
function reasonOf(error: unknown): string {
    return typeof error === "object" && error !== null && "message" in error
        ? String(error.message)
        : String(error);
}
