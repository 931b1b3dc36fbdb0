import { expect } from "chai";

import type { LiveObject } from "../../../../cli/kubernetes/live-object.ts";
import { ownershipOf } from "../../../../cli/kubernetes/stack-labels.ts";
import { refuseStrangers } from "../../../../cli/session/strangers.ts";
import { readState } from "../../../../cli/session/state-file.ts";
import { CommandFailure } from "../../../../cli/terminal/failure.ts";
import { fakeCluster } from "../kind/fake-cluster.ts";
import { resolvedStack } from "./resolved-stack.ts";

const place = "team-a";

/** The resources of the API that are asked for, by their paths. */
const resources: Readonly<Record<string, readonly [name: string, kind: string][]>> = {
    "/api/v1": [
        ["services", "Service"],
        ["persistentvolumeclaims", "PersistentVolumeClaim"],
        ["pods", "Pod"],
        ["replicationcontrollers", "ReplicationController"],
    ],
    "/apis/apps/v1": [
        ["deployments", "Deployment"],
        ["statefulsets", "StatefulSet"],
        ["daemonsets", "DaemonSet"],
        ["replicasets", "ReplicaSet"],
    ],
    "/apis/batch/v1": [
        ["jobs", "Job"],
        ["cronjobs", "CronJob"],
    ],
};

/** The objects of a namespace, by the name of their resource. */
type Objects = Readonly<Record<string, readonly (LiveObject & Readonly<Record<string, unknown>>)[]>>;

interface Outcome {
    /** Empty if the stack can be there. */
    readonly refusal: string;
    readonly reports: readonly string[];
}

/** Checks the stack `dev` in a namespace with these objects. */
async function check(objects: Objects, state: object[] = [], forbidden: string[] = []): Promise<Outcome> {
    await using cluster = await fakeCluster((_, path) => {
        const known = resources[path.replace(/\/$/, "")];
        if (known !== undefined) {
            return { body: { resources: known.map(([name, kind]) => ({ name, kind, namespaced: true })) } };
        }
        const [resource = "", name] = path.split(`/namespaces/${place}/`)[1]?.split("/") ?? [];
        if (forbidden.includes(resource)) {
            return { status: 403, body: { kind: "Status", message: "forbidden" } };
        }
        const items = objects[resource] ?? [];
        const found = items.find(({ metadata }) => metadata?.name === name);
        return name === undefined
            ? { body: { items } }
            : { status: found === undefined ? 404 : 200, body: found ?? { kind: "Status" } };
    });
    const text = `config: { "multitier:context": kind-multitier, "multitier:existingNamespace": ${place} }`;
    const resolved = resolvedStack({ source: { name: "Pulumi.dev.yaml", text, ownFile: true } });
    const { client } = cluster;
    const labels = ownershipOf("multitier", "dev");
    const live = { client, uid: "uid-1", namespace: place, existingNamespace: place, labels };
    const reports: string[] = [];
    try {
        await refuseStrangers(resolved, live, readState({ resources: state }), (line) => {
            reports.push(line);
        });
    } catch (error) {
        expect(error).to.be.instanceOf(CommandFailure);
        return { refusal: String(error), reports };
    }
    return { refusal: "", reports };
}

const ofRedis = { "app.kubernetes.io/name": "redis" };
const ours = { ...ofRedis, "multitier/identity": "ours" };
const identity = {
    urn: "u::multitier:components:Application$random:index/randomUuid:RandomUuid::app-identity",
    type: "random:index/randomUuid:RandomUuid",
    outputs: { result: "ours" },
};
const knownService = {
    urn: "u::redis",
    type: "kubernetes:core/v1:Service",
    id: `${place}/redis`,
    outputs: { metadata: { uid: "uid-redis" } },
};

function workload(name: string, podLabels: Readonly<Record<string, string>>, metadata: object = {}) {
    return { metadata: { name, ...metadata }, spec: { template: { metadata: { labels: podLabels } } } };
}

describe("what others have in the namespace that a stack was given", () => {
    it("may be anything of other names and labels", async () => {
        const app = { app: "cache" };
        const { refusal, reports } = await check({
            services: [{ metadata: { name: "cache", uid: "uid-9" } }],
            deployments: [workload("cache", app), { metadata: { name: "bare" } }],
            pods: [{ metadata: { name: "cache-1", labels: app } }, { metadata: { name: "bare" } }],
        });
        expect(refusal).to.equal("");
        expect(reports).to.deep.equal([]);
    });

    it("is refused by name where it has that of an object of the stack's, unless the state has it", async () => {
        const services = [{ metadata: { name: "redis", uid: "uid-redis" } }];
        const persistentvolumeclaims = [{ metadata: { name: "mysql-data", uid: "uid-7" } }];
        const { refusal } = await check({ services, persistentvolumeclaims });
        expect(refusal)
            .to.include("the Service redis:")
            .and.include("the PersistentVolumeClaim mysql-data:")
            .and.include("nothing was changed");
        expect((await check({ services }, [knownService])).refusal).to.equal("");
    });

    it("is refused where it has taken the place of an object that the state has", async () => {
        const services = [{ metadata: { name: "redis", uid: "another" } }];
        expect((await check({ services }, [knownService])).refusal).to.include("the Service redis:");
    });

    it("is refused where its pods carry a tier's label: told by what makes them, else by themselves", async () => {
        const owner = [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "chart", uid: "1" }];
        const { refusal } = await check({
            statefulsets: [workload("chart", ofRedis)],
            replicasets: [workload("former", ofRedis, { ownerReferences: owner })],
            cronjobs: [
                {
                    metadata: { name: "nightly" },
                    spec: { jobTemplate: workload("", { "app.kubernetes.io/name": "worker" }) },
                },
            ],
            pods: [
                { metadata: { name: "chart-0", labels: ofRedis } },
                { metadata: { name: "lone", labels: { "app.kubernetes.io/name": "server" } } },
                {
                    metadata: { name: "ended", labels: { "app.kubernetes.io/name": "mysql" } },
                    status: { phase: "Succeeded" },
                },
                {
                    metadata: {
                        name: "ending",
                        labels: { "app.kubernetes.io/name": "mysql" },
                        deletionTimestamp: new Date(0),
                    },
                },
            ],
        });
        const names = [...refusal.matchAll(/ {2}- the (\S+ \S+):/g)].map(([, name]) => name);
        expect(names).to.have.members(["StatefulSet chart", "CronJob nightly", "Pod lone"]);
        expect(refusal).to.include("app.kubernetes.io/name=redis");
    });

    it("is not what the stack itself has there, by its state's identifier", async () => {
        const objects = {
            deployments: [workload("redis-1", ours, { labels: ours })],
            pods: [{ metadata: { name: "redis-1-1", labels: ours } }],
        };
        expect((await check(objects, [identity])).refusal).to.equal("");
        expect((await check(objects)).refusal).to.include("the Deployment redis-1:");
    });

    it("is judged by the pods that run where the user may not list what makes them", async () => {
        const { refusal, reports } = await check(
            { pods: [{ metadata: { name: "chart-0", labels: ofRedis } }] },
            [],
            ["statefulsets", "daemonsets"],
        );
        expect(refusal).to.include("the Pod chart-0:");
        expect(reports.join()).to.include("StatefulSets, DaemonSets");
    });
});
