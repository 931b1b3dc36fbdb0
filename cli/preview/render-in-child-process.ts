import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { RenderingRequest, RenderingResponse } from "../../rendering/rendered-resource.ts";

const program = fileURLToPath(new URL("../../rendering/render.ts", import.meta.url));
const loader = fileURLToPath(new URL("../../loader/register.js", import.meta.url));

/**
 * Renders a program in a process of its own, which loads nothing of a cluster, an engine or a network.
 *
 * @param signal ends the process
 * @throws Error if the process ends without an answer
 */
export async function renderInChildProcess(
    request: RenderingRequest,
    signal: AbortSignal,
): Promise<RenderingResponse> {
    // Config in the environment would be taken for the stack's.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    const child = fork(program, {
        execArgv: ["--require", loader],
        env: Object.fromEntries(inherited),
        signal,
        // What a program prints is no part of the preview.
        stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const said: Buffer[] = [];
    child.stderr?.on("data", (data: Buffer) => said.push(data));
    return await new Promise((resolve, reject) => {
        child.once("message", (response: RenderingResponse) => {
            resolve(response);
        });
        child.once("error", reject);
        child.once("exit", (code) => {
            const text = Buffer.concat(said).toString().trim();
            reject(
                new Error(
                    `The program ended with code ${code ?? "(a signal)"} while it was rendered:\n${text}`,
                ),
            );
        });
        child.send(request);
    });
}
