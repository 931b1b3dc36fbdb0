import { expect } from "chai";
import {
    Application,
    ArgumentsError,
    connectToCluster,
    Credentials,
    DnsArgs,
    Tier,
} from "../../../components";
import { CreatedResource, createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

function application(): Promise<CreatedResource[]> {
    return createdResources(() => {
        const cluster = connectToCluster("cluster", { context: "kind-multitier" });
        new Application("app", { cluster, namespace: "shop" });
    });
}

describe("the names that all objects carry as labels", () => {
    const mistakesOf = async (stack: string, project: string): Promise<string[]> => {
        let found: string[] = [];
        await createdResources(
            () => {
                const cluster = connectToCluster("cluster", { context: "kind-multitier" });
                try {
                    new Application("app", { cluster, namespace: "shop" });
                } catch (error) {
                    found =
                        error instanceof ArgumentsError ? error.mistakes.map(({ argument }) => argument) : [];
                }
            },
            stack,
            project,
        );
        return found;
    };

    it("are refused where the cluster would refuse them, before anything is created", async () => {
        expect(await mistakesOf("feature_", "multitier")).to.deep.equal(["the stack's name"]);
        expect(await mistakesOf("a".repeat(64), "shop_")).to.deep.equal([
            "the stack's name",
            "the project's name",
        ]);
    });

    it("are taken up to the 63 characters of a label, dots and underscores within", async () => {
        expect(await mistakesOf("a".repeat(63), "Shop_2.0")).to.deep.equal([]);
    });
});

describe("the application's namespace", () => {
    it("enforces the Pod Security Standard restricted", async () => {
        const { inputs } = resourceNamed(await application(), "Namespace", "app-namespace");
        expect(valueAt(inputs, "metadata.name")).to.equal("shop");
        expect(valueAt(inputs, "metadata.labels")).to.have.property(
            "pod-security.kubernetes.io/enforce",
            "restricted",
        );
    });

    it("is created by a provider that can't adopt an existing one, and nothing else is", async () => {
        const resources = await application();
        const serverSideApply = (name: string): unknown =>
            resourceNamed(resources, "kubernetes", name).inputs["enableServerSideApply"];
        expect(serverSideApply("cluster-namespaces")).to.equal("false");
        expect(serverSideApply("cluster")).to.equal(undefined);
        const byNamespaceProvider = resources.filter(({ provider }) => provider === "cluster-namespaces");
        expect(byNamespaceProvider.map(({ name }) => name)).to.deep.equal(["app-namespace"]);
    });

    it("carries an identifier that is made with the state, by which no other state's is taken for it", async () => {
        const resources = await application();
        const identity = resourceNamed(resources, "RandomUuid", "app-identity");
        // Whatever made it again would make the stack a stranger to its own namespace.
        expect(identity.inputs).to.deep.equal({});
        expect(identity.urn).to.equal(
            "multitier:components:Application$random:index/randomUuid:RandomUuid::app-identity",
        );
        const { inputs } = resourceNamed(resources, "Namespace", "app-namespace");
        expect(valueAt(inputs, "metadata.annotations")).to.deep.equal({
            "multitier/identity": "generated-for-app-identity",
        });
    });

    it("denies all traffic that no tier declares", async () => {
        const { inputs } = resourceNamed(await application(), "NetworkPolicy", "app-deny-all-policy");
        expect(inputs["spec"]).to.deep.equal({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    });

    it("is reached by the named context alone, with client limits that don't slow down a large stack", async () => {
        const { inputs } = resourceNamed(await application(), "kubernetes", "cluster");
        expect(inputs["context"]).to.equal("kind-multitier");
        expect(inputs["kubeClientSettings"]).to.equal('{"qps":1000,"burst":2000}');
    });
});

describe("the parts of an application", () => {
    it("have its namespace, domain and pull secrets, and its labels beside their own", async () => {
        let fqdn: unknown;
        const resources = await createdResources(() => {
            const cluster = connectToCluster("cluster", { context: "kind-multitier" });
            const app = new Application("app", {
                cluster,
                namespace: "shop",
                clusterDomain: "example.org",
                labels: { team: "checkout" },
                imagePullSecrets: ["registry"],
            });
            const tier = new Tier("api", { app, image: "api:1", port: 8080, labels: { part: "api" } });
            tier.address.fqdn.apply((value) => {
                fqdn = value;
            });
        });
        const { inputs } = resourceNamed(resources, "Deployment", "api-deployment");
        expect(valueAt(inputs, "metadata")).to.deep.equal({
            namespace: "shop",
            annotations: { "pulumi.com/patchForce": "true" },
            labels: {
                "app.kubernetes.io/part-of": "multitier",
                "app.kubernetes.io/instance": "test",
                "app.kubernetes.io/managed-by": "pulumi",
                "app.kubernetes.io/name": "api",
                team: "checkout",
                part: "api",
            },
        });
        expect(valueAt(inputs, "spec.template.spec.imagePullSecrets")).to.deep.equal([{ name: "registry" }]);
        expect(fqdn).to.equal("api.shop.svc.example.org");
    });
});

describe("the DNS of an application", () => {
    const egress = async (dns: DnsArgs | undefined): Promise<unknown> => {
        const resources = await createdResources(() => {
            const cluster = connectToCluster("cluster", { context: "kind-multitier" });
            const app = new Application("app", { cluster, namespace: "shop", dns });
            new Tier("api", { app, image: "api:1", port: 8080 });
        });
        return valueAt(resourceNamed(resources, "NetworkPolicy", "api-policy").inputs, "spec.egress");
    };
    const pods = (namespace: string, podLabels: object): object => ({
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        podSelector: { matchLabels: podLabels },
    });
    const ports = (port: number): object[] => [
        { protocol: "UDP", port },
        { protocol: "TCP", port },
    ];

    it("is where most clusters have it, and at the addresses at which nodes answer, port 53 alone", async () => {
        expect(await egress(undefined)).to.deep.equal([
            { to: [pods("kube-system", { "k8s-app": "kube-dns" })], ports: ports(53) },
            {
                to: [{ ipBlock: { cidr: "169.254.20.10/32" } }, { ipBlock: { cidr: "169.254.169.254/32" } }],
                ports: ports(53),
            },
        ]);
    });

    it("is where the arguments say, and never everywhere for want of addresses", async () => {
        const podLabels = { "dns.operator.openshift.io/daemonset-dns": "default" };
        const dns = { namespace: "openshift-dns", podLabels, port: 5353, cidrs: [] };
        expect(await egress(dns)).to.deep.equal([
            { to: [pods("openshift-dns", podLabels)], ports: ports(5353) },
        ]);
    });

    it("is refused where it has no block of addresses, or an unknown argument", async () => {
        const dns = { cidrs: ["169.254.20.10"], ports: [53] };
        let mistakes: string[] = [];
        await createdResources(() => {
            try {
                new Tier("api", { namespace: "shop", image: "api:1", port: 8080, dns });
            } catch (error) {
                mistakes =
                    error instanceof ArgumentsError ? error.mistakes.map(({ argument }) => argument) : [];
            }
        });
        expect(mistakes).to.deep.equal(["dns.ports", "dns.cidrs[0]"]);
    });
});

describe("the credentials", () => {
    it("are generated, without characters that SQL would read, and again when their version is raised", async () => {
        const resources = await createdResources(() => {
            new Credentials("credentials", { namespace: "shop", versions: { mysql: 7, mysqlRoot: 5 } });
        });
        const password = (user: string): CreatedResource =>
            resourceNamed(resources, "RandomPassword", `credentials-${user}-password`);
        expect(password("mysql").inputs).to.deep.equal({
            length: 32,
            special: false,
            keepers: { version: "7" },
        });
        expect(password("mysql-root").inputs["keepers"]).to.deep.equal({ version: "5" });
        expect(password("redis").inputs["keepers"]).to.deep.equal({ version: "1" });
    });

    it("are never protected, since a protected password can't be rotated", async () => {
        const resources = await createdResources(() => new Credentials("credentials", { namespace: "shop" }));
        expect(resources.every(({ options }) => options.protect !== true)).to.equal(true);
    });

    it("reach the tiers in immutable Secrets", async () => {
        const resources = await createdResources(() => new Credentials("credentials", { namespace: "shop" }));
        for (const user of ["mysql", "redis"]) {
            const secret = resourceNamed(resources, "Secret", `credentials-${user}`);
            expect(secret.inputs["immutable"]).to.equal(true);
            expect(secret.secretInputs).to.deep.equal(["stringData"]);
        }
    });
});
