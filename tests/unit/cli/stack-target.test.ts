import { expect } from "chai";
import { ownClusterOf } from "../../../cli/kind/kind-context.ts";
import { chooseTarget, isAnother } from "../../../cli/session/target.ts";

const own = { context: "kind-multitier" };
const ownKubeconfig = ownClusterOf("kind-multitier")?.kubeconfig ?? "";
const users = "/home/ann/.kube/config";

describe("another cluster than at the last up", () => {
    const ofCluster = { own: false, kubeconfig: "k", context: "c", clusterUid: "uid-1" };
    const ofNamespace = { ...ofCluster, existingNamespace: "team-a" };

    it("is one whose namespace has another UID, of the same name as then", () => {
        expect(isAnother({ uid: "uid-2" }, ofCluster)).to.equal(true);
        expect(isAnother({ uid: "uid-1" }, ofCluster)).to.equal(false);
        expect(isAnother({ uid: "uid-2", existingNamespace: "team-a" }, ofNamespace)).to.equal(true);
        expect(isAnother({ uid: "uid-1", existingNamespace: "team-a" }, ofNamespace)).to.equal(false);
    });

    it("can't be told where the UID is that of another namespace, as after a move into an existing one", () => {
        expect(isAnother({ uid: "uid-2", existingNamespace: "team-a" }, ofCluster)).to.equal(false);
        expect(isAnother({ uid: "uid-2" }, ofNamespace)).to.equal(false);
        expect(isAnother({ uid: "uid-2", existingNamespace: "team-b" }, ofNamespace)).to.equal(false);
    });
});

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
