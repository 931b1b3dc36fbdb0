import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";

import { tryRun } from "../process/run.ts";
import { cacheFolder } from "../process/folders.ts";
import { rememberVersion } from "./remembered-versions.ts";
import { fittingVersions, versionFits, versionIn, type ToolName } from "./tool-versions.ts";

/** A program that was found. */
export interface FoundTool {
    readonly path: string;
    readonly version: string;
}

/** Arguments that ask each tool for its version; none of these needs a network. */
const versionArguments: Readonly<Record<ToolName, readonly string[]>> = {
    pulumi: ["version"],
    kind: ["version"],
    kubectl: ["version", "--client"],
};

/** Milliseconds after which a program that doesn't tell its version is passed over. */
const answerTimeout = 15_000;

const languageHost = "pulumi-language-nodejs";

/**
 * The first program of that name on PATH whose version fits. One that doesn't is reported and passed over, and so are
 * the launchers in node_modules: these would download the program.
 *
 * @param report Takes a line for each program that is passed over.
 */
export async function findOnPath(
    tool: ToolName,
    report: (line: string) => void,
    signal: AbortSignal | undefined,
): Promise<FoundTool | undefined> {
    const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
    for (const path of executables(tool, folders)) {
        const version = await rememberVersion(path, () => askVersion(tool, path, signal));
        if (version === undefined) {
            report(`${path} is passed over: it doesn't tell its version`);
        } else if (!versionFits(tool, version)) {
            report(`${path} is passed over: it is ${version}, and ${fittingVersions(tool)} is needed`);
        } else if (tool === "pulumi" && !hasLanguageHost(path, folders)) {
            report(`${path} is passed over: its language host for Node.js (${languageHost}) is missing`);
        } else {
            return { path, version };
        }
    }
    return undefined;
}

/** The version that a program prints, or undefined when it doesn't run or prints none. */
export async function askVersion(
    tool: ToolName,
    path: string,
    signal: AbortSignal | undefined,
): Promise<string | undefined> {
    const text = await tryRun(path, versionArguments[tool], {
        // The CLI writes a log into its home folder even then, which must not be the user's.
        environment: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(cacheFolder, "pulumi") },
        timeout: answerTimeout,
        signal,
    });
    return text === undefined ? undefined : versionIn(text);
}

function executables(name: string, folders: readonly string[]): readonly string[] {
    const found = new Map<string, string>();
    for (const folder of folders) {
        const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
        const file = isExecutable(path) ? realpathSync(path) : undefined;
        if (file !== undefined && !file.includes(`${sep}node_modules${sep}`) && !found.has(file)) {
            found.set(file, path);
        }
    }
    return [...found.values()];
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

/** The CLI looks for its language hosts on PATH and beside its real file. */
function hasLanguageHost(pulumi: string, folders: readonly string[]): boolean {
    return executables(languageHost, [dirname(realpathSync(pulumi)), ...folders]).length > 0;
}
