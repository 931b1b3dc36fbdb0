import { expect } from "chai";
import { parse } from "yaml";
import { kindConfig } from "../../../cli/kind/kind-config.ts";
import type { MachineFacts } from "../../../cli/container-engine/machine-facts.ts";

const usual: MachineFacts = { cgroupV1: false, mayRaiseLimits: true };

function config(change: { image?: string; facts?: MachineFacts; hostPort?: number } = {}): unknown {
    const { image, facts = usual, hostPort = 8080 } = change;
    return parse(kindConfig({ name: "multitier", hostPort, image, facts }));
}

describe("kind's configuration", () => {
    it("is one node of kind's own image, reached from this machine only, where nothing is lacking", () => {
        expect(config({ hostPort: 8081 })).to.deep.equal({
            kind: "Cluster",
            apiVersion: "kind.x-k8s.io/v1alpha4",
            name: "multitier",
            networking: { apiServerAddress: "127.0.0.1", podSubnet: "10.244.0.0/16" },
            nodes: [
                {
                    role: "control-plane",
                    labels: { "multitier/cluster": "own", "multitier/host-port": "8081" },
                    extraPortMappings: [
                        { containerPort: 80, hostPort: 8081, listenAddress: "127.0.0.1", protocol: "TCP" },
                    ],
                },
            ],
        });
    });

    it("leaves the network to a node image made here", () => {
        expect(config({ image: "localhost/node:1" })).to.nested.include({
            "networking.disableDefaultCNI": true,
            "nodes[0].image": "localhost/node:1",
        });
    });

    it("lets kubelet run on control groups of version 1", () => {
        expect(config({ facts: { ...usual, cgroupV1: true } }))
            .to.have.nested.property("kubeadmConfigPatches[0]")
            .that.matches(/^kind: KubeletConfiguration\nfailCgroupV1: false\n$/);
    });

    it("asks for no raised limits where they are refused", () => {
        const limited = config({ facts: { ...usual, mayRaiseLimits: false } });
        expect(limited).to.have.nested.property("featureGates.KubeletInUserNamespace", true);
        expect(limited)
            .to.have.nested.property("containerdConfigPatches[0]")
            .that.includes("restrict_oom_score_adj = true");
    });
});
