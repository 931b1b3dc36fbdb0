/**
 * An image's name with everything that may be left out: `redis:8.0` is `docker.io/library/redis:8.0`. Beside a digest a tag
 * says nothing; Kubernetes leaves it out, and podman refuses it.
 */
export function fullImageName(name: string): string {
    const slash = name.indexOf("/");
    const first = name.slice(0, Math.max(slash, 0));
    const registry = first === "localhost" || /[.:]/.test(first);
    const path = registry ? name : slash === -1 ? `docker.io/library/${name}` : `docker.io/${name}`;
    const [, repository, digest] = /^(.*?)(?::[^:/@]*)?@([^/]*)$/.exec(path) ?? [];
    if (repository !== undefined && digest !== undefined) {
        return `${repository}@${digest}`;
    }
    return /:[^/]*$/.test(path) ? path : `${path}:latest`;
}

/** `kube-proxy` of `registry/path/kube-proxy:v1`. */
export function imageBase(image: string): string {
    return image.replace(/[:@][^/]*$/, "").replace(/^.*\//, "");
}
