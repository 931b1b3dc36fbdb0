import { expect } from "chai";
import { AppIngress, AppIngressArgs, ArgumentsError, Client, Server } from "../../../components";
import { externalUrl } from "../../../components/app-ingress";
import { CreatedResource, createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

const controller = { namespace: "traefik", podLabels: { "app.kubernetes.io/name": "traefik" } };

function ingress(args: Partial<AppIngressArgs> = {}): Promise<CreatedResource[]> {
    return createdResources(() => {
        const client = new Client("client", { namespace: "shop", image: "client:1" });
        const server = new Server("server", { namespace: "shop", image: "server:1" });
        const routes = { "/": client, "/api": server };
        new AppIngress("ingress", { namespace: "shop", host: "shop.example", routes, controller, ...args });
    });
}

describe("the Ingress", () => {
    it("routes prefixes to the tiers' Services without a controller's own annotations", async () => {
        const { inputs } = resourceNamed(
            await ingress({ className: "traefik" }),
            "Ingress",
            "ingress-routes",
        );
        expect(valueAt(inputs, "metadata.annotations")).to.deep.equal({ "pulumi.com/patchForce": "true" });
        expect(inputs["spec"]).to.deep.equal({
            ingressClassName: "traefik",
            rules: [
                {
                    host: "shop.example",
                    http: {
                        paths: [
                            {
                                path: "/",
                                pathType: "Prefix",
                                backend: { service: { name: "client", port: { number: 8080 } } },
                            },
                            {
                                path: "/api",
                                pathType: "Prefix",
                                backend: { service: { name: "server", port: { number: 8080 } } },
                            },
                        ],
                    },
                },
            ],
        });
    });

    it("lets in the addresses of a controller that isn't in pods of its own, beside them", async () => {
        const resources = await ingress({ controller: { ...controller, cidrs: ["10.20.0.0/16"] } });
        for (const tier of ["client", "server"]) {
            const { inputs } = resourceNamed(resources, "NetworkPolicy", `ingress-to-${tier}-policy`);
            expect(valueAt(inputs, "spec.ingress.0.from")).to.deep.equal([
                {
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } },
                    podSelector: { matchLabels: controller.podLabels },
                },
                { ipBlock: { cidr: "10.20.0.0/16" } },
            ]);
        }
    });

    it("lets the controller's pods in at each tier behind it, and nobody else", async () => {
        const policies = (await ingress()).filter(({ name }) => name.startsWith("ingress-to-"));
        expect(policies.map(({ inputs }) => inputs["spec"])).to.have.deep.members(
            ["client", "server"].map((tier) => ({
                podSelector: { matchLabels: { "app.kubernetes.io/name": tier } },
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [
                            {
                                namespaceSelector: {
                                    matchLabels: { "kubernetes.io/metadata.name": "traefik" },
                                },
                                podSelector: { matchLabels: controller.podLabels },
                            },
                        ],
                        ports: [{ protocol: "TCP", port: 8080 }],
                    },
                ],
            })),
        );
    });

    it("lets the controller in where a tier is, be that another namespace than the Ingress'", async () => {
        const resources = await createdResources(() => {
            const client = new Client("client", { namespace: "elsewhere", image: "client:1" });
            const routes = { "/": client };
            new AppIngress("ingress", { namespace: "shop", host: "shop.example", routes, controller });
        });
        const policy = resourceNamed(resources, "NetworkPolicy", "ingress-to-client-policy");
        expect(valueAt(policy.inputs, "metadata.namespace")).to.equal("elsewhere");
        expect(
            valueAt(resourceNamed(resources, "Ingress", "ingress-routes").inputs, "metadata.namespace"),
        ).to.equal("shop");
    });

    it("isn't waited for when told so", async () => {
        const { inputs } = resourceNamed(await ingress({ await: false }), "Ingress", "ingress-routes");
        expect(valueAt(inputs, "metadata.annotations")).to.include({ "pulumi.com/skipAwait": "true" });
    });

    it("serves https with a certificate's Secret", async () => {
        const { inputs } = resourceNamed(
            await ingress({ tlsSecretName: "shop-tls" }),
            "Ingress",
            "ingress-routes",
        );
        expect(valueAt(inputs, "spec.tls")).to.deep.equal([
            { hosts: ["shop.example"], secretName: "shop-tls" },
        ]);
    });

    it("has a URL that names the port only where it isn't the scheme's own", () => {
        expect(externalUrl("http", "localhost", 8080)).to.equal("http://localhost:8080/");
        expect(externalUrl("http", "shop.example", 80)).to.equal("http://shop.example/");
        expect(externalUrl("https", "shop.example", 443)).to.equal("https://shop.example/");
    });

    it("is refused without routes, and with a path that ends in a slash or doesn't start with one", async () => {
        await createdResources(() => {
            const client = new Client("client", { namespace: "shop", image: "client:1" });
            for (const routes of [{}, { api: client }, { "/api/": client }, { "//": client }]) {
                expect(
                    () =>
                        new AppIngress("ingress", {
                            namespace: "shop",
                            host: "shop.example",
                            routes,
                            controller,
                        }),
                ).to.throw(ArgumentsError, /^ {2}routes\S*: got/m);
            }
        });
    });
});
