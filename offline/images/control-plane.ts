import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { imageBase } from "../../cli/container-engine/image-name.ts";
import { run } from "../../cli/process/run.ts";
import { recipes, type BinaryName } from "../binaries/recipes.ts";
import { writeDebianRoot, type DebianRoot } from "./debian-root.ts";
import { writeImageArchive, type ArchiveImage } from "./image-archive.ts";
import type { ImageBuildContext } from "./image-build-context.ts";

/** The version of Kubernetes in the node image, with the leading v. */
export const kubernetesVersion = `v${recipes.kubeadm.version}`;

/** The image that provides volumes. */
export const provisionerImage = `docker.io/rancher/local-path-provisioner:v${recipes["local-path-provisioner"].version}`;
/** The image that it makes and removes a volume's folder with. */
export const helperImage = "localhost/multitier/local-path-helper:1";

/** The programs that run as containers and consist of one file each, named as their images. */
const containerPrograms = [
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "coredns",
    "pause",
] as const satisfies readonly BinaryName[];

/** The programs that the images are made of. */
export const controlPlanePrograms = [
    ...containerPrograms,
    "kube-proxy",
    "local-path-provisioner",
] as const satisfies readonly BinaryName[];

type ControlPlanePrograms = Readonly<Record<(typeof controlPlanePrograms)[number] | "kubeadm", string>>;

const proxyRoot: DebianRoot = {
    release: "bookworm",
    packages: ["iptables", "nftables", "conntrack", "kmod"],
    without: [],
    finish: 'install -D -m 0755 "$PROXY" "$1/usr/local/bin/kube-proxy"',
};

const helperRoot: DebianRoot = {
    release: "bookworm",
    variant: "extract",
    packages: ["busybox-static"],
    without: [],
    finish: 'for name in sh mkdir rm; do ln "$1/bin/busybox" "$1/bin/$name"; done',
};

/** The roots of the images that consist of more than a program. */
export const controlPlaneRoots = { proxyRoot, helperRoot };

/** An archive of the images that kubeadm asks for, and of storage. */
export async function writeControlPlane(
    binaries: ControlPlanePrograms,
    pauseImage: string,
    context: ImageBuildContext,
): Promise<string> {
    const { folder, signal } = context;
    const list = await run(
        binaries.kubeadm,
        ["config", "images", "list", "--kubernetes-version", kubernetesVersion],
        { signal },
    );
    const wanted = list.split("\n");
    const images: ArchiveImage[] = [];
    for (const name of containerPrograms) {
        const names = wanted.filter((image) => imageBase(image) === name);
        images.push({
            names: name === "pause" ? [...new Set([...names, pauseImage])] : names,
            layer: await programLayer(binaries[name], name, context),
            entrypoint: [`/usr/local/bin/${name}`],
        });
    }
    images.push({
        names: [provisionerImage],
        layer: await programLayer(binaries["local-path-provisioner"], "local-path-provisioner", context),
        entrypoint: ["/usr/local/bin/local-path-provisioner"],
    });
    const proxyLayer = join(folder, "kube-proxy.tar");
    await writeDebianRoot(proxyRoot, proxyLayer, { PROXY: binaries["kube-proxy"] }, context);
    images.push({
        names: wanted.filter((image) => imageBase(image) === "kube-proxy"),
        layer: proxyLayer,
        entrypoint: ["/usr/local/bin/kube-proxy"],
    });
    const helperLayer = join(folder, "helper.tar");
    await writeDebianRoot(helperRoot, helperLayer, {}, context);
    images.push({ names: [helperImage], layer: helperLayer, entrypoint: ["/bin/sh"] });

    const unprovided = wanted.filter((image) => !images.some(({ names }) => names.includes(image)));
    if (unprovided.length > 0) {
        throw new Error(
            `kubeadm ${kubernetesVersion} asks for images that the node image has no recipe for: ${unprovided.join(", ")}.`,
        );
    }
    const archive = join(folder, "control-plane.tar");
    await writeImageArchive(images, join(folder, "control-plane"), archive, signal);
    return archive;
}

/** A layer that holds one program in /usr/local/bin, and the folder /tmp that some need. */
async function programLayer(
    path: string,
    name: string,
    { folder, signal }: ImageBuildContext,
): Promise<string> {
    const root = join(folder, "layers", name);
    await mkdir(join(root, "usr/local/bin"), { recursive: true });
    await mkdir(join(root, "tmp"));
    await run("chmod", ["1777", join(root, "tmp")], { signal });
    await run("install", ["-m", "0755", path, join(root, "usr/local/bin", name)], { signal });
    const layer = `${root}.tar`;
    const owner = ["--owner=0", "--group=0", "--sort=name", "--mtime=@0"];
    await run("tar", ["--create", ...owner, "--file", layer, "--directory", root, "."], { signal });
    return layer;
}
