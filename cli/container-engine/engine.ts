import { existsSync } from "node:fs";
import { join } from "node:path";

import { tryRun } from "../process/run.ts";
import { dataFolder } from "../process/folders.ts";

/** A container engine that works. */
export interface ContainerEngine {
    readonly command: "docker" | "podman";
    /** Variables that the engine and kind must be run with. */
    readonly environment: Readonly<Record<string, string>>;
}

/** The variables that every podman, and kind with it, is run with. */
export const podmanEnvironment: ContainerEngine["environment"] = { KIND_EXPERIMENTAL_PROVIDER: "podman" };

/**
 * The settings that podman is given (CONTAINERS_CONF) on a machine where its defaults don't work. Every run on such a
 * machine needs them: they say where its networks are, whose rules would be left over otherwise.
 */
export const podmanSettingsFile = join(dataFolder, "containers.conf");

/** Limit for an engine's answer, in milliseconds: a daemon that hangs is as good as none. */
const answerTimeout = 15_000;

/** Finds a container engine that works as it is; nothing is installed or mended. */
export async function findEngine(signal: AbortSignal | undefined): Promise<ContainerEngine | undefined> {
    return (await findDocker(signal)) ?? (await findPodman(signal));
}

/** Finds a Docker that answers. */
export async function findDocker(signal: AbortSignal | undefined): Promise<ContainerEngine | undefined> {
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

async function findPodman(signal: AbortSignal | undefined): Promise<ContainerEngine | undefined> {
    const settings = process.env["CONTAINERS_CONF"] === undefined && existsSync(podmanSettingsFile);
    const environment = { ...podmanEnvironment, ...(settings && { CONTAINERS_CONF: podmanSettingsFile }) };
    return (await podmanAnswers(environment, signal)) ? { command: "podman", environment } : undefined;
}

/** Says whether podman is installed and runs. */
export async function podmanAnswers(
    environment: ContainerEngine["environment"],
    signal: AbortSignal | undefined,
): Promise<boolean> {
    const version = await tryRun("podman", ["version", "--format", "{{.Client.Version}}"], {
        environment,
        signal,
        timeout: answerTimeout,
    });
    return version !== undefined;
}
