import { expect } from "chai";
import { ownClusterOf } from "../../../cli/kind/kind-context.ts";
import { chooseTarget } from "../../../cli/session/target.ts";

const own = { context: "kind-multitier" };
const ownKubeconfig = ownClusterOf("kind-multitier")?.kubeconfig ?? "";
const users = "/home/ann/.kube/config";

describe("the cluster that a stack is deployed to", () => {
    it("is the project's own kind cluster where nothing else is said, whatever KUBECONFIG names", () => {
        expect(chooseTarget({}, own, undefined, users)).to.deep.include({
            own: { name: "multitier", context: "kind-multitier", kubeconfig: ownKubeconfig },
            kubeconfig: ownKubeconfig,
            context: "kind-multitier",
        });
    });

    it("is another kind cluster of the project's own where the context has a suffix, with its own kubeconfig", () => {
        const target = chooseTarget({}, { context: "kind-multitier-e2e" }, undefined, users);
        expect(target.own).to.include({ name: "multitier-e2e", context: "kind-multitier-e2e" });
        expect(target.kubeconfig).to.equal(`${ownKubeconfig}-e2e`);
        expect(chooseTarget({ context: "kind-multitier-e2e" }, own, undefined, users).own?.name).to.equal(
            "multitier-e2e",
        );
    });

    it("is somebody else's where the context only looks like the project's own", () => {
        for (const context of [
            "kind-multitiers",
            "kind-multitier-",
            "kind-other",
            "multitier",
            "my-kind-multitier",
        ]) {
            expect(chooseTarget({}, { context }, undefined, users)).to.include({ own: undefined, context });
        }
    });

    it("is the context of the command line, in the user's kubeconfig", () => {
        expect(chooseTarget({ context: "staging" }, own, undefined, users)).to.include({
            own: undefined,
            kubeconfig: users,
            context: "staging",
        });
    });

    it("is the only context of a kubeconfig that the command line names, never its current one", () => {
        const target = chooseTarget({ kubeconfig: "/tmp/k" }, own, undefined, users);
        expect(target).to.include({ own: undefined, kubeconfig: "/tmp/k", context: undefined });
    });

    it("is the context of the stack's settings, if it is another than the project's own", () => {
        expect(chooseTarget({}, { context: "production" }, undefined, users)).to.include({
            own: undefined,
            kubeconfig: users,
            context: "production",
        });
        expect(chooseTarget({}, { ...own, kubeconfig: "/etc/k" }, undefined, users)).to.include({
            own: undefined,
            kubeconfig: "/etc/k",
        });
    });

    it("stays the one that it was deployed to, without saying it again", () => {
        const deployedTo = { own: false, kubeconfig: __filename, context: "staging", clusterUid: "1" };
        expect(chooseTarget({}, own, deployedTo, users)).to.include({
            own: undefined,
            kubeconfig: __filename,
            context: "staging",
        });
    });
});
