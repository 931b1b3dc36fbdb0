import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { connect, type KubernetesClient } from "../../../../cli/kubernetes/client.ts";

interface Answer {
    readonly status?: number;
    readonly body: object;
}

/** An API server that answers as a test says. */
export interface FakeCluster extends AsyncDisposable {
    readonly client: KubernetesClient;
}

/** Starts an API server of the test's own on this machine. */
export async function fakeCluster(
    answer: (request: IncomingMessage, path: string, body: string) => Answer | Promise<Answer>,
): Promise<FakeCluster> {
    const answering = async (...asked: Parameters<typeof answer>): Promise<Answer> => await answer(...asked);
    const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.once("end", () => {
            const { pathname } = new URL(request.url ?? "/", "http://localhost");
            const respond = ({ status = 200, body }: Answer): void => {
                response.writeHead(status, { "content-type": "application/json" });
                response.end(JSON.stringify(body));
            };
            // What fails in a test's own answer ends that test, as what the API server says.
            void answering(request, pathname, Buffer.concat(chunks).toString()).then(
                respond,
                (error: unknown) => {
                    respond({ status: 500, body: { message: String(error) } });
                },
            );
        });
    });
    // A test that runs out of time must not keep its process.
    server.unref();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), "multitier-cluster-"));
    const file = join(folder, "kubeconfig");
    writeFileSync(
        file,
        stringify({
            clusters: [
                {
                    name: "fake",
                    cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true },
                },
            ],
            users: [{ name: "fake", user: {} }],
            contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
        }),
    );
    return {
        client: connect(file, "fake"),
        [Symbol.asyncDispose]: async () => {
            server.closeAllConnections();
            server.close();
            await once(server, "close");
            rmSync(folder, { recursive: true });
        },
    };
}
