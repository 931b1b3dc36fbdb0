import { expect } from "chai";
import {
    allowsConnection,
    type PolicyPod,
    type PolicyTarget,
} from "../../../../cli/verify/network-policies.ts";
import { readNetworkPolicy } from "../../../golden/network-policies.ts";

const namespaceLabels = { "kubernetes.io/metadata.name": "shop" };
const web: PolicyPod = { namespace: "shop", namespaceLabels, labels: { app: "web" }, ip: "10.1.2.3" };
const db: PolicyPod = { namespace: "shop", namespaceLabels, labels: { app: "db", tier: "data" } };
const elsewhere: PolicyPod = { namespace: "other", namespaceLabels: { team: "b" }, labels: { app: "web" } };
const port: PolicyTarget = { protocol: "TCP", port: 3306, portName: "main" };

/** True if policies in the namespace shop, with these specs, let a pod reach the database. */
function reaches(from: PolicyPod, specs: readonly object[], target = port): boolean {
    const policies = specs.map((spec) => readNetworkPolicy({ metadata: { namespace: "shop" }, spec }));
    return allowsConnection(policies, from, db, target);
}

/** A policy on the database that lets this in. */
function lettingIn(rule: object): object {
    return { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"], ingress: [rule] };
}

const denyAll = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

describe("NetworkPolicies", () => {
    it("restrict no pod that none of them selects", () => {
        expect(reaches(web, [])).to.equal(true);
        expect(reaches(elsewhere, [{ podSelector: { matchLabels: { app: "web" } } }])).to.equal(true);
    });

    it("deny what no rule allows, at the target and at the source", () => {
        expect(reaches(elsewhere, [denyAll])).to.equal(false);
        expect(
            reaches(web, [{ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] }]),
        ).to.equal(false);
        expect(reaches(web, [lettingIn({}), denyAll])).to.equal(false);
    });

    it("add up: what one allows, another does not take away", () => {
        expect(reaches(elsewhere, [denyAll, lettingIn({})])).to.equal(true);
    });

    it("apply to what comes in by default, and to what goes out only with a rule for it", () => {
        expect(reaches(web, [{ podSelector: { matchLabels: { app: "web" } } }])).to.equal(true);
        expect(reaches(elsewhere, [{ podSelector: { matchLabels: { app: "db" } } }])).to.equal(false);
        const onlyDns = { to: [], ports: [{ protocol: "UDP", port: 53 }] };
        expect(reaches(web, [{ podSelector: { matchLabels: { app: "web" } }, egress: [onlyDns] }])).to.equal(
            false,
        );
    });

    it("mean their own namespace by a pod selector alone, and any that matches by a namespace selector", () => {
        const byPod = lettingIn({ from: [{ podSelector: { matchLabels: { app: "web" } } }] });
        expect(reaches(web, [byPod])).to.equal(true);
        expect(reaches(elsewhere, [byPod])).to.equal(false);
        const byTeam = lettingIn({ from: [{ namespaceSelector: { matchLabels: { team: "b" } } }] });
        expect(reaches(elsewhere, [byTeam])).to.equal(true);
        expect(reaches(web, [byTeam])).to.equal(false);
    });

    it("want both selectors of one peer, and one of several peers", () => {
        const team = { namespaceSelector: { matchLabels: { team: "b" } } };
        const api = { podSelector: { matchLabels: { app: "api" } } };
        expect(reaches(elsewhere, [lettingIn({ from: [{ ...team, ...api }] })])).to.equal(false);
        expect(reaches(elsewhere, [lettingIn({ from: [team, api] })])).to.equal(true);
    });

    it("understand every operator of a selector", () => {
        const matches = (expression: object): boolean =>
            reaches(web, [lettingIn({ from: [{ podSelector: { matchExpressions: [expression] } }] })]);
        expect(matches({ key: "app", operator: "In", values: ["web", "api"] })).to.equal(true);
        expect(matches({ key: "app", operator: "In", values: ["api"] })).to.equal(false);
        expect(matches({ key: "app", operator: "NotIn", values: ["api"] })).to.equal(true);
        expect(matches({ key: "app", operator: "NotIn", values: ["web"] })).to.equal(false);
        expect(matches({ key: "absent", operator: "NotIn", values: ["x"] })).to.equal(true);
        expect(matches({ key: "app", operator: "Exists" })).to.equal(true);
        expect(matches({ key: "app", operator: "DoesNotExist" })).to.equal(false);
    });

    it("name ports by number, by range, by the pod's name for it, and by protocol", () => {
        const by = (ports: object): boolean => reaches(web, [lettingIn({ ports: [ports] })]);
        expect(by({ port: 3306 })).to.equal(true);
        expect(by({ port: 3307 })).to.equal(false);
        expect(by({ port: 3000, endPort: 4000 })).to.equal(true);
        expect(by({ port: 3000, endPort: 3305 })).to.equal(false);
        expect(by({ port: "main" })).to.equal(true);
        expect(by({ port: "other" })).to.equal(false);
        expect(by({ protocol: "UDP", port: 3306 })).to.equal(false);
        expect(by({ protocol: "TCP" })).to.equal(true);
    });

    it("know blocks of addresses, and the exceptions from them", () => {
        const by = (ipBlock: object): boolean => reaches(web, [lettingIn({ from: [{ ipBlock }] })]);
        expect(by({ cidr: "10.1.0.0/16" })).to.equal(true);
        expect(by({ cidr: "10.2.0.0/16" })).to.equal(false);
        expect(by({ cidr: "10.1.0.0/16", except: ["10.1.2.0/24"] })).to.equal(false);
        expect(reaches(elsewhere, [lettingIn({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] })])).to.equal(
            false,
        );
    });

    it("are read from manifests as the client library has them, which says _from", () => {
        const spec = lettingIn({ from: [{ podSelector: { matchLabels: { app: "api" } } }] });
        expect(readNetworkPolicy({ metadata: { namespace: "shop" }, spec }))
            .to.have.nested.property("spec.ingress[0]._from[0].podSelector.matchLabels")
            .that.deep.equals({ app: "api" });
    });
});
