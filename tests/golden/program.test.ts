import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { projectFolder } from "../../cli/session/project.ts";
import { CreatedResource } from "../../rendering/created-resources";
import { resourceNamed, valueAt } from "../created-resource";
import { RenderedProgram, renderWithOutputs } from "../../rendering/render-program";

const config = { "multitier:context": "kind-multitier" };

/** Renders `index.ts` with settings beside the context. */
function program(settings: Readonly<Record<string, unknown>>): Promise<RenderedProgram> {
    return renderWithOutputs(projectFolder, "dev", { ...config, ...settings });
}

/** The program, with lines after a line of `index.ts`. */
async function withLines(lines: string, after: string): Promise<RenderedProgram> {
    const folder = mkdtempSync(join(tmpdir(), "multitier-program-"));
    try {
        const source = readFileSync(join(projectFolder, "index.ts"), "utf8");
        expect(source).to.contain(after);
        writeFileSync(join(folder, "index.ts"), source.replace(after, `${after}\n${lines}`));
        for (const name of ["components", "settings", "node_modules", "app", "package.json"]) {
            symlinkSync(join(projectFolder, name), join(folder, name));
        }
        return await renderWithOutputs(folder, "dev", config);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

describe("the program index.ts", () => {
    it("is one screen", () => {
        const lines = readFileSync(join(projectFolder, "index.ts"), "utf8").trimEnd().split("\n");
        expect(lines.length).to.be.at.most(45);
    });

    it("protects the claims of MySQL and of Redis, and nothing else, when the settings say so", async () => {
        const protectedNames = ({ resources }: RenderedProgram): string[] =>
            resources.filter(({ options }) => options.protect === true).map(({ name }) => name);
        expect(protectedNames(await program({ "multitier:protect": true }))).to.have.members([
            "mysql-data-claim",
            "redis-data-claim",
        ]);
        expect(protectedNames(await program({}))).to.deep.equal([]);
    });

    it("reaches the cluster by the settings' kubeconfig and context, with both providers", async () => {
        const { resources } = await program({ "multitier:kubeconfig": "/home/me/kubeconfig" });
        for (const name of ["cluster", "cluster-namespaces"]) {
            const { inputs } = resourceNamed(resources, "kubernetes", name);
            expect(inputs, name).to.include({
                context: "kind-multitier",
                kubeconfig: "/home/me/kubeconfig",
            });
        }
    });

    it("has the provider tell another cluster by the UID in the settings, and by nothing where there is none", async () => {
        const { resources } = await program({ "multitier:clusterUid": "uid-1" });
        const without = await program({});
        for (const name of ["cluster", "cluster-namespaces"]) {
            const inputs = resourceNamed(resources, "kubernetes", name).inputs;
            expect(inputs, name).to.include({ clusterIdentifier: "uid-1" });
            expect(resourceNamed(without.resources, "kubernetes", name).inputs).to.not.have.property("clusterIdentifier");
        }
        const read = ({ resources: all }: RenderedProgram): string[] =>
            all.filter(({ name }) => name === "cluster-kube-system").map(({ type }) => type);
        expect(read({ resources, outputs: {} })).to.deep.equal(["kubernetes:core/v1:Namespace"]);
        expect(read(without)).to.deep.equal([]);
    });

    it("leaves it to the provider to find a kubeconfig that nobody names, which KUBECONFIG may make several files", async () => {
        const before = process.env["KUBECONFIG"];
        process.env["KUBECONFIG"] = "/home/me/a:/home/me/b";
        try {
            const { resources } = await program({});
            for (const name of ["cluster", "cluster-namespaces"]) {
                expect(resourceNamed(resources, "kubernetes", name).inputs, name).to.include({ kubeconfig: "" });
            }
        } finally {
            if (before === undefined) {
                Reflect.deleteProperty(process.env, "KUBECONFIG");
            } else {
                process.env["KUBECONFIG"] = before;
            }
        }
    });

    it("rotates each password by its own version", async () => {
        const { resources } = await program({
            "multitier:credentials": { mysql: 2, mysqlRoot: 3, redis: 4 },
        });
        const version = (user: string): unknown =>
            valueAt(
                resourceNamed(resources, "RandomPassword", `credentials-${user}-password`).inputs,
                "keepers.version",
            );
        expect(["mysql", "mysql-root", "redis"].map(version)).to.deep.equal(["2", "3", "4"]);
    });

    it("tells server and worker where MySQL and Redis are, and the client nothing", async () => {
        const { resources } = await program({});
        const hosts = (tier: string): string[] => {
            const { inputs } = resourceNamed(resources, "Deployment", `${tier}-deployment`);
            const env = valueAt(inputs, "spec.template.spec.containers.0.env");
            const names = Array.isArray(env) ? env.map((variable) => String(valueAt(variable, "name"))) : [];
            return names.filter((name) => name.endsWith("_HOST")).sort();
        };
        for (const tier of ["server", "worker"]) {
            expect(hosts(tier), tier).to.deep.equal(["MYSQL_HOST", "REDIS_HOST"]);
        }
        expect(hosts("client")).to.deep.equal([]);
    });

    it("answers by https, at its URL too, with a certificate's Secret", async () => {
        const outputs = async (ingress: object): Promise<unknown> => {
            const { outputs } = await program({ "multitier:host": "shop.example", "multitier:ingress": ingress });
            let url: unknown;
            valueOf(valueAt(outputs, "url"), (value) => {
                url = value;
            });
            await new Promise((resolve) => setImmediate(resolve));
            return url;
        };
        expect(await outputs({ tlsSecretName: "shop-tls" })).to.equal("https://shop.example/");
        expect(await outputs({})).to.equal("http://shop.example/");
    });
});

/** Hands on what an output has become. */
function valueOf(output: unknown, use: (value: unknown) => void): void {
    if (typeof output === "object" && output !== null && "apply" in output && typeof output.apply === "function") {
        Reflect.apply(output.apply, output, [use]);
    }
}

describe("another tier", () => {
    const line = 'new Worker("mailer", { app, image: "registry.example.com/mailer:1.0", connectsTo: [redis] });';
    const neighbour = 'const client = new Client("client", { app, ...settings.client });';
    const ofTier = (resources: readonly CreatedResource[], kind: string): CreatedResource =>
        resourceNamed(resources, kind, `mailer-${kind.toLowerCase()}`);

    it("is one line, from which its place, its connections and the outputs follow", async () => {
        const { resources, outputs } = await withLines(line, neighbour);
        const { inputs } = ofTier(resources, "Deployment");
        expect(valueAt(inputs, "metadata.namespace")).to.equal("shop");
        expect(valueAt(inputs, "metadata.labels")).to.include({ "app.kubernetes.io/instance": "dev" });
        expect(ofTier(resources, "Deployment").urn).to.match(/^multitier:components:Application\$/);
        expect(valueAt(outputs, "topology.tiers.mailer")).to.deep.equal({
            protocol: "http",
            connectsTo: ["redis"],
        });
        let services: unknown;
        valueOf(valueAt(outputs, "services"), (value) => {
            services = value;
        });
        await new Promise((resolve) => setImmediate(resolve));
        expect(valueAt(services, "mailer.endpoint")).to.equal("mailer.shop.svc.cluster.local:8080");
        const policies = resources.filter(({ name }) => name.startsWith("mailer") && name.endsWith("-policy"));
        expect(policies.map(({ name }) => name)).to.have.members(["mailer-policy", "mailer-to-redis-policy"]);
    });

    it("that comes after the outputs is refused, as they would lack it", async () => {
        const exports = "export const { namespace, services, topology } = app;";
        let message = "";
        try {
            await withLines(line, exports);
        } catch (error) {
            message = error instanceof Error ? error.message : String(error);
        }
        expect(message).to.match(/^mailer is missing in the application's services and topology/);
    });
});
