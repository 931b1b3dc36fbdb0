import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connect } from "../../../../cli/kubernetes/client.ts";
import type { LiveCluster } from "../../../../cli/session/cluster.ts";

const kubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: u, user: {} }]
contexts: [{ name: kind-multitier, context: { cluster: c, user: u } }]
`;

/** A cluster that nobody asks anything. */
export function silentCluster(uid = "uid-1"): LiveCluster {
    const folder = mkdtempSync(join(tmpdir(), "silent-cluster-"));
    try {
        const file = join(folder, "kubeconfig");
        writeFileSync(file, kubeconfig);
        return {
            client: connect(file, "kind-multitier"),
            uid,
            namespace: "shop",
            labels: { "app.kubernetes.io/part-of": "multitier", "app.kubernetes.io/instance": "dev" },
        };
    } finally {
        rmSync(folder, { recursive: true });
    }
}
