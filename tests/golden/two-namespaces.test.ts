import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { expect } from "chai";
import { Application, connectToCluster, MySql, Tier } from "../../components";
import { CreatedResource, createdResources } from "../../rendering/created-resources";
import { valueAt } from "../created-resource";
import {
    allowsConnection,
    PolicyPod,
} from "../../cli/verify/network-policies.ts";
import { policiesAmong } from "./network-policies.ts";

/** Two applications: a report in the one connects to MySQL in the other, where a monitor in a third is let in. */
function applications(): void {
    const cluster = connectToCluster("cluster", { context: "kind-multitier" });
    const shop = new Application("shop", { cluster, namespace: "shop" });
    const office = new Application("office", { cluster, namespace: "office" });
    const credentials = { password: "p", rootPassword: "r", secretName: "s" };
    const mysql = new MySql("mysql", { app: shop, credentials });
    const plain = { image: "example/image:1", port: 8080 };
    new Tier("report", { app: office, ...plain, connectsTo: [mysql] });
    new Tier("stranger", { app: office, ...plain });
    const monitor = {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
        podSelector: { matchLabels: { "app.kubernetes.io/name": "monitor" } },
    };
    new Tier("web", { app: shop, ...plain, connectsFrom: [monitor] });
}

function pod(namespace: string, tier: string): PolicyPod {
    return {
        namespace,
        namespaceLabels: { "kubernetes.io/metadata.name": namespace },
        labels: { "app.kubernetes.io/name": tier },
    };
}

const pods: Readonly<Record<string, PolicyPod>> = {
    "shop/mysql": pod("shop", "mysql"),
    "shop/web": pod("shop", "web"),
    "office/report": pod("office", "report"),
    "office/stranger": pod("office", "stranger"),
    // The labels alone are no pass.
    "shop/report": pod("shop", "report"),
    "elsewhere/report": pod("elsewhere", "report"),
    "monitoring/monitor": pod("monitoring", "monitor"),
    "elsewhere/monitor": pod("elsewhere", "monitor"),
};
const ports = { "shop/mysql": 3306, "shop/web": 8080, "office/report": 8080, "office/stranger": 8080 };

function connections(policies: readonly V1NetworkPolicy[]): string[] {
    return Object.entries(pods).flatMap(([from, source]) =>
        Object.entries(ports).flatMap(([to, port]) => {
            const target = pods[to];
            return target !== undefined &&
                from !== to &&
                allowsConnection(policies, source, target, { protocol: "TCP", port })
                ? [`${from} -> ${to}`]
                : [];
        }),
    );
}

describe("who reaches whom across two namespaces, by the NetworkPolicies", () => {
    let resources: readonly CreatedResource[];
    let policies: readonly V1NetworkPolicy[];
    before(async () => {
        resources = await createdResources(applications);
        policies = policiesAmong(resources);
    });

    it("is what is declared, for every pair", () => {
        expect(connections(policies)).to.have.members(["office/report -> shop/mysql", "monitoring/monitor -> shop/web"]);
    });

    it("needs a policy on each side: in each of the namespaces one that would be missed", () => {
        for (const name of ["report-policy", "report-to-mysql-policy"]) {
            const rest = policiesAmong(resources.filter((each) => each.name !== name));
            expect(connections(rest), name).to.not.include("office/report -> shop/mysql");
        }
    });

    it("goes by the name that resolves from every namespace", () => {
        const deployment = resources.find(({ name }) => name === "report-deployment");
        expect(valueAt(deployment?.inputs, "spec.template.spec.containers.0.env")).to.deep.include({
            name: "MYSQL_HOST",
            value: "mysql.shop.svc.cluster.local",
        });
    });
});
