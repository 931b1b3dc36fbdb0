import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ArgumentsError, Tier, TierArgs } from "../../../components";
import { CreatedResource, createdResources } from "../../../rendering/created-resources";
import { serviceAddress } from "../../../components/service-address";
import { resourceNamed, valueAt } from "../../created-resource";

const minimal: TierArgs = { namespace: "shop", image: "example/api:1", port: 8080 };

function tier(args: Partial<TierArgs> = {}, name = "api"): Promise<CreatedResource[]> {
    return createdResources(() => new Tier(name, { ...minimal, ...args }));
}

async function deployment(args: Partial<TierArgs> = {}): Promise<CreatedResource> {
    return resourceNamed(await tier(args), "Deployment", "api-deployment");
}

async function pod(args: Partial<TierArgs> = {}): Promise<unknown> {
    return valueAt((await deployment(args)).inputs, "spec.template.spec");
}

function mistakesOf(args: Partial<TierArgs>, name = "api"): string[] {
    try {
        new Tier(name, { ...minimal, ...args });
    } catch (error) {
        if (error instanceof ArgumentsError) {
            expect(error.message).to.contain(`"${name}"`);
            return error.mistakes.map(({ argument }) => argument);
        }
        throw error;
    }
    return [];
}

describe("a tier", () => {
    it("is a Deployment and a ClusterIP Service under the tier's own name", async () => {
        const resources = await tier();
        const service = resourceNamed(resources, "Service", "api-service");
        expect(valueAt(service.inputs, "metadata.name")).to.equal("api");
        expect(valueAt(service.inputs, "spec.type")).to.equal("ClusterIP");
        expect(valueAt(service.inputs, "spec.ports.0.port")).to.equal(8080);
        expect(resourceNamed(resources, "Deployment", "api-deployment").inputs).to.not.have.nested.property(
            "metadata.name",
        );
    });

    it("selects its pods by the name label alone, since a Deployment's selector is immutable", async () => {
        const resources = await tier({ labels: { team: "checkout" } });
        const selector = { "app.kubernetes.io/name": "api" };
        const { inputs } = resourceNamed(resources, "Deployment", "api-deployment");
        expect(valueAt(inputs, "spec.selector.matchLabels")).to.deep.equal(selector);
        expect(valueAt(inputs, "spec.template.metadata.labels")).to.deep.equal({
            team: "checkout",
            ...selector,
        });
        const service = resourceNamed(resources, "Service", "api-service");
        expect(valueAt(service.inputs, "spec.selector")).to.deep.equal(selector);
    });

    it("looks up an FQDN as it is, of the shortest domain too, and shorter names by the search list", async () => {
        const options = valueAt(await pod(), "dnsConfig.options");
        expect(options).to.deep.include({ name: "ndots", value: "3" });
        const dots = (name: string): number => name.split(".").length - 1;
        expect(dots(serviceAddress("mysql", "shop", "local", 3306).fqdn)).to.be.at.least(3);
        expect(dots("mysql.shop.svc")).to.be.below(3);
    });

    it("asks again for a name whose answer is lost before a server gives up its connection, after 5 s", async () => {
        const options = valueAt(await pod(), "dnsConfig.options");
        expect(options).to.deep.include.members([
            { name: "timeout", value: "2" },
            { name: "attempts", value: "3" },
        ]);
    });

    it("passes the Pod Security Standard restricted, in its init containers too", async () => {
        const spec = await pod({ initCommands: { prepare: ["true"] } });
        expect(spec).to.nested.include({
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            "securityContext.runAsNonRoot": true,
            "securityContext.seccompProfile.type": "RuntimeDefault",
        });
        expect(valueAt(spec, "securityContext.runAsUser")).to.be.above(10000);
        for (const container of ["containers.0", "initContainers.0"]) {
            expect(valueAt(spec, `${container}.securityContext`)).to.deep.equal({
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                privileged: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                runAsUser: 10001,
                runAsGroup: 10001,
            });
            for (const bound of ["requests", "limits"]) {
                expect(valueAt(spec, `${container}.resources.${bound}`)).to.have.all.keys(
                    "cpu",
                    "memory",
                    "ephemeral-storage",
                );
            }
        }
    });

    it("is sent no more requests long before it is restarted, and accepts connections for both", async () => {
        const main = valueAt(await pod(), "containers.0");
        const patience = (probe: string): number =>
            Number(valueAt(main, `${probe}.periodSeconds`)) *
            Number(valueAt(main, `${probe}.failureThreshold`) ?? 3);
        expect(patience("livenessProbe")).to.be.at.least(4 * patience("readinessProbe"));
        for (const probe of ["livenessProbe", "readinessProbe"]) {
            expect(valueAt(main, `${probe}.tcpSocket.port`), probe).to.equal(8080);
        }
    });

    it("can read its secret files and write to its volumes, which belong to its pods' group", async () => {
        const spec = await pod({ secretFiles: { "/run/secrets/a": "b" } });
        const user = valueAt(spec, "containers.0.securityContext.runAsGroup");
        expect(valueAt(spec, "securityContext.fsGroup")).to.equal(user);
    });

    it("has all of its grace left when it has stopped being sent requests", async () => {
        const spec = await pod({ preStopSleepSeconds: 7, terminationGracePeriodSeconds: 20 });
        expect(valueAt(spec, "containers.0.lifecycle.preStop.sleep.seconds")).to.equal(7);
        expect(valueAt(spec, "terminationGracePeriodSeconds")).to.equal(27);
    });

    it("gives access to its Deployment and its Service", async () => {
        const names: unknown[] = [];
        await createdResources(() => {
            const { deployment, service } = new Tier("api", minimal);
            pulumi.all([deployment.metadata.name, service.metadata.name]).apply((both) => {
                names.push(...both);
            });
        });
        await new Promise((resolve) => setImmediate(resolve));
        expect(names).to.deep.equal(["api-deployment-auto", "api"]);
    });

    it("loses no request in a rollout: no pod goes before its successor is ready, and each serves on first", async () => {
        const { inputs } = await deployment();
        expect(valueAt(inputs, "spec.strategy")).to.deep.equal({
            type: "RollingUpdate",
            rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
        });
        const spec = valueAt(inputs, "spec.template.spec");
        const sleep = Number(valueAt(spec, "containers.0.lifecycle.preStop.sleep.seconds"));
        expect(sleep).to.be.above(0);
        expect(valueAt(spec, "terminationGracePeriodSeconds")).to.be.above(sleep);
    });

    it("keeps files in an immutable, auto-named ConfigMap and secret ones in such a Secret", async () => {
        const resources = await tier({
            files: { "/etc/api/api.conf": "threads 2" },
            secretFiles: { "/run/secrets/token": pulumi.secret("s3cret") },
        });
        const files = resourceNamed(resources, "ConfigMap", "api-files");
        const secretFiles = resourceNamed(resources, "Secret", "api-secret-files");
        for (const { inputs } of [files, secretFiles]) {
            expect(inputs["immutable"]).to.equal(true);
            expect(inputs).to.not.have.nested.property("metadata.name");
        }
        expect(files.inputs["data"]).to.deep.equal({ "etc_api_api.conf": "threads 2" });
        expect(secretFiles.secretInputs).to.deep.equal(["stringData"]);
        const spec = valueAt(
            resourceNamed(resources, "Deployment", "api-deployment").inputs,
            "spec.template.spec",
        );
        expect(valueAt(spec, "containers.0.volumeMounts")).to.deep.include.members([
            { name: "files", mountPath: "/etc/api/api.conf", subPath: "etc_api_api.conf", readOnly: true },
            {
                name: "secret-files",
                mountPath: "/run/secrets/token",
                subPath: "run_secrets_token",
                readOnly: true,
            },
        ]);
        expect(valueAt(spec, "volumes")).to.deep.include.members([
            { name: "files", configMap: { name: "api-files-auto" } },
            { name: "secret-files", secret: { secretName: "api-secret-files-auto", defaultMode: 0o440 } },
        ]);
    });

    it("with a volume is one pod that ends before its successor starts", async () => {
        const resources = await tier({ persistentVolumes: { data: { mountPath: "/data", size: "1Gi" } } });
        const { inputs, options } = resourceNamed(resources, "Deployment", "api-deployment");
        expect(valueAt(inputs, "spec.strategy")).to.deep.equal({ type: "Recreate" });
        expect(options.deleteBeforeReplace).to.equal(true);
        expect(valueAt(inputs, "spec.replicas")).to.equal(1);
    });

    it("keeps its data in a claim of a fixed name, which the provider doesn't wait for", async () => {
        const resources = await tier({
            persistentVolumes: { data: { mountPath: "/data", size: "1Gi", storageClassName: "fast" } },
        });
        const { inputs } = resourceNamed(resources, "PersistentVolumeClaim", "api-data-claim");
        expect(valueAt(inputs, "metadata")).to.deep.include({
            name: "api-data",
            annotations: { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" },
        });
        expect(valueAt(inputs, "spec.storageClassName")).to.equal("fast");
    });

    it("protects its claim and nothing else", async () => {
        const resources = await tier({
            protect: true,
            persistentVolumes: { data: { mountPath: "/data", size: "1Gi" } },
        });
        expect(
            resources.filter(({ options }) => options.protect === true).map(({ name }) => name),
        ).to.deep.equal(["api-data-claim"]);
        expect(resources.filter(({ options }) => options.retainOnDelete === true)).to.deep.equal([]);
    });

    it("has a disruption budget from two replicas on", async () => {
        const budgets = async (args: Partial<TierArgs>): Promise<number> =>
            (await tier(args)).filter(({ type }) => type.endsWith(":PodDisruptionBudget")).length;
        expect(await budgets({ replicas: 1 })).to.equal(0);
        expect(await budgets({ replicas: 2 })).to.equal(1);
        expect(await budgets({ autoscaling: { minReplicas: 1, maxReplicas: 5 } })).to.equal(0);
        expect(await budgets({ autoscaling: { minReplicas: 2, maxReplicas: 5 } })).to.equal(1);
    });

    it("takes replicas 0 as 0", async () => {
        expect(valueAt((await deployment({ replicas: 0 })).inputs, "spec.replicas")).to.equal(0);
    });

    it("leaves its replicas to the autoscaler, without dropping to one pod when that takes over", async () => {
        const resources = await tier({ autoscaling: { minReplicas: 2, maxReplicas: 5 } });
        const { inputs, options } = resourceNamed(resources, "Deployment", "api-deployment");
        expect(inputs).to.not.have.nested.property("spec.replicas");
        expect(options.ignoreChanges).to.deep.equal(["spec.replicas"]);
        const autoscaler = resourceNamed(resources, "HorizontalPodAutoscaler", "api-autoscaler");
        expect(valueAt(autoscaler.inputs, "spec.scaleTargetRef")).to.deep.equal({
            apiVersion: "apps/v1",
            kind: "Deployment",
            name: "api-deployment-auto",
        });
    });

    it("waits longer than Kubernetes' deadline, so that what failed is what Kubernetes says", async () => {
        const { inputs, options } = await deployment({ progressDeadlineSeconds: 900 });
        expect(valueAt(inputs, "spec.progressDeadlineSeconds")).to.equal(900);
        expect(options.customTimeouts).to.deep.equal({ create: "960s", update: "960s" });
    });

    it("puts every object under itself and all labels on every object", async () => {
        const labels = { "app.kubernetes.io/part-of": "multitier" };
        const resources = await tier({
            labels,
            replicas: 2,
            files: { "/a/b": "c" },
            secretFiles: { "/a/c": "d" },
        });
        for (const { inputs, urn, type, name } of resources.filter(({ type }) =>
            type.startsWith("kubernetes:"),
        )) {
            expect(urn).to.equal(`multitier:components:Tier$${type}::${name}`);
            expect(valueAt(inputs, "metadata.labels")).to.deep.equal({
                ...labels,
                "app.kubernetes.io/name": "api",
            });
        }
    });

    it("exports the DNS names of its Service", async () => {
        let address: unknown;
        await createdResources(() => {
            new Tier("api", { ...minimal, clusterDomain: "example.org" }).address.apply((value) => {
                address = value;
            });
        });
        expect(address).to.deep.equal({
            name: "api",
            qualifiedName: "api.shop",
            fqdn: "api.shop.svc.example.org",
            port: 8080,
            endpoint: "api.shop.svc.example.org:8080",
        });
    });
});

describe("a tier that connects to another", () => {
    async function connected(): Promise<CreatedResource[]> {
        return createdResources(() => {
            const store = new Tier("key-store", {
                ...minimal,
                port: 7000,
                progressDeadlineSeconds: 1200,
                connection: { env: { USER: "app" }, password: { secretName: "store-password" } },
            });
            new Tier("api", { ...minimal, env: { LOG: "info" }, connectsTo: [store] });
        });
    }

    it("finds it by env vars and a mounted password, of which only the path is in an env var", async () => {
        const { inputs } = resourceNamed(await connected(), "Deployment", "api-deployment");
        const spec = valueAt(inputs, "spec.template.spec");
        expect(valueAt(spec, "containers.0.env")).to.deep.equal([
            { name: "KEY_STORE_HOST", value: "key-store.shop.svc.cluster.local" },
            { name: "KEY_STORE_PORT", value: "7000" },
            { name: "KEY_STORE_USER", value: "app" },
            { name: "KEY_STORE_PASSWORD_FILE", value: "/run/credentials/key-store/password" },
            { name: "LOG", value: "info" },
        ]);
        expect(valueAt(spec, "containers.0.volumeMounts")).to.deep.include({
            name: "key-store-password",
            mountPath: "/run/credentials/key-store",
            readOnly: true,
        });
    });

    it("is let out to it, and in at its side, and nothing else is", async () => {
        const resources = await connected();
        const own = resourceNamed(resources, "NetworkPolicy", "api-policy");
        const atPeer = resourceNamed(resources, "NetworkPolicy", "api-to-key-store-policy");
        const store = resourceNamed(resources, "NetworkPolicy", "key-store-policy");
        const pods = (name: string): object => ({
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
        });
        expect(valueAt(own.inputs, "spec.egress.2")).to.deep.equal({
            to: [pods("key-store")],
            ports: [{ protocol: "TCP", port: 7000 }],
        });
        expect(valueAt(own.inputs, "spec.ingress")).to.deep.equal([]);
        expect(valueAt(atPeer.inputs, "spec")).to.deep.equal({
            podSelector: { matchLabels: { "app.kubernetes.io/name": "key-store" } },
            policyTypes: ["Ingress"],
            ingress: [{ from: [pods("api")], ports: [{ protocol: "TCP", port: 7000 }] }],
        });
        // DNS, by pods and by addresses.
        expect(valueAt(store.inputs, "spec.egress")).to.have.length(2);
        expect(valueAt(store.inputs, "spec.ingress")).to.deep.equal([]);
    });

    it("gives DNS by UDP and TCP to every tier", async () => {
        const own = resourceNamed(await connected(), "NetworkPolicy", "key-store-policy");
        expect(valueAt(own.inputs, "spec.egress.0.ports")).to.deep.equal([
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
        ]);
    });

    it("waits longer than its slowest peer", async () => {
        const { inputs } = resourceNamed(await connected(), "Deployment", "api-deployment");
        expect(valueAt(inputs, "spec.progressDeadlineSeconds")).to.equal(1260);
    });

    it("lets in what isn't a tier only where that was named: an empty list admits nobody", async () => {
        const from = [{ podSelector: { matchLabels: { role: "monitor" } } }];
        const named = resourceNamed(await tier({ connectsFrom: from }), "NetworkPolicy", "api-policy");
        expect(valueAt(named.inputs, "spec.ingress")).to.deep.equal([
            { from, ports: [{ protocol: "TCP", port: 8080 }] },
        ]);
        const empty = resourceNamed(await tier({ connectsFrom: [] }), "NetworkPolicy", "api-policy");
        expect(valueAt(empty.inputs, "spec.ingress")).to.deep.equal([]);
    });
});

describe("the user and group IDs of a tier's pods", () => {
    const initCommands = { prepare: ["true"] };
    const data = { data: { mountPath: "/data", size: "1Gi" } };

    it("are above the node's own users, in every container, with a group for the volumes", async () => {
        const spec = await pod({ initCommands, persistentVolumes: data });
        expect(valueAt(spec, "securityContext")).to.include({ runAsUser: 10001, fsGroup: 10001 });
        for (const container of ["containers.0", "initContainers.0"]) {
            expect(valueAt(spec, `${container}.securityContext`)).to.include({ runAsGroup: 10001 });
        }
    });

    it("are all left to a cluster that gives its own, which may refuse any other; root is refused still", async () => {
        const spec = await pod({ userId: "none", initCommands, persistentVolumes: data });
        expect(JSON.stringify(spec)).to.not.match(/runAsUser|runAsGroup|fsGroup"|supplementalGroups/);
        for (const path of ["", "containers.0.", "initContainers.0."]) {
            expect(valueAt(spec, `${path}securityContext.runAsNonRoot`)).to.equal(true);
        }
    });
});

describe("a tier's arguments", () => {
    const data = { data: { mountPath: "/data", size: "1Gi" } };
    const cases: [mistake: string, args: Partial<TierArgs>, expected: string[]][] = [
        ["a privileged port", { port: 80 }, ["port"]],
        ["a port beyond the last", { port: 70000 }, ["port"]],
        ["a part of a replica", { replicas: 1.5 }, ["replicas"]],
        [
            "replicas beside autoscaling",
            { replicas: 2, autoscaling: { minReplicas: 1, maxReplicas: 2 } },
            ["replicas"],
        ],
        [
            "no replica at least",
            { autoscaling: { minReplicas: 0, maxReplicas: 2 } },
            ["autoscaling.minReplicas"],
        ],
        [
            "a maximum below the minimum",
            { autoscaling: { minReplicas: 3, maxReplicas: 2 } },
            ["autoscaling.maxReplicas"],
        ],
        ["two pods for one volume", { replicas: 2, persistentVolumes: data }, ["replicas"]],
        [
            "autoscaling with a volume",
            { autoscaling: { minReplicas: 1, maxReplicas: 2 }, persistentVolumes: data },
            ["autoscaling"],
        ],
        ["protection of nothing", { protect: true }, ["protect"]],
        ["a relative path", { files: { "etc/x": "" } }, ['files["etc/x"]']],
        [
            "one path twice",
            { files: { "/etc/x": "" }, secretFiles: { "/etc/x": "" } },
            ['secretFiles["/etc/x"]'],
        ],
        [
            "several mistakes at once",
            { port: 0, replicas: -1, protect: true },
            ["port", "replicas", "protect"],
        ],
    ];
    for (const [mistake, args, expected] of cases) {
        it(`are refused with ${mistake}`, () => {
            expect(mistakesOf(args)).to.deep.equal(expected);
        });
    }

    it("are refused with a name that can't be a Service's", () => {
        for (const name of ["Api", "1api", "api-", "a".repeat(64), ""]) {
            expect(mistakesOf({}, name)).to.deep.equal(["name"]);
        }
    });

    it("are refused before anything is created", async () => {
        const resources = await createdResources(() => {
            expect(() => new Tier("api", { ...minimal, port: 80 })).to.throw(
                ArgumentsError,
                /port: got 80; expected/,
            );
        });
        expect(resources).to.deep.equal([]);
    });
});
