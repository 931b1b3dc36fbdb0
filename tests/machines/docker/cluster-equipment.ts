import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

import type { PlainCluster } from "./plain-cluster.ts";

/** The name of everything of the ingress controller: namespace, class, and the value of its pods' label. */
export const controllerName = "edge";

/** The name of the StorageClass. */
export const storageName = "somebodys-disk";

const traefik = join(import.meta.dirname, "../../../cli/kind/traefik/traefik.yaml");

/** Traefik as somebody has installed it: under other names, on the control plane's node, and with a Service. */
function ingressController(): string {
    const manifest = readFileSync(traefik, "utf8")
        .replace(/^(.*\b(?:name|namespace|serviceAccountName): )traefik$/gm, `$1${controllerName}`)
        .replaceAll("ingressclass=traefik", `ingressclass=${controllerName}`)
        .replaceAll("managed-by: multitier", "managed-by: somebody")
        .replace(
            /^( +)serviceAccountName:/m,
            `$1nodeSelector: { node-role.kubernetes.io/control-plane: "" }\n$&`,
        );
    const metadata = { name: controllerName, namespace: controllerName };
    const selector = { "app.kubernetes.io/name": controllerName };
    const spec = { selector, ports: [{ port: 80, targetPort: "web" }] };
    return `${manifest}---\n${stringify({ apiVersion: "v1", kind: "Service", metadata, spec })}`;
}

/** A class of volumes, the default one, which there are on all nodes or on one only. */
function storageClass(node?: string): string {
    const onlyThere = [{ key: "kubernetes.io/hostname", values: [node] }];
    return stringify({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
            name: storageName,
            annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
        provisioner: "rancher.io/local-path",
        volumeBindingMode: "WaitForFirstConsumer",
        ...(node !== undefined && { allowedTopologies: [{ matchLabelExpressions: onlyThere }] }),
    });
}

/**
 * Gives a cluster an ingress controller and storage, none of which has a name that the project knows.
 *
 * @param storageNode the only node that can have volumes; any by default
 */
export async function equip(cluster: PlainCluster, storageNode?: string): Promise<void> {
    await cluster.kubectl("delete", "storageclass", "--all");
    await cluster.apply(storageClass(storageNode));
    await cluster.apply(ingressController());
    const controller = `deployment/${controllerName}`;
    await cluster.kubectl("rollout", "status", controller, "-n", controllerName, "--timeout=180s");
}
