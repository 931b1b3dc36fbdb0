/** The names of the machines. The first is the one that there is without being asked for. */
export const machineNames = ["registries", "docker", "docker-classic"] as const;

export type MachineName = (typeof machineNames)[number];

/** A machine that the suite runs the commands on: this one, with what it takes to be like another. */
export interface Machine {
    /** Variables by which the commands find what the machine has. */
    readonly environment: Readonly<Record<string, string>>;
    /** Folders that come first on the commands' PATH. */
    readonly programFolders: readonly string[];
    /** Starts what the machine has, and tells what is done. Everything may have to be built first. */
    start(report: (line: string) => void): Promise<void>;
    /** Stops that, and leaves nothing behind but the cache. */
    stop(): Promise<void>;
}
