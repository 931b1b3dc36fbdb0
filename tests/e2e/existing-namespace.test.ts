import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parseAllDocuments, stringify } from "yaml";

import { redisDefaults } from "../../components/defaults.ts";
import { enforceNetworkPolicies, stopEnforcing } from "../machines/registries/network-policies.ts";
import { compute } from "./application.ts";
import { eventually } from "./eventually.ts";
import { kubectl } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { ScratchStack } from "./scratch-stack.ts";
import { requireApplication, workspace } from "./suite.ts";
import { rowsOf, type Rows } from "./verify-rows.ts";

/** The namespace of somebody's team, by which docs/clusters.md shows the rights. */
const team = "team-a";
const host = "team.localhost";
const url = `http://${host}:${cluster.port}/`;

/** A Redis that others have there, with its volume and a pod that uses it. */
const strangers = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: cache-data, labels: { app: cache } }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 16Mi } } }
---
apiVersion: v1
kind: Service
metadata: { name: cache, labels: { app: cache } }
spec: { selector: { app: cache }, ports: [{ port: 6379 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache, labels: { app: cache } }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      containers:
        - name: redis
          image: "${redisDefaults.image}"
          # Without a password it answers its own pod alone, unless it is told otherwise.
          command: [redis-server, --protected-mode, "no"]
          volumeMounts: [{ name: data, mountPath: /data }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: cache-data } }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache-client, labels: { app: cache-client } }
spec:
  selector: { matchLabels: { app: cache-client } }
  template:
    metadata: { labels: { app: cache-client } }
    spec: { containers: [{ name: redis, image: "${redisDefaults.image}", command: [sleep, infinity] }] }
`;

const denyAll = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny-all }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;

const objectSchema = v.looseObject({
    kind: v.string(),
    metadata: v.looseObject({
        name: v.string(),
        uid: v.string(),
        resourceVersion: v.string(),
        labels: v.optional(v.unknown()),
        annotations: v.optional(v.unknown()),
    }),
    spec: v.optional(v.unknown()),
});

/** The version of an object. That of a pod changes with each status that its kubelet sends, late on a busy machine. */
function versionOf({ kind, metadata, spec }: v.InferOutput<typeof objectSchema>): string {
    const { resourceVersion, labels, annotations } = metadata;
    return kind === "Pod" ? JSON.stringify({ labels, annotations, spec }) : resourceVersion;
}

/** Writes manifests into a file of the suite's folder. */
async function manifest(name: string, text: string): Promise<string> {
    const file = join(workspace().folder, `${name}.yaml`);
    await writeFile(file, text);
    return file;
}

/** The objects in the namespace, and itself, each with its UID and version. Its events come and go. */
async function objectsThere(selector = ""): Promise<Record<string, string>> {
    const kinds =
        "all,configmaps,secrets,serviceaccounts,persistentvolumeclaims,ingresses,networkpolicies,poddisruptionbudgets,roles,rolebindings";
    const args = ["get", kinds, "-n", team, "-l", selector, "-o", "json"];
    const { items } = v.parse(v.object({ items: v.array(objectSchema) }), JSON.parse(await kubectl(...args)));
    const itself = v.parse(objectSchema, JSON.parse(await kubectl("get", "namespace", team, "-o", "json")));
    return Object.fromEntries(
        [...items, itself].map((object) => [
            `${object.kind} ${object.metadata.name}`,
            `${object.metadata.uid} ${versionOf(object)}`,
        ]),
    );
}

/** The answer that the strangers' own client gets from a Redis, or the failure's text. */
async function ping(service: string): Promise<string> {
    const redisCli = ["timeout", "5", "redis-cli", "-h", service, "ping"];
    return await kubectl("exec", "-n", team, "deployment/cache-client", "--", ...redisCli).catch(
        (error: unknown) => String(error),
    );
}

/** Makes a kubeconfig of the user of docs/clusters.md, with the rights that stand there and no others. */
async function deployersKubeconfig(): Promise<string> {
    const docs = await workspace().checkout.read("docs/clusters.md");
    const rights = /```yaml\n([^`]*kind: Role\n[^`]*)```/.exec(docs)?.[1] ?? "";
    expect(parseAllDocuments(rights)).to.have.length(3);
    await kubectl("apply", "--filename", await manifest("rights", rights));
    const token = await kubectl("create", "token", "deployer", "-n", team, "--duration=2h");
    const admins = await kubectl("config", "view", "--raw", "--minify", "--output", "json");
    const { clusters } = v.parse(v.looseObject({ clusters: v.array(v.unknown()) }), JSON.parse(admins));
    const context = { cluster: cluster.context, user: "deployer" };
    return await manifest(
        "deployers-kubeconfig",
        stringify({
            ...{ apiVersion: "v1", kind: "Config", clusters },
            users: [{ name: "deployer", user: { token } }],
            contexts: [{ name: cluster.context, context }],
        }),
    );
}

describe("a stack in a namespace of others, by a user with rights there alone", () => {
    let settings: Readonly<Record<string, unknown>>;
    let theirs: Record<string, string>;
    const run = async (script: string, exitCode: number, ...args: string[]): Promise<string> =>
        (
            await workspace()
                .start(script, ["--stack", "team", ...args])
                .endWith(exitCode)
        ).output;

    before(async function () {
        // The policy engine may have to be built first.
        this.timeout(1_200_000);
        requireApplication();
        await enforceNetworkPolicies();
        await kubectl("create", "namespace", team);
        const file = await manifest("strangers", strangers);
        await kubectl("apply", "-n", team, "--filename", file);
        for (const name of ["cache", "cache-client"]) {
            await kubectl("rollout", "status", "-n", team, `deployment/${name}`, "--timeout=120s");
        }
        settings = {
            "pulumi:disable-default-providers": ["kubernetes"],
            "multitier:context": cluster.context,
            "multitier:kubeconfig": await deployersKubeconfig(),
            "multitier:existingNamespace": team,
            "multitier:host": host,
            "multitier:ingress": { externalPort: cluster.port },
        };
        await workspace().checkout.write("Pulumi.team.yaml", stringify({ config: settings }));
        await eventually("the strangers' client to reach its Redis", 60, async () =>
            (await ping("cache")) === "PONG" ? true : undefined,
        );
        theirs = await objectsThere();
    });
    after(async () => {
        await stopEnforcing();
        await kubectl("delete", "namespace", team, "--ignore-not-found");
    });

    it("is refused with each object of a stranger that it can't be beside, before anything is created", async () => {
        const service = ["create", "service", "clusterip", "redis", "-n", team, "--tcp=6379"];
        await kubectl(...service);
        const labelled = ["--image", redisDefaults.image, "--labels", "app.kubernetes.io/name=mysql"];
        await kubectl("run", "lone", "-n", team, ...labelled);
        const before = Object.keys(await objectsThere());
        const output = await run("up", 1);
        expect(output).to.include("the Service redis:").and.include("the Pod lone: it has the label");
        expect(Object.keys(await objectsThere())).to.deep.equal(before);
        await kubectl("delete", "service/redis", "pod/lone", "-n", team, "--now");
    });

    it("comes up, computes, and changes nothing when it is run again", async () => {
        const output = await run("up", 0);
        expect(output).to.match(/not checked, since you may not list them: IngressClasses, StorageClasses/);
        expect((await compute(50, url)).result).to.equal("12586269025");
        expect(await run("up", 0)).to.match(/no changes \(\d+ resources\)/);
        expect(await run("preview", 0)).to.include("nothing changes");
    });

    it("leaves the strangers' client its Redis, and keeps it from the stack's own", async () => {
        expect(await ping("cache")).to.equal("PONG");
        expect(await ping("redis")).to.not.match(/PONG|NOAUTH/);
        // Control: a policy for all pods of the namespace would take it away.
        const file = await manifest("deny-all", denyAll);
        await kubectl("apply", "-n", team, "--filename", file);
        await eventually("the strangers' client to be cut off", 30, async () =>
            (await ping("cache")) === "PONG" ? undefined : true,
        );
        await kubectl("delete", "-n", team, "--filename", file);
        await eventually("the strangers' client to reach its Redis again", 30, async () =>
            (await ping("cache")) === "PONG" ? true : undefined,
        );
    });

    it("is verified from within, with the level of Pod Security and the rows that were not tried", async () => {
        const args = ["--stack", "team", "--json", "--require-network-policy"];
        const { output, stdout } = await workspace().start("verify", args).endWith(0);
        expect(output).to.include("Pod Security: none");
        const rows: Rows = rowsOf(stdout);
        const untried = rows.filter(({ verdict }) => verdict !== "pass");
        expect(untried.map(({ from, verdict }) => `${from}: ${verdict}`)).to.deep.equal(
            Array.from({ length: 10 }, () => "another namespace: not tried"),
        );
        expect(rows.length - untried.length).to.be.above(50);
        expect(untried[0]?.why).to.include("may not create a namespace");
    });

    it("is gone after down, with everything of the strangers as it was", async () => {
        expect(await run("down", 0, "--yes")).to.include("Removed: the stack team.");
        await eventually("the last objects to go", 60, async () => {
            const names = Object.keys(await objectsThere());
            return names.length === Object.keys(theirs).length ? true : undefined;
        });
        expect(await objectsThere()).to.deep.equal(theirs);
    });

    it("comes up and goes by plain pulumi, too, in the cluster of this namespace and in no other", async () => {
        const uid = await kubectl("get", "namespace", team, "-o", "jsonpath={.metadata.uid}");
        const config = { ...settings, "multitier:clusterUid": uid };
        const scratch = await ScratchStack.create("existing-namespace", "team", { config });
        await (await scratch.pulumi("up", "--yes")).endWith(0);
        expect((await compute(60, url)).result).to.equal("1548008755920");
        await (await scratch.pulumi("destroy", "--yes")).endWith(0);
        const another = ["--config", "multitier:clusterUid=another"];
        const { output, exitCode } = await (await scratch.pulumi("up", "--yes", ...another)).end();
        expect(exitCode, output).to.not.equal(0);
        expect(output).to.include(`its namespace ${team} is ${uid}, not another`);
    });
});
