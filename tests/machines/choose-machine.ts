import type { Machine, MachineName } from "./machine.ts";

/** This machine as it is: podman, and nothing but package registries. */
const registries: Machine = {
    environment: {},
    programFolders: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
};

/** Returns a machine that is not started yet. */
export async function machineNamed(name: MachineName): Promise<Machine> {
    if (name === "registries") {
        return registries;
    }
    // Only now: it reads where the commands keep their data.
    const { DockerMachine } = await import("./docker/docker-machine.ts");
    return new DockerMachine(name === "docker-classic" ? "classic" : "containerd");
}
