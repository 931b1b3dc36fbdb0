import { homedir } from "node:os";
import { join } from "node:path";

function baseFolder(variable: string, fallback: string): string {
    const set = process.env[variable];
    return join(set !== undefined && set !== "" ? set : join(homedir(), fallback), "multitier");
}

/** Cache directory: tools, images, download results (`$XDG_CACHE_HOME/multitier`). */
export const cacheFolder = baseFolder("XDG_CACHE_HOME", ".cache");

/** Data directory: Pulumi's state and passphrase, stack files and kubeconfigs (`$XDG_DATA_HOME/multitier`). */
export const dataFolder = baseFolder("XDG_DATA_HOME", ".local/share");

/** The logs of the commands (`$XDG_STATE_HOME/multitier`). */
export const logFolder = baseFolder("XDG_STATE_HOME", ".local/state");
