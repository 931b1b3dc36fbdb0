import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { expect } from "chai";
import {
    Application,
    AppIngress,
    Client,
    connectToCluster,
    Credentials,
    MySql,
    Redis,
    Server,
    Tier,
} from "../../../components";
import { CreatedResource, createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

type Options = pulumi.ComponentResourceOptions;

/** Every component, with options for one of them, by its name. */
function createAll(options: Readonly<Record<string, Options>>): void {
    const cluster = connectToCluster("cluster", { context: "kind-multitier" });
    const app = new Application("app", { cluster, namespace: "shop" }, options["app"]);
    const credentials = new Credentials("credentials", { app }, options["credentials"]);
    const mysql = new MySql("mysql", { app, credentials: credentials.mysql }, options["mysql"]);
    const redis = new Redis("redis", { app, credentials: credentials.redis }, options["redis"]);
    const connectsTo = [mysql, redis];
    const server = new Server("server", { app, image: "server:1", connectsTo }, options["server"]);
    const client = new Client("client", { app, image: "client:1" }, options["client"]);
    new Tier("cache", { app, image: "cache:1", port: 7000 }, options["cache"]);
    const controller = { namespace: "traefik", podLabels: { app: "traefik" } };
    const routes = { "/": client, "/api": server };
    new AppIngress("ingress", { app, host: "localhost", controller, routes }, options["ingress"]);
}

const components = ["app", "credentials", "mysql", "redis", "server", "client", "cache", "ingress"];

/** The objects that lie in a component. */
function within(resources: readonly CreatedResource[], component: string): CreatedResource[] {
    const found = resources.filter(({ parents, custom }) => custom && parents.includes(component));
    expect(found, component).to.have.length.above(0);
    return found;
}

describe("an option of a component reaches all that it creates", () => {
    for (const component of components) {
        const seen: string[] = [];
        const given: Options = {
            transformations: [
                ({ name }) => {
                    seen.push(name);
                    return undefined;
                },
            ],
            transforms: [() => undefined],
            aliases: [{ name: `former-${component}` }],
            protect: true,
        };
        let resources: readonly CreatedResource[];
        let own: CreatedResource | undefined;
        before(async () => {
            resources = await createdResources(() => {
                createAll({ [component]: given });
            });
            own = resources.find(({ name, custom }) => name === component && !custom);
        });

        it(`${component}: a transformation, and a transform, which the engine hands on by the parent`, () => {
            expect(seen).to.include.members(within(resources, component).map(({ name }) => name));
            expect(own?.options.transforms).to.deep.equal(given.transforms);
        });

        it(`${component}: an alias`, () => {
            // A name that isn't made from the component's is no part of what the alias changes.
            for (const { name, formerUrns } of within(resources, component)) {
                const followed = formerUrns.some((urn) => urn.endsWith(`::former-${name}`));
                expect(followed, name).to.equal(name.startsWith(component));
            }
        });

        it(`${component}: protection, over which a child's own option would win`, () => {
            expect(own?.options.protect).to.equal(true);
            for (const { name, options } of within(resources, component)) {
                expect(options.protect, name).to.equal(undefined);
            }
        });
    }

    for (const [component, form] of [
        ...components.map((component) => [component, "provider"] as const),
        ["app", "providers"] as const,
    ]) {
        it(`${component}: the caller's ${form}, but for the namespace`, async () => {
            const resources = await createdResources(() => {
                const own = new Provider("own", { context: "another" });
                createAll({ [component]: form === "provider" ? { provider: own } : { providers: [own] } });
            });
            const objects = within(resources, component).filter(({ type }) => type.startsWith("kubernetes:"));
            for (const { name, type, provider } of objects) {
                const expected = type.endsWith(":Namespace") ? "cluster-namespaces" : "own";
                expect(provider, name).to.equal(expected);
            }
        });
    }

    it("and another package's provider takes nothing from the cluster's", async () => {
        const resources = await createdResources(() => {
            const random = new Provider("own", { context: "another" });
            Object.defineProperty(random, "pkg", { value: "random" });
            createAll({ app: { provider: random } });
        });
        const objects = within(resources, "mysql").filter(({ type }) => type.startsWith("kubernetes:"));
        expect(new Set(objects.map(({ provider }) => provider))).to.deep.equal(new Set(["cluster"]));
    });
});

describe("the claims of a tier", () => {
    const protectedClaims = async (protect: boolean | undefined, opts: Options): Promise<unknown[]> => {
        const resources = await createdResources(() => {
            const credentials = { password: "p", secretName: "s" };
            new Redis("redis", { namespace: "shop", credentials, protect }, opts);
        });
        return resources.filter(({ options }) => options.protect === true).map(({ name }) => name);
    };

    it("are protected by the argument, and nothing else is", async () => {
        expect(await protectedClaims(true, {})).to.deep.equal(["redis-data-claim"]);
        expect(await protectedClaims(undefined, {})).to.deep.equal([]);
    });
});

/** Collects the values that are known when the program has run, from the outputs of each tier. */
async function addresses(preview: boolean): Promise<{
    readonly resources: readonly CreatedResource[];
    readonly known: boolean;
}> {
    let known = false;
    const resources = await createdResources(
        () => {
            const namespace = new RandomPassword("namespace", { length: 8 }).result;
            const text = (value: string): pulumi.Output<string> => pulumi.interpolate`${namespace}${value}`;
            const credentials = { password: text("p"), rootPassword: text("r"), secretName: text("s") };
            const mysql = new MySql("mysql", {
                namespace,
                credentials,
                clusterDomain: text("domain"),
                labels: { team: text("team") },
                imagePullSecrets: [text("pull")],
                image: text("image"),
                database: namespace.apply(() => "orders"),
                user: namespace.apply(() => "orders"),
                storage: { size: namespace.apply(() => "2Gi"), className: text("class") },
                resources: namespace.apply(() => ({ requests: { cpu: "1" } })),
            });
            const { password, secretName } = credentials;
            const redis = new Redis("redis", {
                namespace,
                credentials: { password, secretName },
                maxMemory: namespace.apply(() => "64Mi"),
            });
            const tier = new Tier("tier", {
                namespace,
                image: text("image"),
                port: 7000,
                env: { A: text("a") },
                files: { "/etc/a": text("file") },
                secretFiles: { "/etc/b": text("secret") },
                connectsTo: [mysql, redis],
                connectsFrom: namespace.apply(() => [{ podSelector: {} }]),
                additionalEgress: namespace.apply(() => [{ to: [{ podSelector: {} }] }]),
            });
            new AppIngress("ingress", {
                namespace,
                host: text(".example"),
                externalPort: namespace.apply(() => 8443),
                routes: { "/": tier },
                controller: { namespace: text("traefik"), podLabels: { app: text("traefik") } },
            }).url.apply(() => {
                known = true;
            });
        },
        "test",
        "multitier",
        preview,
    );
    return { resources, known };
}

describe("outputs as arguments", () => {
    it("arrive as the values that they become, in whatever they are part of", async () => {
        const { resources } = await addresses(false);
        const generated = "generated-for-namespace";
        const { inputs } = resourceNamed(resources, "Deployment", "mysql-deployment");
        expect(valueAt(inputs, "metadata.namespace")).to.equal(generated);
        expect(valueAt(inputs, "metadata.labels")).to.include({ team: `${generated}team` });
        const container = valueAt(inputs, "spec.template.spec.containers.0");
        expect(valueAt(container, "image")).to.equal(`${generated}image`);
        expect(valueAt(container, "resources")).to.deep.equal({ requests: { cpu: "1" } });
        expect(valueAt(inputs, "spec.template.spec.imagePullSecrets")).to.deep.equal([
            { name: `${generated}pull` },
        ]);
        const claim = resourceNamed(resources, "PersistentVolumeClaim", "mysql-data-claim").inputs;
        expect(valueAt(claim, "spec")).to.deep.include({
            resources: { requests: { storage: "2Gi" } },
            storageClassName: `${generated}class`,
        });
        const configuration = resourceNamed(resources, "ConfigMap", "redis-files").inputs;
        expect(JSON.stringify(configuration["data"])).to.contain("maxmemory 67108864");
        const tier = resourceNamed(resources, "Deployment", "tier-deployment").inputs;
        expect(valueAt(tier, "spec.template.spec.containers.0.env")).to.deep.include.members([
            { name: "MYSQL_HOST", value: `mysql.${generated}.svc.${generated}domain` },
            { name: "MYSQL_DATABASE", value: "orders" },
            { name: "A", value: `${generated}a` },
        ]);
        const policy = resourceNamed(resources, "NetworkPolicy", "tier-policy").inputs;
        expect(valueAt(policy, "spec.ingress.0.from")).to.deep.equal([{ podSelector: {} }]);
        expect(valueAt(policy, "spec.egress.4")).to.deep.equal({ to: [{ podSelector: {} }] });
        const ingress = resourceNamed(resources, "Ingress", "ingress-routes").inputs;
        expect(valueAt(ingress, "spec.rules.0.host")).to.equal(`${generated}.example`);
    });

    it("that nobody knows yet in a preview leave the same objects to be created, and nothing wrong in them", async () => {
        const [preview, update] = [await addresses(true), await addresses(false)];
        const identities = ({ resources }: typeof preview): string[] =>
            resources.map(({ type, name }) => `${type} ${name}`).sort();
        expect(identities(preview)).to.deep.equal(identities(update));
        expect([preview.known, update.known]).to.deep.equal([false, true]);
        const text = JSON.stringify(preview.resources.map(({ inputs }) => inputs));
        expect(text).to.not.contain("undefined").and.not.contain("Calling [toString]");
    });
});
