import { expect } from "chai";
import { CommandFailure } from "../../../cluster/failure.ts";
import type { LiveObject } from "../../../cluster/live-object.ts";
import {
    findMissing,
    findOrphans,
    judgeNamespace,
    labelSelector,
    stackLabels,
} from "../../../cluster/orphans.ts";

const labels = stackLabels("multitier", "dev");
const ownLabels = { ...labels, "app.kubernetes.io/name": "server" };

function object(kind: string, name: string, metadata: LiveObject["metadata"] = {}): LiveObject {
    return { apiVersion: "v1", kind, metadata: { name, namespace: "shop", labels: ownLabels, ...metadata } };
}

const known = [{ kind: "ConfigMap", namespace: "shop", name: "known" }];

function orphanNames(...live: LiveObject[]): (string | undefined)[] {
    return findOrphans(live, known, labels).map(({ metadata }) => metadata?.name);
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
            ...known,
            { kind: "ConfigMap", namespace: "shop", name: "gone" },
            { kind: "CustomThing", namespace: "shop", name: "not listed" },
        ];
        expect(
            findMissing(state, [object("ConfigMap", "known")], ["ConfigMap"]).map(({ name }) => name),
        ).to.deep.equal(["gone"]);
    });
});

describe("the stack's namespace, when the state doesn't know it", () => {
    const claim = { metadata: { name: "mysql-data" } };
    const own = { metadata: { name: "shop", labels: { ...labels } } };

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

    it("is deleted when it carries the stack's labels and holds no data", () => {
        expect(judgeNamespace(own, [], labels)).to.equal("delete");
    });

    it("is left alone when there is data in it, with what to do", () => {
        const { message, remedy } = failure(() => judgeNamespace(own, [claim], labels));
        expect(message).to.contain("shop").and.contain("mysql-data").and.contain("left alone");
        expect(remedy).to.contain("PULUMI_BACKEND_URL").and.contain("kubectl delete namespace shop");
    });

    it("is left alone when it is somebody else's, even without data", () => {
        const { message, remedy } = failure(() => judgeNamespace({ metadata: { name: "shop" } }, [], labels));
        expect(message).to.contain("somebody else's");
        expect(remedy).to.contain("multitier:namespace");
    });

    it("is left alone when it is another stack's, which is named", () => {
        const other = {
            metadata: { name: "shop", labels: { ...labels, "app.kubernetes.io/instance": "prod" } },
        };
        expect(failure(() => judgeNamespace(other, [], labels)).message).to.contain('"prod"');
    });
});
