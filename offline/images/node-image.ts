import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { execa } from "execa";

import { run } from "../../cli/process/run.ts";
import { binaryFolder } from "../binaries/binary-folders.ts";
import { dependencyFolder } from "../binaries/go-build.ts";
import type { BinaryName } from "../binaries/recipes.ts";
import {
    controlPlanePrograms,
    controlPlaneRoots,
    helperImage,
    kubernetesVersion,
    provisionerImage,
    writeControlPlane,
} from "./control-plane.ts";
import { writeDebianRoot, type DebianRoot } from "./debian-root.ts";
import { importRoot, type ImageBuildContext } from "./image-build-context.ts";

/** The node image that kind makes clusters of where official ones can't be pulled. */
export const nodeImage = `localhost/multitier/kind-node:${kubernetesVersion}`;

const kindModule = "sigs.k8s.io/kind";
const files = join(import.meta.dirname, "node");

/** The node's own programs and where they lie in it. */
const nodePrograms = {
    containerd: "usr/local/bin",
    "containerd-shim-runc-v2": "usr/local/bin",
    ctr: "usr/local/bin",
    crictl: "usr/local/bin",
    kubeadm: "usr/bin",
    kubelet: "usr/bin",
    kubectl: "usr/bin",
} as const satisfies Partial<Record<BinaryName, string>>;

type NodeProgram = keyof typeof nodePrograms;
type NodeBinary = NodeProgram | (typeof controlPlanePrograms)[number];
type NodeBinaries = Readonly<Record<NodeBinary, string>>;

const programNames = Object.keys(nodePrograms) as readonly NodeProgram[];

const nodeBinaries: readonly NodeBinary[] = [...programNames, ...controlPlanePrograms];

// Debian 12, since its systemd still runs on control groups of version 1.
const nodeRoot: Omit<DebianRoot, "finish"> = {
    release: "bookworm",
    packages: [
        "systemd",
        "dbus",
        "runc",
        "containernetworking-plugins",
        "conntrack",
        "iptables",
        "nftables",
        "iproute2",
        "ethtool",
        "util-linux",
        "mount",
        "kmod",
        "libseccomp2",
        "pigz",
        "procps",
        "curl",
        "ca-certificates",
        "jq",
    ],
    without: [],
};

/** Everything that decides what is in the node image. */
export async function nodeInputs(): Promise<unknown> {
    const names = ["finish.sh", "network.conflist", "storage.yaml"];
    const texts = await Promise.all(names.map((name) => readFile(join(files, name), "utf8")));
    const programs = [...nodeBinaries, "kind" as const].map((name) => basename(binaryFolder(name)));
    return { programs, helperImage, nodeRoot, ...controlPlaneRoots, texts };
}

const containerdConfig = /sandbox_image\s*=\s*"([^"]+)"/;

/** Makes the node image and stores it in the engine under its name. */
export async function makeNodeImage(context: ImageBuildContext): Promise<void> {
    const { folder, report } = context;
    const binaries = await context.binaries(nodeBinaries);
    const overlay = await writeOverlay(binaries, context);
    report("node image: its root, of Debian packages");
    const root = join(folder, "node.tar");
    await writeDebianRoot(
        { ...nodeRoot, finish: `sh "$NODE_FINISH" "$1"` },
        root,
        { NODE_FINISH: join(files, "finish.sh"), OVERLAY: overlay.folder },
        context,
    );
    report("node image: the control plane's images");
    const archive = await writeControlPlane(binaries, overlay.pauseImage, context);
    report("node image: putting the control plane's images into the node");
    await preload(root, archive, context);
}

/** kind's own files and the programs, laid out as in the node. */
async function writeOverlay(
    binaries: NodeBinaries,
    { folder, report, signal }: ImageBuildContext,
): Promise<{ folder: string; pauseImage: string }> {
    const overlay = join(folder, "overlay");
    const kind = join(await dependencyFolder("node", kindModule, { report, signal }), "images/base/files");
    // The module cache is read-only, and so would be copies that keep its modes.
    await mkdir(overlay, { recursive: true });
    await run("cp", ["-r", "--no-preserve=mode", `${kind}/.`, overlay], { signal });
    await run("chmod", ["-R", "755", join(overlay, "usr/local/bin"), join(overlay, "kind/bin")], { signal });

    for (const name of programNames) {
        const target = join(overlay, nodePrograms[name], name);
        await run("install", ["-D", "-m", "0755", binaries[name], target], { signal });
    }
    await writeFile(join(overlay, "kind/version"), kubernetesVersion);
    await mkdir(join(overlay, "kind/manifests"), { recursive: true });
    // kind applies the file even where its default network is disabled.
    await writeFile(join(overlay, "kind/manifests/default-cni.yaml"), "");
    const storage = await readFile(join(files, "storage.yaml"), "utf8");
    await writeFile(
        join(overlay, "kind/manifests/default-storage.yaml"),
        storage.replaceAll("PROVISIONER_IMAGE", provisionerImage).replaceAll("HELPER_IMAGE", helperImage),
    );
    await mkdir(join(overlay, "etc/cni/net.d"), { recursive: true });
    await cp(join(files, "network.conflist"), join(overlay, "etc/cni/net.d/10-multitier.conflist"));

    const configuration = await readFile(join(overlay, "etc/containerd/config.toml"), "utf8");
    const pauseImage = containerdConfig.exec(configuration)?.[1];
    if (pauseImage === undefined) {
        throw new Error(
            `${kindModule}: etc/containerd/config.toml names no sandbox_image, so no pod could start.`,
        );
    }
    return { folder: overlay, pauseImage };
}

/** Starts containerd in the root (no pod, no network) to let it import the archive, and stores the result as the image. */
async function preload(root: string, archive: string, context: ImageBuildContext): Promise<void> {
    const { engine, signal } = context;
    const runOptions = { environment: engine.environment, signal };
    const base = `${nodeImage}-base`;
    const container = `multitier-node-image-${process.pid}`;
    await importRoot(root, base, ["STOPSIGNAL SIGRTMIN+3", "ENV container=docker"], context);
    const script = [
        "set -eu",
        "containerd >/tmp/containerd.log 2>&1 & daemon=$!",
        "until ctr version >/dev/null 2>&1; do kill -0 $daemon || { cat /tmp/containerd.log >&2; exit 1; }; sleep 0.1; done",
        "ctr --namespace k8s.io images import --label=io.cri-containerd.pinned=pinned --all-platforms --no-unpack --digests -",
        "kill $daemon; wait $daemon || true",
        "rm -rf /tmp/containerd.log /run/containerd",
    ].join("\n");
    try {
        await execa(
            engine.command,
            [
                "run",
                "--interactive",
                "--network",
                "none",
                "--privileged",
                "--name",
                container,
                "--entrypoint",
                "bash",
            ].concat([base, "-c", script]),
            {
                env: { ...engine.environment },
                inputFile: archive,
                ...(signal === undefined ? {} : { cancelSignal: signal }),
            },
        );
        const entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]';
        const changes = [entrypoint, "CMD []", `LABEL ${context.label}`].flatMap((change) => [
            "--change",
            change,
        ]);
        await run(engine.command, ["commit", ...changes, container, nodeImage], runOptions);
    } finally {
        // Not by the signal: what was started is removed after an abort, too.
        await run(engine.command, ["rm", "--force", "--volumes", container], {
            environment: engine.environment,
        });
        await run(engine.command, ["image", "rm", "--force", base], { environment: engine.environment });
    }
}
