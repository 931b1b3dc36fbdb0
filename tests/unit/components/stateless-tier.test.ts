import { expect } from "chai";
import {
    Client,
    clientDefaults,
    Server,
    serverDefaults,
    StatelessTierArgs,
    Worker,
    workerDefaults,
} from "../../../components";
import { createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

const kinds = [
    ["client", Client, clientDefaults],
    ["server", Server, serverDefaults],
    ["worker", Worker, workerDefaults],
] as const;

for (const [name, Kind, defaults] of kinds) {
    describe(`a ${name}`, () => {
        const deployment = async (args: Partial<StatelessTierArgs> = {}): Promise<unknown> => {
            const resources = await createdResources(
                () => new Kind(name, { namespace: "shop", image: `${name}:1`, ...args }),
            );
            return resourceNamed(resources, "Deployment", `${name}-deployment`).inputs;
        };

        it("is ready by what it needs (/readyz), and alive without that (/livez)", async () => {
            const main = valueAt(await deployment(), "spec.template.spec.containers.0");
            expect(valueAt(main, "readinessProbe.httpGet")).to.deep.equal({ path: "/readyz", port: 8080 });
            for (const probe of ["livenessProbe", "startupProbe"]) {
                expect(valueAt(main, `${probe}.httpGet`), probe).to.deep.equal({
                    path: "/livez",
                    port: 8080,
                });
            }
            expect(valueAt(main, "env")).to.deep.equal([{ name: "PORT", value: "8080" }]);
        });

        it("has defaults of its own, which its arguments replace", async () => {
            const inputs = await deployment();
            expect(valueAt(inputs, "spec.replicas")).to.equal(defaults.replicas);
            expect(valueAt(inputs, "spec.template.spec.containers.0.resources")).to.deep.equal(
                defaults.resources,
            );
            expect(valueAt(await deployment({ replicas: 0 }), "spec.replicas")).to.equal(0);
            const autoscaling = { minReplicas: 1, maxReplicas: 3 };
            expect(await deployment({ autoscaling })).to.not.have.nested.property("spec.replicas");
        });
    });
}
