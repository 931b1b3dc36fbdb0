import { join } from "node:path";

import { cacheFolder } from "../../cli/process/folders.ts";
import { run } from "../../cli/process/run.ts";

/** Everything of the machines that is kept for the next run. */
export const machinesFolder = join(cacheFolder, "machines");

/** Options with which all programs are built; go finds by itself what has changed since. */
const goFlags = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];

/** Builds static programs in a folder with a Go module. */
export async function goBuild(folder: string, args: readonly string[]): Promise<void> {
    // Inside another module's folder, -C makes this one the main module.
    await run("go", ["build", "-C", folder, "-mod=readonly", ...goFlags, ...args], {
        environment: { CGO_ENABLED: "0", GOWORK: "off" },
    });
}
