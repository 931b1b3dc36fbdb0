import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseDocument } from "yaml";

import type { MachineFacts } from "../container-engine/machine-facts.ts";

/** The settings of a kind cluster. */
export interface KindConfigOptions {
    readonly name: string;
    /** The port on this machine (127.0.0.1) behind which the Ingress answers. */
    readonly hostPort: number;
    /** The node image made by `offline/images`, or undefined for kind's own. */
    readonly image: string | undefined;
    readonly facts: MachineFacts;
}

/** The label of a node with the port on this machine behind which the Ingress answers. */
export const hostPortLabel = "multitier/host-port";

/** Merged into the node's containerd settings: no container asks for an OOM score that the machine doesn't permit. */
const restrictOomScore = '[plugins."io.containerd.grpc.v1.cri"]\n  restrict_oom_score_adj = true\n';

/** Since Kubernetes 1.35, kubelet refuses control groups of version 1 unless told otherwise. */
const permitCgroupV1 = "kind: KubeletConfiguration\nfailCgroupV1: false\n";

/** kind's configuration for a cluster: `kind-cluster.yaml` with what the options and the machine ask for. */
export function kindConfig({ name, hostPort, image, facts }: KindConfigOptions): string {
    const config = parseDocument(readFileSync(join(import.meta.dirname, "kind-cluster.yaml"), "utf8"));
    config.commentBefore = null;
    config.set("name", name);
    config.setIn(["nodes", 0, "labels", hostPortLabel], String(hostPort));
    config.setIn(["nodes", 0, "extraPortMappings", 0, "hostPort"], hostPort);
    if (image !== undefined) {
        config.setIn(["nodes", 0, "image"], image);
        // The image has its own network: kind's can't be fetched where the image is made.
        config.setIn(["networking", "disableDefaultCNI"], true);
    }
    if (facts.cgroupV1) {
        config.set("kubeadmConfigPatches", [permitCgroupV1]);
    }
    if (!facts.mayRaiseLimits) {
        // kubelet then takes refused kernel settings as given instead of ending.
        config.set("featureGates", { KubeletInUserNamespace: true });
        config.set("containerdConfigPatches", [restrictOomScore]);
    }
    return config.toString();
}
