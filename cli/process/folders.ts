import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** The user's home: with an empty HOME, that of the system's user database instead of the current folder. */
export function homeFolder(): string {
    const home = homedir();
    return home === "" ? userInfo().homedir : home;
}

/** The folder in which the person stands: npm starts a script in the project's and says where it was started itself. */
function personsFolder(): string {
    const given = process.env["INIT_CWD"] ?? "";
    return given === "" ? process.cwd() : given;
}

/**
 * The absolute path of a file that a person names; a leading `~` is the home.
 *
 * @param folder where a relative path starts. Default: where the person stands
 */
export function absolutePath(path: string, folder = personsFolder(), home = homeFolder()): string {
    return resolve(
        folder,
        path.replace(/^~(?=\/|$)/, () => home),
    );
}

/** A relative path is ignored, as the XDG Base Directory Specification asks. */
function baseFolder(variable: string, fallback: string): string {
    const set = process.env[variable] ?? "";
    return join(isAbsolute(set) ? set : join(homeFolder(), fallback), "multitier");
}

/** Cache directory: tools, images, download results (`$XDG_CACHE_HOME/multitier`). */
export const cacheFolder = baseFolder("XDG_CACHE_HOME", ".cache");

/** Data directory: Pulumi's state and passphrase, stack files and kubeconfigs (`$XDG_DATA_HOME/multitier`). */
export const dataFolder = baseFolder("XDG_DATA_HOME", ".local/share");

/** The logs of the commands (`$XDG_STATE_HOME/multitier`). */
export const logFolder = baseFolder("XDG_STATE_HOME", ".local/state");
