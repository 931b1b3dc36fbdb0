import { expect } from "chai";
import { CommandFailure } from "../../../cli/terminal/failure.ts";
import type { LiveObject } from "../../../cli/kubernetes/live-object.ts";
import {
    findMissing,
    findOrphans,
    namespacesAtStake,
    refuseData,
    refuseForeign,
    type NamespaceOwner,
} from "../../../cli/session/orphans.ts";
import type { KnownObject } from "../../../cli/session/state-file.ts";
import { labelSelector, ownershipOf } from "../../../cli/kubernetes/stack-labels.ts";

const labels = ownershipOf("multitier", "dev");
const ownLabels = { ...labels, "app.kubernetes.io/name": "server" };

function object(kind: string, name: string, metadata: LiveObject["metadata"] = {}): LiveObject {
    return { apiVersion: "v1", kind, metadata: { name, namespace: "shop", labels: ownLabels, ...metadata } };
}

const knownObjects = [{ kind: "ConfigMap", namespace: "shop", name: "known" }];

function orphanNames(...objects: LiveObject[]): (string | undefined)[] {
    return findOrphans(objects, knownObjects, labels).map(({ metadata }) => metadata?.name);
}

describe("objects that a killed command left behind", () => {
    it("are those with the stack's labels that the state doesn't know", () => {
        expect(orphanNames(object("ConfigMap", "known"), object("ConfigMap", "unknown"))).to.deep.equal([
            "unknown",
        ]);
    });

    it("are told apart by kind and namespace, not by name alone", () => {
        expect(
            orphanNames(object("Secret", "known"), object("ConfigMap", "known", { namespace: "other" })),
        ).to.deep.equal(["known", "known"]);
    });

    it("are never another stack's, nor anybody's without both labels", () => {
        const other = { ...ownLabels, "app.kubernetes.io/instance": "prod" };
        const half = { "app.kubernetes.io/instance": "dev" };
        expect(
            orphanNames(
                object("ConfigMap", "a", { labels: other }),
                object("ConfigMap", "b", { labels: half }),
                object("ConfigMap", "c", { labels: {} }),
            ),
        ).to.deep.equal([]);
    });

    it("are never claims, which hold data and are taken on by their fixed names", () => {
        expect(orphanNames(object("PersistentVolumeClaim", "mysql-data"))).to.deep.equal([]);
    });

    it("are never objects that another one owns, or that are being deleted", () => {
        const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "server", uid: "1" };
        expect(
            orphanNames(
                object("ConfigMap", "owned", { ownerReferences: [owner] }),
                object("ConfigMap", "going", { deletionTimestamp: new Date(0) }),
            ),
        ).to.deep.equal([]);
    });

    it("are asked for by both labels", () => {
        expect(labelSelector(labels)).to.equal(
            "app.kubernetes.io/part-of=multitier,app.kubernetes.io/instance=dev",
        );
    });
});

describe("objects of the state that are gone from the cluster", () => {
    it("are found among the kinds that were listed", () => {
        const state = [
            ...knownObjects,
            { kind: "ConfigMap", namespace: "shop", name: "gone" },
            { kind: "CustomThing", namespace: "shop", name: "not listed" },
        ];
        expect(
            findMissing(state, [object("ConfigMap", "known")], ["ConfigMap"]).map(({ name }) => name),
        ).to.deep.equal(["gone"]);
    });
});

function failure(run: () => void): CommandFailure {
    try {
        run();
    } catch (error) {
        if (error instanceof CommandFailure) {
            return error;
        }
    }
    throw new Error("no CommandFailure");
}

/** A namespace as the cluster has it. */
function live(metadata: LiveObject["metadata"]): LiveObject {
    return { metadata: { name: "shop", uid: "uid-1", labels: { ...labels }, ...metadata } };
}

/** The state's word on a namespace. */
function known(uid: string | undefined): KnownObject {
    return { kind: "Namespace", namespace: undefined, name: "shop", urn: "urn:ns", uid, protect: false };
}

const ours = { annotations: { "multitier/identity": "ours" } };
const theirs = { annotations: { "multitier/identity": "theirs" } };

describe("a namespace in the cluster", () => {
    const judge = (namespace: LiveObject, state: Partial<NamespaceOwner>) => () => {
        refuseForeign([namespace], { identities: [], objects: [], ...state }, labels);
    };

    it("is the stack's own when it carries an identifier of the state, though the state doesn't have it", () => {
        expect(judge(live(ours), { identities: ["ours"] })).to.not.throw();
    });

    it("is the stack's own without an identifier when its UID is in the state: the next up gives it one", () => {
        expect(judge(live({}), { objects: [known("uid-1")] })).to.not.throw();
        expect(judge(live({}), { objects: [known("uid-1")], identities: ["ours"] })).to.not.throw();
    });

    it("is refused when it carries the stack's labels but another identifier, with what to do", () => {
        const { message, remedy } = failure(judge(live(theirs), { identities: ["ours"] }));
        expect(message).to.contain("shop").and.contain("another state").and.contain("theirs");
        expect(message).to.contain("left alone");
        expect(remedy).to.contain("multitier:namespace").and.contain("PULUMI_BACKEND_URL");
        expect(remedy).to.contain("kubectl delete namespace shop");
    });

    it("is refused when it carries the stack's labels but no identifier, and its UID is not in the state", () => {
        expect(failure(judge(live({}), { identities: ["ours"] })).message).to.contain("multitier/identity");
        // Neither of the two has a UID: that makes them no more the same.
        const withoutUid = { metadata: { name: "shop", labels: { ...labels } } };
        expect(failure(judge(withoutUid, { objects: [known(undefined)] })).message).to.contain("left alone");
    });

    it("is refused when the state has one of its name that is another, with the ways out", () => {
        const state = { objects: [known("uid-0")], identities: ["ours"] };
        const { message, remedy } = failure(judge(live({}), state));
        expect(message).to.contain("another UID");
        expect(remedy).to.contain("namespace shop multitier/identity=ours");
        expect(remedy).to.contain("--stack dev state delete 'urn:ns'");
    });

    it("is refused when another state has claimed it, though this one's older copy has its UID", () => {
        const { message, remedy } = failure(judge(live(theirs), { objects: [known("uid-1")] }));
        expect(message).to.contain("theirs").and.not.contain("another UID");
        expect(remedy).to.contain("namespace shop multitier/identity-");
    });

    it("is refused when it is somebody else's, by its labels, even without data", () => {
        const { message, remedy } = failure(judge(live({ labels: {} }), { identities: ["ours"] }));
        expect(message).to.contain("somebody else's");
        expect(remedy).to.contain("multitier:namespace");
    });

    it("is refused when it is another stack's, which is named", () => {
        const other = live({ labels: { ...labels, "app.kubernetes.io/instance": "prod" } });
        expect(failure(judge(other, {})).message).to.contain('"prod"');
    });

    it("is refused when it is another project's, with the way to take it over if this one was called so before", () => {
        const former = { ...ours, labels: { ...labels, "app.kubernetes.io/part-of": "former" } };
        const { message, remedy } = failure(judge(live(former), { identities: ["theirs"] }));
        expect(message).to.contain("of the project former");
        expect(remedy)
            .to.contain("the setting multitier:namespace")
            .and.contain("--stack dev stack rename organization/multitier/dev");
    });

    it("is looked at when the state has it, and when the settings name it", () => {
        const state = { identities: [], objects: [known("uid-1")] };
        expect(namespacesAtStake(state, "shop2")).to.deep.equal(["shop", "shop2"]);
        expect(namespacesAtStake(state, "shop")).to.deep.equal(["shop"]);
    });
});

describe("the stack's own namespace, when the state doesn't have it", () => {
    it("may be deleted when it holds no data", () => {
        expect(() => {
            refuseData(live(ours), []);
        }).to.not.throw();
    });

    it("is left alone when there is data in it, with what to do", () => {
        const claim = { metadata: { name: "mysql-data" } };
        const { message, remedy } = failure(() => {
            refuseData(live(ours), [claim]);
        });
        expect(message).to.contain("shop").and.contain("mysql-data").and.contain("left alone");
        expect(remedy).to.contain("PULUMI_BACKEND_URL").and.contain("kubectl delete namespace shop");
    });
});
