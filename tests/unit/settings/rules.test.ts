import { expect } from "chai";
import { keysOf, leastConfig, mistakesIn, mistakesWith } from "./examples";

const image = "registry.example.com/image:1";

/** Settings that break one rule, the keys at which it is said, and what the message must name. */
const broken: readonly {
    readonly rule: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly keys: readonly string[];
    readonly names: readonly string[];
}[] = [
    {
        rule: "a namespace that exists and one to create at once",
        settings: { namespace: "store", existingNamespace: "team-a" },
        keys: ["multitier:existingNamespace"],
        names: ["multitier:namespace", "remove one of the two"],
    },
    {
        rule: "a number of pods and autoscaling at once",
        settings: { server: { image, replicas: 3, autoscaling: { maxReplicas: 5 } } },
        keys: ["multitier:server.replicas"],
        names: ["multitier:server.autoscaling"],
    },
    {
        rule: "fewer pods at most than at least",
        settings: { worker: { image, autoscaling: { minReplicas: 4, maxReplicas: 3 } } },
        keys: ["multitier:worker.autoscaling.maxReplicas"],
        names: ["multitier:worker.autoscaling.minReplicas", "4"],
    },
    {
        rule: "fewer pods at most than the default at least",
        settings: { worker: { image, autoscaling: { maxReplicas: 1 } } },
        keys: ["multitier:worker.autoscaling.maxReplicas"],
        names: ["2, the default"],
    },
    {
        rule: "a limit below its request",
        settings: { mysql: { resources: { requests: { memory: "1.5Gi" }, limits: { memory: "1536000k" } } } },
        keys: ["multitier:mysql.resources.limits.memory"],
        names: ["multitier:mysql.resources.requests.memory", '"1.5Gi"'],
    },
    {
        rule: "a limit below the default request",
        settings: { redis: { resources: { limits: { "ephemeral-storage": "2Mi" } } } },
        keys: ["multitier:redis.resources.limits.ephemeral-storage"],
        names: ["the default"],
    },
    {
        rule: "a request above the default limit, said of the request",
        settings: { client: { image, resources: { requests: { cpu: 2 } } } },
        keys: ["multitier:client.resources.requests.cpu"],
        names: ["multitier:client.resources.limits.cpu", "the default", "give both"],
    },
    {
        rule: "Redis' memory for data as large as its limit",
        settings: { redis: { maxMemory: "256Mi" } },
        keys: ["multitier:redis.maxMemory"],
        names: ["multitier:redis.resources.limits.memory"],
    },
    {
        rule: "a limit as low as Redis' default memory for data, said of the limit",
        settings: { redis: { resources: { limits: { memory: "128Mi" } } } },
        keys: ["multitier:redis.resources.limits.memory"],
        names: ["multitier:redis.maxMemory"],
    },
    {
        rule: "protection of volumes that end with their pods",
        settings: {
            protect: true,
            mysql: { storage: { ephemeral: true, size: "400Mi" } },
            redis: { storage: { ephemeral: true, size: "400Mi" } },
        },
        keys: ["multitier:redis.storage.ephemeral", "multitier:mysql.storage.ephemeral"],
        names: ["multitier:protect"],
    },
    {
        rule: "a storage class for a volume that needs none",
        settings: { mysql: { storage: { ephemeral: true, size: "400Mi", className: "fast" } } },
        keys: ["multitier:mysql.storage.className"],
        names: ["multitier:mysql.storage.ephemeral"],
    },
    {
        rule: "an ephemeral volume larger than what the pod is evicted at",
        settings: { mysql: { storage: { ephemeral: true } } },
        keys: ["multitier:mysql.storage.size"],
        names: ["multitier:mysql.resources.limits.ephemeral-storage", "512Mi"],
    },
    {
        rule: "HTTPS on the port of HTTP",
        settings: { ingress: { tlsSecretName: "certificate", externalPort: 80 } },
        keys: ["multitier:ingress.externalPort"],
        names: ["multitier:ingress.tlsSecretName"],
    },
    {
        rule: "HTTP on the port of HTTPS",
        settings: { ingress: { externalPort: 443 } },
        keys: ["multitier:ingress.externalPort"],
        names: ["multitier:ingress.tlsSecretName"],
    },
    {
        rule: "the ingress controller's namespace for the application",
        settings: { namespace: "traefik" },
        keys: ["multitier:namespace"],
        names: ["multitier:ingress.controller.namespace"],
    },
    {
        rule: "the application's default namespace for the ingress controller, said of the latter",
        settings: { ingress: { controller: { namespace: "shop" } } },
        keys: ["multitier:ingress.controller.namespace"],
        names: [],
    },
];

describe("rules across settings", () => {
    for (const { rule, settings, keys, names } of broken) {
        it(`refuse ${rule}`, () => {
            const mistakes = mistakesWith(settings);
            expect(keysOf(mistakes)).to.deep.equal(keys);
            for (const mistake of mistakes) {
                expect(mistake.value).to.be.a("string");
                for (const name of names) {
                    expect(mistake.problem).to.contain(name);
                }
            }
        });
    }

    const allowed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
        "a limit equal to its request": {
            server: { image, resources: { requests: { memory: "1024Mi" }, limits: { memory: "1Gi" } } },
        },
        "as many pods at most as at least": {
            server: { image, autoscaling: { minReplicas: 3, maxReplicas: 3 } },
        },
        "protection of volumes that stay": { protect: true },
        "a small ephemeral volume": { redis: { storage: { ephemeral: true, size: "512Mi" } } },
        "any port for either scheme": { ingress: { tlsSecretName: "certificate", externalPort: 8443 } },
        "HTTPS on its own port, given": { ingress: { tlsSecretName: "certificate", externalPort: 443 } },
    };
    for (const [what, settings] of Object.entries(allowed)) {
        it(`allow ${what}`, () => {
            expect(mistakesWith(settings)).to.deep.equal([]);
        });
    }

    it("are applied beside other mistakes, as long as their own settings are right", () => {
        const mistakes = mistakesWith({
            host: "http://x",
            server: {
                image: "server:latest",
                replicas: 3,
                autoscaling: { minReplicas: 0, maxReplicas: 1 },
                resources: { requests: { cpu: "2", memory: "lots" }, limits: { cpu: "1", memory: "1Mi" } },
            },
        });
        expect(keysOf(mistakes)).to.have.members([
            "multitier:host",
            "multitier:server.image",
            "multitier:server.autoscaling.minReplicas",
            "multitier:server.resources.requests.memory",
            "multitier:server.replicas",
            "multitier:server.resources.limits.cpu",
        ]);
    });

    it("judge no default that stands in for a mistaken setting", () => {
        const resources = { requests: { memory: "4Gi" }, limits: { memory: "8 gigabytes" } };
        expect(keysOf(mistakesIn({ ...leastConfig, "multitier:mysql": { resources } }))).to.deep.equal([
            "multitier:mysql.resources.limits.memory",
        ]);
    });
});
