import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import {
    podmanAnswers,
    podmanEnvironment,
    podmanSettingsFile,
    type ContainerEngine,
} from "../../cli/container-engine/engine.ts";
import { machineFacts } from "../../cli/container-engine/machine-facts.ts";
import { run } from "../../cli/process/run.ts";
import { CommandFailure } from "../../cli/terminal/failure.ts";
import { ensurePackages, hasApt, imagePackages, PackagesError, type PackageOptions } from "../packages.ts";
import { podmanSettings } from "./podman-settings.ts";

/** No container engine is available. */
class EngineError extends CommandFailure {
    override readonly name = "EngineError";
}

/** Options for providing podman. */
export interface PodmanOptions extends PackageOptions {
    /** Only package registries answer: what making images from packages takes is installed, too. */
    readonly offline: boolean;
}

/** podman and what it needs on a bare machine: a runtime for both versions of control groups, networks with DNS. */
const podmanPackages = ["podman", "runc", "netavark", "aardvark-dns", "iptables"];

/** Kernel modules are looked up here; a kernel without modules may come without the folder. */
const modulesFolder = "/lib/modules";

/**
 * Provides a podman that works on this machine: the one that is installed, else that of the distribution's packages, with
 * settings of its own where its defaults don't work.
 *
 * @throws EngineError when there is none and none can be installed; its message says what to do.
 */
export async function providePodman(options: PodmanOptions): Promise<ContainerEngine> {
    const { report, signal } = options;
    const root = process.getuid?.() === 0;
    // On macOS and Windows podman runs in a virtual machine of its own, which lacks nothing.
    const linux = process.platform === "linux";
    const machine = { ...machineFacts(), systemd: !linux || existsSync("/run/systemd/system") };
    const settings = process.env["CONTAINERS_CONF"] === undefined ? podmanSettings(machine, root) : undefined;
    if (settings !== undefined) {
        await writeSettings(settings, report);
    }
    const environment = {
        ...podmanEnvironment,
        ...(settings !== undefined && { CONTAINERS_CONF: podmanSettingsFile }),
    };
    const installed = await podmanAnswers(environment, signal);
    // Where podman's defaults don't fit, the runtime and networks that happen to be installed with it may not either.
    if (!installed || (settings !== undefined && (await hasApt(signal)))) {
        await installPodman(options);
    }
    if (linux && !existsSync(modulesFolder)) {
        await createModulesFolder(root, report);
    }
    // The whole of it, once, with its own message: what podman lacks is only known to podman.
    await run("podman", ["info"], { environment, signal });
    return { command: "podman", environment };
}

async function installPodman(options: PodmanOptions): Promise<void> {
    const packages = [...podmanPackages, ...(options.offline ? imagePackages : [])];
    try {
        await ensurePackages(packages, "to run containers", options);
    } catch (error) {
        if (!(error instanceof PackagesError)) {
            throw error;
        }
        throw new EngineError(
            `No Docker engine answers, and there is no podman that works: ${error.message}`,
            `${error.remedy}\nOr install and start Docker.`,
            { cause: error },
        );
    }
}

async function writeSettings(settings: string, report: (line: string) => void): Promise<void> {
    if ((await readFile(podmanSettingsFile, "utf8").catch(() => undefined)) !== settings) {
        await mkdir(dirname(podmanSettingsFile), { recursive: true });
        const fresh = `${podmanSettingsFile}.${process.pid}`;
        await writeFile(fresh, settings);
        await rename(fresh, podmanSettingsFile);
        report(`podman's settings for this machine: ${podmanSettingsFile}`);
    }
}

/** podman refuses to mount a folder that doesn't exist, and kind has every node mount the kernel's modules. */
async function createModulesFolder(root: boolean, report: (line: string) => void): Promise<void> {
    if (!root) {
        throw new EngineError(
            `${modulesFolder} doesn't exist, and kind's nodes mount it.`,
            `Create it, empty: sudo mkdir ${modulesFolder}`,
        );
    }
    await mkdir(modulesFolder);
    report(`created the empty folder ${modulesFolder}: kind's nodes mount it, and this kernel came without`);
}
