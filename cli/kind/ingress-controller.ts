import { connect } from "../kubernetes/client.ts";
import { loadImages, type ImagesOptions } from "./load-images.ts";
import { applyTraefik, traefikImages } from "./traefik.ts";

/** The kind cluster that gets the ingress controller. */
export interface IngressControllerOptions extends ImagesOptions {
    /** The file with the context `kind-<name>`. */
    readonly kubeconfig: string;
}

/**
 * Puts Traefik, its image included, into the cluster, or brings it up to date, and waits until it is ready. Only for
 * clusters that this project made: others have an ingress controller of their own.
 *
 * @throws CommandFailure if the API server refuses an object, or Traefik doesn't become ready.
 */
export async function ensureIngressController(options: IngressControllerOptions): Promise<void> {
    const { name, kubeconfig, report, signal } = options;
    await loadImages({ ...options, images: traefikImages() });
    await applyTraefik(connect(kubeconfig, `kind-${name}`), report, signal);
}
