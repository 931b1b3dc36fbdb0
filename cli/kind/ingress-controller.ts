import { readFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../process/run.ts";
import { loadImages, type ImagesOptions } from "./load-images.ts";

/** The kind cluster that gets the ingress controller. */
export interface IngressControllerOptions extends ImagesOptions {
    readonly tools: { readonly kind: string; readonly kubectl: string };
    /** The file with the context `kind-<name>`. */
    readonly kubeconfig: string;
}

const manifest = join(import.meta.dirname, "traefik/traefik.yaml");

/** How long Traefik may take to be ready: its image is in the node, so it only has to start. */
const readyTimeout = "120s";

/** The image of the ingress controller, which its cluster must have. */
function ingressControllerImage(): string {
    const image = /^\s*image: (\S+)$/m.exec(readFileSync(manifest, "utf8"))?.[1];
    if (image === undefined) {
        throw new Error(`${manifest} names no image.`);
    }
    return image;
}

/**
 * Puts Traefik, its image included, into the cluster, or brings it up to date, and waits until it is ready. Only for clusters that this
 * project made: others have an ingress controller of their own.
 *
 * @throws ExecaError when the API server refuses an object or Traefik doesn't become ready.
 */
export async function ensureIngressController(options: IngressControllerOptions): Promise<void> {
    const { name, tools, kubeconfig, report, signal } = options;
    await loadImages({ ...options, images: [ingressControllerImage()] });
    const target = ["--kubeconfig", kubeconfig, "--context", `kind-${name}`];
    const applied = await run(
        tools.kubectl,
        [...target, "apply", "--server-side", "--field-manager=multitier", "--filename", manifest],
        { signal },
    );
    for (const line of applied.split("\n")) {
        report(line);
    }
    await run(
        tools.kubectl,
        [
            ...target,
            "rollout",
            "status",
            "deployment/traefik",
            "--namespace=traefik",
            `--timeout=${readyTimeout}`,
        ],
        { signal },
    );
}
