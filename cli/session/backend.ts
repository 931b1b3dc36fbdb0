import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { projectBackend } from "../../settings/stack-file.ts";
import type { Environment } from "../process/environment.ts";
import { cacheFolder, dataFolder, homeFolder } from "../process/folders.ts";

/**
 * Where Pulumi keeps the state: in the project's own folder (`managed`), or in a backend of the user's, which
 * is then used as Pulumi finds it, with the user's own settings.
 */
export interface Backend {
    readonly managed: boolean;
    /** The folder of a backend of files on this machine; the managed one is of this kind. */
    readonly folder?: string;
    /** For a person: where the state is. */
    readonly description: string;
    /** Variables to set (or, if undefined, remove) in Pulumi's environment. */
    readonly environment: Environment;
}

/** Holds for every backend: nothing is asked from or told to anybody but the backend itself. */
const quiet: Environment = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    // `stack rm` would otherwise delete the repository's Pulumi.<stack>.yaml with the stack.
    PULUMI_OPTION_PRESERVE_CONFIG: "true",
};

const stateFolder = join(dataFolder, "state");
const passphraseFile = join(dataFolder, "passphrase");

/** The folder of the lock files of a stack in the managed backend, as Pulumi's file backend lays it out. */
export function lockFolder(project: string, stack: string): string {
    return join(stateFolder, ".pulumi", "locks", "organization", project, stack);
}

/** The file with the state of a stack in the managed backend, as Pulumi's file backend lays it out. */
export function stateFile(project: string, stack: string): string {
    return join(stateFolder, ".pulumi", "stacks", project, `${stack}.json`);
}

/** The folder of the records of a stack's updates in a backend of files, as Pulumi lays it out. */
export function historyFolder(backendFolder: string, project: string, stack: string): string {
    return join(backendFolder, ".pulumi", "history", project, stack);
}

/** Returns where a backend is whose URL names a folder, `~` being the home; `{}` for other kinds of backends. */
function folderOf(url: string): Pick<Backend, "folder"> {
    if (url === "file://~" || url.startsWith("file://~/")) {
        return { folder: join(homeFolder(), url.slice("file://~".length)) };
    }
    return url.startsWith("file:///") ? { folder: fileURLToPath(url) } : {};
}

/**
 * Chooses the backend as Pulumi itself would: PULUMI_BACKEND_URL, the project's file, an access token, the login that is
 * current. Where there is none of them, the managed one.
 *
 * @param environment the environment that the user started the command with
 * @param login what the user is logged in to, undefined if nothing
 * @param projectUrl the backend that `Pulumi.yaml` names, undefined if none
 */
export function chooseBackend(
    environment: Environment,
    login: string | undefined,
    projectUrl?: string,
): Backend {
    const url = environment["PULUMI_BACKEND_URL"] ?? "";
    if (url !== "") {
        return {
            managed: false,
            ...folderOf(url),
            description: "the backend in PULUMI_BACKEND_URL",
            environment: quiet,
        };
    }
    if (projectUrl !== undefined) {
        return {
            managed: false,
            ...folderOf(projectUrl),
            description: `${projectUrl}, as Pulumi.yaml says`,
            environment: quiet,
        };
    }
    if ((environment["PULUMI_ACCESS_TOKEN"] ?? "") !== "") {
        return { managed: false, description: "Pulumi Cloud, by PULUMI_ACCESS_TOKEN", environment: quiet };
    }
    if (login !== undefined && login !== "") {
        return {
            managed: false,
            ...folderOf(login),
            description: `${login}, to which you are logged in`,
            environment: quiet,
        };
    }
    return {
        managed: true,
        folder: stateFolder,
        description: stateFolder,
        environment: {
            ...quiet,
            PULUMI_BACKEND_URL: pathToFileURL(stateFolder).href,
            PULUMI_HOME: join(cacheFolder, "pulumi"),
            PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
            // It would win over the file.
            PULUMI_CONFIG_PASSPHRASE: undefined,
        },
    };
}

/**
 * Finds the backend of a project for this machine's user.
 *
 * @param projectText the text of the `Pulumi.yaml`
 * @throws SyntaxError if Pulumi's credentials file is not JSON
 */
export async function findBackend(projectText?: string): Promise<Backend> {
    const home = process.env["PULUMI_HOME"] ?? join(homeFolder(), ".pulumi");
    const folder = process.env["PULUMI_CREDENTIALS_PATH"] ?? home;
    const file = join(folder, "credentials.json");
    const credentials: unknown = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : undefined;
    const login =
        typeof credentials === "object" && credentials !== null && "current" in credentials
            ? credentials.current
            : undefined;
    const project = projectText === undefined ? undefined : projectBackend(projectText);
    return chooseBackend(process.env, typeof login === "string" ? login : undefined, project);
}

/**
 * Makes the folders of the managed backend and, once, its passphrase, which only the owner can read. Without
 * the passphrase the secrets in the state are lost, so it is never replaced.
 */
export async function prepareManagedBackend(): Promise<void> {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    await mkdir(join(cacheFolder, "pulumi"), { recursive: true });
    if (!existsSync(passphraseFile)) {
        await writeFile(passphraseFile, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    }
}
