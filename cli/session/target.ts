import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import * as v from "valibot";

import { absolutePath, homeFolder } from "../process/folders.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { ownClusterOf, type OwnCluster } from "../kind/kind-context.ts";
import { allProjects, stackRef, type StackRef } from "./project.ts";
import { readIfThere, stackFolder } from "./stack-folder.ts";

/** The cluster that a stack is deployed to. */
export interface Target {
    /** The kind cluster that the commands make (and make again); undefined if it is somebody else's. */
    readonly own: OwnCluster | undefined;
    /** A kubeconfig file, or several as in KUBECONFIG. */
    readonly kubeconfig: string;
    /** The context; undefined means the only one that the kubeconfig has. */
    readonly context: string | undefined;
    /** Who said so, for the message of the step. */
    readonly reason: string;
}

/** A target whose context is known. */
export type KnownTarget = Target & { readonly context: string };

const recordSchema = v.strictObject({
    own: v.boolean(),
    kubeconfig: v.string(),
    context: v.string(),
    /** The UID of the namespace kube-system, or of the existing namespace of the stack: it identifies a cluster. */
    clusterUid: v.string(),
    existingNamespace: v.exactOptional(v.string()),
    /** True if the last update was not seen to end well: what it changed may not be in the state. */
    unfinished: v.exactOptional(v.boolean()),
});

/** The target that a stack was last deployed to. */
export type DeployedTo = Readonly<v.InferOutput<typeof recordSchema>>;

/** The cluster as named on the command line or in the stack's settings. */
export interface TargetOptions {
    readonly context?: string | undefined;
    readonly kubeconfig?: string | undefined;
}

/**
 * Chooses the cluster: what the command line says, else the context in the stack's settings, else what the
 * stack was deployed to before, else the kind cluster of the project's own that the settings name. A KUBECONFIG in
 * the environment says where a named context is found; alone it names no context, and a current-context is never
 * used.
 *
 * @param told the options of the command line
 * @param settings the context and kubeconfig in the stack's settings
 * @param deployedTo what the stack was last deployed to, undefined if to nothing
 * @param usersKubeconfig the kubeconfig that kubectl would use
 */
export function chooseTarget(
    told: TargetOptions,
    settings: TargetOptions,
    deployedTo: DeployedTo | undefined,
    usersKubeconfig: string,
): Target {
    if (told.kubeconfig !== undefined || told.context !== undefined) {
        const own = told.kubeconfig === undefined ? ownTarget(told.context) : undefined;
        return (
            own ?? {
                own: undefined,
                kubeconfig: told.kubeconfig ?? settings.kubeconfig ?? usersKubeconfig,
                context: told.context,
                reason: "as the command line says",
            }
        );
    }
    const own = settings.kubeconfig === undefined ? ownTarget(settings.context) : undefined;
    if (own === undefined) {
        return {
            own: undefined,
            kubeconfig: settings.kubeconfig ?? usersKubeconfig,
            context: settings.context,
            reason: "as the stack's settings say",
        };
    }
    if (deployedTo !== undefined && !deployedTo.own) {
        return {
            own: undefined,
            // It may have been moved.
            kubeconfig: isThere(deployedTo.kubeconfig) ? deployedTo.kubeconfig : usersKubeconfig,
            context: deployedTo.context,
            reason: "to which this stack was deployed before",
        };
    }
    return own;
}

/** True if one of the kubeconfig files exists. */
function isThere(kubeconfig: string): boolean {
    return kubeconfig.split(delimiter).some((file) => existsSync(file));
}

/** The target of a context of the project's own; undefined if it is somebody else's. */
export function ownTarget(context: string | undefined): Target | undefined {
    const own = ownClusterOf(context);
    return own === undefined
        ? undefined
        : { own, kubeconfig: own.kubeconfig, context: own.context, reason: `the kind cluster ${own.name}` };
}

/** True if a target is named as the one that the stack was last deployed to. */
export function sameName(target: Target, deployedTo: DeployedTo): boolean {
    const sameContext = target.context === undefined || target.context === deployedTo.context;
    return (
        (target.own !== undefined) === deployedTo.own &&
        sameContext &&
        target.kubeconfig === deployedTo.kubeconfig
    );
}

/**
 * True if a cluster is another than the one that the stack was last deployed to. Nobody can tell where the stack has moved
 * to or from an existing namespace.
 */
export function isAnother(
    cluster: { readonly uid: string; readonly existingNamespace?: string | undefined },
    { clusterUid, existingNamespace }: DeployedTo,
): boolean {
    return cluster.existingNamespace === existingNamespace && cluster.uid !== clusterUid;
}

/** The kubeconfig that kubectl would use: the files in KUBECONFIG, else the one in the home folder. */
export function usersKubeconfig(): string {
    const files = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
    return files.length === 0
        ? join(homeFolder(), ".kube", "config")
        : files.map((file) => absolutePath(file)).join(delimiter);
}

function recordFile(ref: StackRef): string {
    return join(stackFolder(ref), "deployed-to.json");
}

/** Reads the target that a stack was last deployed to; undefined if there is none since the last `down`. */
export async function readDeployedTo(ref: StackRef): Promise<DeployedTo | undefined> {
    const file = recordFile(ref);
    const text = await readIfThere(file);
    try {
        return text === undefined ? undefined : v.parse(recordSchema, JSON.parse(text));
    } catch (error) {
        throw new CommandFailure(
            `${file}, which says what ${ref.title} is deployed to, can't be read: ${messageOf(error)}`,
            "Delete it, and name the stack's cluster with --context if it is not the project's own.",
            { cause: error },
        );
    }
}

/** Records what a stack is deployed to. */
export async function recordDeployedTo(ref: StackRef, deployedTo: DeployedTo): Promise<void> {
    const file = recordFile(ref);
    await mkdir(stackFolder(ref), { recursive: true, mode: 0o700 });
    // In one step: a kill in the middle must not leave half of it.
    await writeFile(`${file}.new`, JSON.stringify(deployedTo, undefined, 2) + "\n", { mode: 0o600 });
    await rename(`${file}.new`, file);
}

/** Forgets what a stack was deployed to, when nothing of it is left there. */
export async function forgetDeployedTo(ref: StackRef): Promise<void> {
    await rm(recordFile(ref), { force: true });
}

/** The stacks that are deployed, in whole or in what is protected of them, to a cluster of the project's own. */
export async function stacksOn(cluster: OwnCluster): Promise<StackRef[]> {
    const stacks = await Promise.all(
        allProjects().map(async (project) => {
            const { stacksFolder } = project;
            const names = existsSync(stacksFolder) ? await readdir(stacksFolder) : [];
            return names.map((name) => stackRef(project, name));
        }),
    );
    const records = await Promise.all(
        stacks.flat().map(async (ref) => ({ ref, deployedTo: await readDeployedTo(ref) })),
    );
    return records
        .filter(({ deployedTo }) => deployedTo?.own === true && deployedTo.context === cluster.context)
        .map(({ ref }) => ref);
}
