import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { run, tryRun } from "../process/run.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { dataFolder } from "../process/folders.ts";
import { machineFacts, modulesFolder, type MachineFacts } from "./machine-facts.ts";
import { ensurePackages, hasApt, type PackageOptions, PackagesError } from "./packages.ts";
import { podmanSettings } from "./podman-settings.ts";

/** A container engine that works. */
export interface Engine {
    readonly command: "docker" | "podman";
    /** Variables that the engine and kind must be run with. */
    readonly environment: Readonly<Record<string, string>>;
}

/** No container engine is available. */
export class EngineError extends CommandFailure {
    override readonly name = "EngineError";
}

/** Options for providing an engine. */
export interface EngineOptions extends PackageOptions {
    /** Only package registries answer: what making images from packages takes is installed, too. */
    readonly offline: boolean;
}

/** Limit for an engine's answer, in milliseconds: a daemon that hangs is as good as none. */
const answerTimeout = 15_000;

/** podman and what it needs on a bare machine: a runtime for both versions of control groups, networks with DNS. */
const podmanPackages = ["podman", "runc", "netavark", "aardvark-dns", "iptables"];

/** Packages that `offline/images` makes the roots of images with. */
export const imagePackages = ["mmdebstrap", "debian-archive-keyring"];

/**
 * A container engine: a Docker that answers, else a podman that works, else podman from the distribution's packages.
 *
 * @throws EngineError when there is none and none can be installed; its message says what to do.
 */
export async function provideEngine(options: EngineOptions): Promise<Engine> {
    return (await docker(options.signal)) ?? (await podman(options));
}

/** Finds a container engine that works as it is; nothing is installed or mended. */
export async function findEngine(signal: AbortSignal | undefined): Promise<Engine | undefined> {
    const found = await docker(signal);
    if (found !== undefined) {
        return found;
    }
    const conf = join(dataFolder, "containers.conf");
    const environment = {
        KIND_EXPERIMENTAL_PROVIDER: "podman",
        // The settings that podman was given for a cluster of the project's own.
        ...(process.env["CONTAINERS_CONF"] === undefined && existsSync(conf) && { CONTAINERS_CONF: conf }),
    };
    return (await podmanVersion(environment, signal)) === undefined
        ? undefined
        : { command: "podman", environment };
}

async function docker(signal: AbortSignal | undefined): Promise<Engine | undefined> {
    const version = await tryRun("docker", ["--version"], { signal, timeout: answerTimeout });
    // Distributions have a `docker` that is podman under another name; kind must know which it is.
    if (version === undefined || /podman/i.test(version)) {
        return undefined;
    }
    const server = await tryRun("docker", ["version", "--format", "{{.Server.Version}}"], {
        signal,
        timeout: answerTimeout,
    });
    return server === undefined || server === ""
        ? undefined
        : { command: "docker", environment: { KIND_EXPERIMENTAL_PROVIDER: "docker" } };
}

async function podman(options: EngineOptions): Promise<Engine> {
    const { report, signal } = options;
    const facts = machineFacts();
    const root = process.getuid?.() === 0;
    const environment: Record<string, string> = { KIND_EXPERIMENTAL_PROVIDER: "podman" };
    const settings = process.env["CONTAINERS_CONF"] === undefined ? podmanSettings(facts, root) : undefined;
    if (settings !== undefined) {
        environment["CONTAINERS_CONF"] = await writeSettings(settings, report);
    }
    const installed = (await podmanVersion(environment, signal)) !== undefined;
    // Where podman's defaults don't fit, the runtime and networks that happen to be installed with it may not either.
    if (!installed || (settings !== undefined && (await hasApt(signal)))) {
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
    await ensureModulesFolder(facts, root, report);
    // The whole of it, once, with its own message: what podman lacks is only known to podman.
    await run("podman", ["info"], { environment, signal });
    return { command: "podman", environment };
}

function podmanVersion(
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
): Promise<string | undefined> {
    return tryRun("podman", ["version", "--format", "{{.Client.Version}}"], {
        environment,
        signal,
        timeout: answerTimeout,
    });
}

async function writeSettings(settings: string, report: (line: string) => void): Promise<string> {
    const path = join(dataFolder, "containers.conf");
    if ((await readFile(path, "utf8").catch(() => undefined)) !== settings) {
        await mkdir(dataFolder, { recursive: true });
        const fresh = `${path}.${process.pid}`;
        await writeFile(fresh, settings);
        await rename(fresh, path);
        report(`podman's settings for this machine: ${path}`);
    }
    return path;
}

/** podman refuses to mount a folder that doesn't exist, and kind has every node mount the kernel's modules. */
async function ensureModulesFolder(
    facts: MachineFacts,
    root: boolean,
    report: (line: string) => void,
): Promise<void> {
    if (facts.modulesFolder) {
        return;
    }
    if (!root) {
        throw new EngineError(
            `${modulesFolder} doesn't exist, and kind's nodes mount it.`,
            `Create it, empty: sudo mkdir ${modulesFolder}`,
        );
    }
    await mkdir(modulesFolder);
    report(`created the empty folder ${modulesFolder}: kind's nodes mount it, and this kernel came without`);
}
