import { expect } from "chai";

import { compute } from "./application.ts";
import { api, kubectl, namespace } from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { verify } from "./verify-rows.ts";

/** The stack's object of a kind whose name begins like this, as "kind/name". */
async function object(kind: string, name: string): Promise<string> {
    const all = (await kubectl("get", kind, "-n", namespace, "-o", "name")).split("\n");
    const found = all.filter((each) => each.includes(`/${name}`));
    expect(found, `the ${kind} called ${name}`).to.have.length(1);
    return found.join("");
}

/** Changes an object as somebody's tool does, which the API server knows by its field manager. */
async function change(tool: string, name: string, ...operations: object[]): Promise<void> {
    const patch = ["--type=json", "--patch", JSON.stringify(operations)];
    await kubectl("patch", "-n", namespace, name, ...patch, `--field-manager=${tool}`);
}

describe("what others have changed in the cluster", () => {
    let service: string;
    let preview: string;

    before(async () => {
        requireApplication();
        service = await object("service", "client");
        await kubectl("scale", "-n", namespace, await object("deployment", "worker"), "--replicas=2");
        await change("k9s", service, { op: "replace", path: "/spec/selector", value: { app: "mine" } });
        // A list of which the provider sees no more than what the program gives (pulumi-kubernetes#3697).
        await change("Lens", await object("networkpolicy", "redis-policy"), {
            op: "add",
            path: "/spec/ingress",
            value: [{}],
        });
        // Neither is declared, so neither is the program's.
        await kubectl("set", "env", "-n", namespace, await object("deployment", "client"), "MINE=1");
        await kubectl("annotate", "-n", namespace, service, "mine=1");
        ({ output: preview } = await workspace().start("preview", []).endWith(0));
    });

    it("is told by a preview, each with the field and who did it", () => {
        expect(preview).to.match(/Deployment worker-deployment .*by kubectl: spec\.replicas 1 → 2 /);
        expect(preview).to.match(/Service client .*by k9s: spec\.selector.* \(up sets it back\)/);
        expect(preview).to.match(
            /NetworkPolicy redis-policy .*by Lens: spec\.ingress unset → \[\{\}\] \(up sets it back\)/,
        );
        expect(preview).to.not.match(/MINE|mine=/);
    });

    it("is set back by an up, though nothing in the program has changed", async () => {
        const { output } = await workspace().up();
        expect(output).to.match(/Deployment shop\/worker-deployment-\S+ .*spec\.replicas 1 → 2/);
        await verify(0);
        await compute(91);
    });

    it("stays where the program declares nothing", async () => {
        const found = await api().core.readNamespacedService({ namespace, name: "client" });
        expect(found.metadata?.annotations).to.include({ mine: "1" });
    });

    it("is no conflict for plain pulumi, which takes it over with the program's next change", async () => {
        const worker = await object("deployment", "worker");
        await kubectl("scale", "-n", namespace, worker, "--replicas=2");
        await workspace().checkout.set({ "worker.resources.limits.memory": "192Mi" });
        await workspace().pulumi("up", "--yes", "--non-interactive");
        const found = await kubectl("get", "-n", namespace, worker, "-o", "jsonpath={.spec.replicas}");
        expect(found).to.equal("1");
    });
});
