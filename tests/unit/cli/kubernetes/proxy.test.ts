import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";

import { clusterUid, connect, type KubernetesClient } from "../../../../cli/kubernetes/client.ts";
import { keepEnvironment } from "../keep-environment.ts";

describe("the API of a cluster", () => {
    keepEnvironment();
    let folder: string;
    let proxy: Server;
    let address: string;
    let tunnels: string[];

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "multitier-proxy-"));
        tunnels = [];
        proxy = createServer().listen(0, "127.0.0.1");
        proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
            tunnels.push(request.url ?? "");
            socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        });
        await once(proxy, "listening");
        address = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
    });

    afterEach(async () => {
        proxy.close();
        await rm(folder, { recursive: true });
    });

    async function clientOf(cluster: Readonly<Record<string, string>>): Promise<KubernetesClient> {
        const file = join(folder, "kubeconfig");
        const contexts = [{ name: "c", context: { cluster: "c", user: "u" } }];
        const users = [{ name: "u", user: { token: "t" } }];
        await writeFile(file, stringify({ clusters: [{ name: "c", cluster }], users, contexts }));
        return connect(file, "c");
    }

    async function ask(client: KubernetesClient): Promise<void> {
        await clusterUid(client).catch(() => undefined);
        await client.exec
            .exec("n", "p", "c", ["true"], process.stdout, process.stderr, null, false)
            .catch(() => undefined);
    }

    it("is reached by the proxy that the environment names, streams too", async () => {
        Object.assign(process.env, { HTTPS_PROXY: address });
        await ask(await clientOf({ server: "https://api.invalid:6443" }));
        expect(tunnels).to.deep.equal(["api.invalid:6443", "api.invalid:6443"]);
    });

    it("is reached by the proxy of the kubeconfig rather than that of the environment", async () => {
        Object.assign(process.env, { HTTPS_PROXY: "http://127.0.0.1:9" });
        await ask(await clientOf({ server: "https://api.invalid:6443", "proxy-url": address }));
        expect(tunnels).to.deep.equal(["api.invalid:6443", "api.invalid:6443"]);
    });

    it("is reached directly where NO_PROXY says so", async () => {
        Object.assign(process.env, { HTTPS_PROXY: address, NO_PROXY: ".invalid" });
        await ask(await clientOf({ server: "https://api.invalid:6443" }));
        expect(tunnels).to.deep.equal([]);
    });

    it("is reached directly on this machine, where a kind cluster is", async () => {
        Object.assign(process.env, { HTTPS_PROXY: address });
        await ask(await clientOf({ server: "https://127.0.0.1:9" }));
        expect(tunnels).to.deep.equal([]);
    });
});
