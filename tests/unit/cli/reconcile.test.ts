import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { readState } from "../../../cli/session/state-file.ts";
import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { componentKinds } from "../../../cli/kubernetes/live-object.ts";
import { connect, type KubernetesClient } from "../../../cli/kubernetes/client.ts";
import { ownershipOf } from "../../../cli/kubernetes/stack-labels.ts";
import { describeForeignNamespace, reconcile } from "../../../cli/session/reconcile.ts";

const labels = ownershipOf("multitier", "dev");

interface FakeObject {
    readonly metadata: Readonly<Record<string, unknown>>;
}

/** The part of an API server that is needed: it has these objects by their paths, and keeps what was deleted. */
class FakeCluster {
    readonly deleted: string[] = [];
    readonly objects = new Map<string, FakeObject>();
    readonly #folder = mkdtempSync(join(tmpdir(), "multitier-fake-cluster-"));
    readonly #server: Server;

    constructor() {
        this.#server = createServer((request, response) => {
            const [path = ""] = (request.url ?? "").split("?", 1);
            const answer = this.#answer(request.method ?? "", path);
            response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
            response.end(JSON.stringify(answer ?? { kind: "Status", code: 404 }));
        });
    }

    async client(): Promise<KubernetesClient> {
        await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
        const address = this.#server.address();
        const port = typeof address === "object" ? (address?.port ?? 0) : 0;
        const kubeconfig = join(this.#folder, "kubeconfig");
        const named = { name: "fake" };
        const config = {
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    ...named,
                    cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true },
                },
            ],
            users: [{ ...named, user: {} }],
            contexts: [{ ...named, context: { cluster: "fake", user: "fake" } }],
        };
        writeFileSync(kubeconfig, JSON.stringify(config));
        return connect(kubeconfig, "fake");
    }

    close(): void {
        this.#server.closeAllConnections();
        this.#server.close();
        rmSync(this.#folder, { recursive: true });
    }

    #answer(method: string, path: string): unknown {
        if (method === "DELETE") {
            this.deleted.push(path);
            this.objects.delete(path);
            return {};
        }
        const group = path.replace(/^\/apis?\//, "");
        if (group.split("/").length <= 2 && !group.includes("namespaces")) {
            const kinds = [
                ...componentKinds,
                ...["Namespace", "PersistentVolumeClaim"].map((kind) => ({ apiVersion: "v1", kind })),
            ];
            const own = kinds.filter(({ apiVersion }) => apiVersion === group);
            return {
                resources: own.map(({ kind }) => ({
                    name: plural(kind),
                    kind,
                    namespaced: kind !== "Namespace",
                })),
            };
        }
        // A single object's path ends with its name, a list's with the kind.
        const object = this.objects.get(path);
        const isList = /\/namespaces\/[^/]+\/[^/]+$/.test(path);
        const items = [...this.objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, each]) => each);
        return object ?? (isList ? { items } : undefined);
    }
}

function plural(kind: string): string {
    return kind.toLowerCase().replace(/y$/, "ie").replace(/s$/, "se") + "s";
}

const namespacePath = (name: string): string => `/api/v1/namespaces/${name}`;

const identity = {
    urn: "u::multitier:components:Application$random:index/randomUuid:RandomUuid::app-identity",
    type: "random:index/randomUuid:RandomUuid",
    outputs: { result: "ours" },
};

/** The namespace as it is in the state. */
function noted(name: string, uid: string): object {
    return {
        urn: `u::${name}`,
        type: "kubernetes:core/v1:Namespace",
        id: name,
        outputs: { metadata: { uid } },
    };
}

describe("before an update, the state and the cluster are brought together", () => {
    let cluster: FakeCluster;
    let client: KubernetesClient;
    let imported: Deployment[];
    beforeEach(async () => {
        cluster = new FakeCluster();
        client = await cluster.client();
        imported = [];
    });
    afterEach(() => {
        cluster.close();
    });

    /** Puts a namespace with the stack's labels into the cluster. */
    const namespace = (name: string, uid: string, annotation?: string): void => {
        const annotations = annotation === undefined ? {} : { "multitier/identity": annotation };
        cluster.objects.set(namespacePath(name), { metadata: { name, uid, labels, annotations } });
    };
    /** Puts an object with the stack's labels into a namespace. */
    const object = (kind: string, place: string, name: string, further: object = {}): string => {
        const path = `${namespacePath(place)}/${plural(kind)}/${name}`;
        cluster.objects.set(path, {
            metadata: { name, namespace: place, labels: { ...labels, ...further } },
        });
        return path;
    };
    const run = async (
        named: string,
        resources: readonly object[],
        existingNamespace?: string,
    ): Promise<readonly string[]> => {
        const pending = [{ type: "creating", resource: { urn: "u::pending" } }];
        const deployment = { resources, pending_operations: pending };
        const stack = {
            found: readState(deployment),
            exportStack: () => Promise.resolve({ version: 3, deployment }),
            importStack: (state: Deployment) => {
                imported.push(state);
                return Promise.resolve();
            },
        };
        const { signal } = new AbortController();
        const interruption = {
            ...{ requested: signal, insisted: signal },
            exitCode: () => undefined,
            throwIfRequested: () => undefined,
            stopListening: () => undefined,
        };
        const place = { client, namespace: named, existingNamespace, labels };
        return (await reconcile(stack, place, { report: () => undefined }, interruption)).missing;
    };
    const refusal = async (named: string, resources: readonly object[]): Promise<string> => {
        const error: unknown = await run(named, resources).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(CommandFailure);
        expect(cluster.deleted).to.deep.equal([]);
        expect(imported).to.deep.equal([]);
        return error instanceof CommandFailure ? error.message : "";
    };

    it("and a namespace of another state's is refused with nothing deleted, though it carries the labels", async () => {
        namespace("shop", "uid-1", "theirs");
        object("ConfigMap", "shop", "running");
        expect(await refusal("shop", [identity])).to.include("another state");
        expect(await refusal("shop", [])).to.include("another state");
    });

    it("and so is one that has the place of the state's own, though the settings name another now", async () => {
        namespace("shop", "uid-2");
        object("ConfigMap", "shop", "theirs");
        expect(await refusal("shop2", [identity, noted("shop", "uid-1")])).to.include("another UID");
    });

    it("and the namespace that a killed up left is removed, with nothing but that", async () => {
        namespace("shop", "uid-1", "ours");
        namespace("other", "uid-9", "theirs");
        await run("shop", [identity]);
        expect(cluster.deleted).to.deep.equal([namespacePath("shop")]);
        expect(imported).to.have.length(1);
    });

    it("but not with a claim in it", async () => {
        namespace("shop", "uid-1", "ours");
        object("PersistentVolumeClaim", "shop", "mysql-data");
        expect(await refusal("shop", [identity])).to.include("mysql-data");
    });

    it("and what a killed up left in its own namespace is removed, also when the settings name another", async () => {
        namespace("shop", "uid-1");
        const left = object("ConfigMap", "shop", "left");
        const missing = await run("shop2", [identity, noted("shop", "uid-1")]);
        expect(cluster.deleted).to.deep.equal([left]);
        expect(missing).to.deep.equal([]);
    });

    it("and of a namespace that others use too only what was made with this state is removed", async () => {
        namespace("team-a", "uid-1", "theirs");
        object("ConfigMap", "team-a", "theirs", { "multitier/identity": "theirs" });
        object("ConfigMap", "team-a", "nobodys");
        const left = object("ConfigMap", "team-a", "left", { "multitier/identity": "ours" });
        await run("team-a", [identity], "team-a");
        expect(cluster.deleted).to.deep.equal([left]);
        expect(
            await describeForeignNamespace({
                ...{ client, namespace: "team-a", existingNamespace: "team-a", labels },
            }),
        ).to.equal(undefined);
    });

    it("and what is gone from the cluster is told", async () => {
        namespace("shop", "uid-1");
        const gone = { urn: "u::gone", type: "kubernetes:core/v1:Service", id: "shop/mysql" };
        expect(await run("shop", [noted("shop", "uid-1"), gone])).to.deep.equal(["Service shop/mysql"]);
        cluster.objects.clear();
        expect(await run("shop", [noted("shop", "uid-1")])).to.deep.equal(["Namespace shop"]);
    });

    it("and a down that knows nothing tells of another state's namespace, and leaves it", async () => {
        const place = { client, namespace: "shop", labels };
        expect(await describeForeignNamespace(place)).to.equal(undefined);
        namespace("shop", "uid-1", "theirs");
        expect(await describeForeignNamespace(place))
            .to.include("theirs")
            .and.include("left alone");
        expect(cluster.deleted).to.deep.equal([]);
    });
});
