import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { ContainerEngine } from "../../../cli/container-engine/engine.ts";
import { run } from "../../../cli/process/run.ts";
import { providePodman } from "../../../offline/engine/podman.ts";
import { makeImages } from "../../../offline/images/index.ts";
import { nodeImage } from "../../../offline/images/node-image.ts";
import { recipes } from "../../../offline/images/recipes.ts";
import { eventually } from "../../e2e/eventually.ts";
import type { Machine } from "../machine.ts";
import { Daemon } from "./daemon.ts";
import { downloadSites } from "./download-sites.ts";
import { raiseInotifyLimit } from "./kernel-limits.ts";
import { ownNetworks, refuseForeignNetworks, removeNetworking } from "./networking.ts";
import { buildKind, buildPrograms, engineProgramFolders, machineFolder, programFolder } from "./programs.ts";
import { dockerHub, nodesRegistryAddress, Registry } from "./registry.ts";

/** The engine's own data: wiped at each start, as on a machine where Docker has just been installed. */
const engineFolder = join(machineFolder, "engine");

const clientFolder = join(machineFolder, "client");

const socket = join(engineFolder, "docker.sock");

const quietly = { report: () => undefined, confirm: () => Promise.resolve(true) };

/**
 * Where the engine keeps images. New installations have containerd's store, which knows all platforms of an image and
 * has the content of one; those that were updated have the classic one of graph drivers, which knows one platform.
 */
export type ImageStore = "containerd" | "classic";

/**
 * A machine with Docker. Everything is pulled, the node image too, from a mirror of Docker Hub with images for two
 * platforms, and the tools are downloaded from their publishers' sites, which this machine plays.
 */
export class DockerMachine implements Machine {
    readonly environment = {
        DOCKER_HOST: `unix://${socket}`,
        // Neither logins nor plugins of the user's.
        DOCKER_CONFIG: clientFolder,
        ...downloadSites.environment(),
    };
    readonly programFolders = [programFolder];
    readonly #store: ImageStore;
    /** The same images, where the nodes of somebody's cluster can pull them. */
    readonly #nodesRegistry = new Registry(nodesRegistryAddress);
    #engine: Daemon | undefined;
    #restoreLimit: (() => Promise<void>) | undefined;

    constructor(store: ImageStore) {
        this.#store = store;
    }

    async start(report: (line: string) => void): Promise<void> {
        if (existsSync("/var/run/docker.sock")) {
            throw new Error(
                "A Docker engine runs here already; two would take each other's firewall rules away.",
            );
        }
        await refuseForeignNetworks();
        await mkdir(clientFolder, { recursive: true });
        // podman refuses a DOCKER_CONFIG without it.
        await writeFile(join(clientFolder, "config.json"), "{}");
        this.#restoreLimit = await raiseInotifyLimit();
        report("Building the engine and the registry.");
        await buildPrograms();
        await dockerHub.start();
        report("Publishing images for two platforms.");
        await this.#publishImages();
        report("Publishing the tools.");
        await downloadSites.start();
        await this.#startEngine();
        // Its address is the engine's.
        await this.#nodesRegistry.start();
    }

    async stop(): Promise<void> {
        await this.#restoreLimit?.();
        await downloadSites.stop();
        await this.#nodesRegistry.stop();
        await dockerHub.stop();
        // What another engine has made stays: with one, this machine doesn't start.
        if (this.#engine !== undefined) {
            await this.#engine.stop();
            await removeNetworking();
            await rm(engineFolder, { recursive: true, force: true });
        }
    }

    /** Puts all images that can be made here into the mirror. */
    async #publishImages(): Promise<void> {
        const podman = await providePodman({ ...quietly, offline: true });
        await makeImages(Object.keys(recipes), { ...quietly, engine: podman });
        for (const image of Object.keys(recipes).filter((name) => name.startsWith("docker.io/"))) {
            await dockerHub.publish(image, image.replace("docker.io/", ""), podman);
        }
        const name = nodeImage.replace(/^.*:/, "kindest/node:");
        const digest = await dockerHub.publish(await buildPublishedNode(podman), name, podman);
        await buildKind(`${name}@${digest}`);
    }

    async #startEngine(): Promise<void> {
        await rm(engineFolder, { recursive: true, force: true });
        await mkdir(engineFolder, { recursive: true });
        const path = [...(await engineProgramFolders()), process.env["PATH"] ?? ""].join(delimiter);
        const configuration = join(engineFolder, "daemon.json");
        await writeFile(
            configuration,
            JSON.stringify({ features: { "containerd-snapshotter": this.#store === "containerd" } }),
        );
        const args = [
            `--config-file=${configuration}`,
            `--data-root=${join(engineFolder, "data")}`,
            `--exec-root=${join(engineFolder, "run")}`,
            `--pidfile=${join(engineFolder, "dockerd.pid")}`,
            `--host=unix://${socket}`,
            `--registry-mirror=${dockerHub.url}`,
            "--userland-proxy=false",
            "--exec-opt=native.cgroupdriver=cgroupfs",
            ...ownNetworks,
        ];
        const log = join(machineFolder, "dockerd.log");
        this.#engine = new Daemon(join(programFolder, "dockerd"), args, log, path);
        await eventually(`dockerd to answer (${log})`, 60, async () =>
            run("docker", ["version", "--format={{.Server.Version}}"], { environment: this.environment }),
        );
    }
}

/** The node image with a manifest for kind to apply, as a published one has for its network; here it has its own. */
async function buildPublishedNode(podman: ContainerEngine): Promise<string> {
    const image = "localhost/multitier/published-kind-node:1";
    const manifest =
        "apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: network, namespace: kube-system }\\n";
    const input = `FROM ${nodeImage}\nRUN printf '${manifest}' > /kind/manifests/default-cni.yaml\n`;
    await run("podman", ["build", "--network=none", "--tag", image, "-"], {
        environment: podman.environment,
        input,
    });
    return image;
}
