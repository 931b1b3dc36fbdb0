import { existsSync } from "node:fs";

import { supplyFor, type Supply } from "../supply/supply.ts";
import { CommandFailure } from "../terminal/failure.ts";
import type { Interruption } from "../terminal/interruption.ts";
import type { Command } from "../terminal/run-command.ts";
import type { StepContext } from "../terminal/steps.ts";
import { toolEnvironment } from "../tools/tools.ts";
import { stateFile } from "./backend.ts";
import { clearLocks } from "./lock.ts";
import type { StackRef } from "./project.ts";
import { prepareStackFiles, pulumiEnvironment } from "./pulumi-environment.ts";
import { resolveStack, type ResolvedStack } from "./resolve-stack.ts";
import type { StackSource } from "./settings-source.ts";
import type { TargetOptions } from "./target.ts";

/** The options that every command on a stack has. */
export interface SessionOptions extends TargetOptions {
    /** True if nothing is downloaded. */
    readonly offline: boolean;
}

/** A stack with the Pulumi CLI to work on it. */
export interface PreparedStack extends ResolvedStack {
    readonly supply: Supply;
    /** The Pulumi CLI. */
    readonly pulumi: string;
    /** The CLI's whole environment. */
    readonly environment: Readonly<Record<string, string>>;
}

/** The part of a session that a command works in once it is open. */
export interface Session<Cluster, State> extends PreparedStack {
    readonly cluster: Cluster;
    readonly state: State;
}

/** The steps that a command needs; those it does without are left out. */
export interface SessionNeeds<Cluster, State> {
    /** Where the settings come from. Default: the checkout. */
    readonly source?: (ref: StackRef) => StackSource;
    /** The thing that must exist before anything is provided for the command. Default: nothing. */
    readonly existing?: "cluster" | "stack";
    /** True if the engine runs, which takes the providers. */
    readonly providers: boolean;
    /** The cluster, in steps of its own. */
    readonly cluster: (prepared: PreparedStack, command: Command) => Promise<Cluster>;
    /** True if nobody else may work on the stack meanwhile. */
    readonly lock: boolean;
    /** The state, in the step "State". */
    readonly state: (
        prepared: PreparedStack,
        cluster: Cluster,
        step: StepContext,
        interruption: Interruption,
    ) => Promise<State>;
}

const realParts = {
    resolve: resolveStack,
    supply: supplyFor,
    prepareFiles: prepareStackFiles,
    lock: clearLocks,
};

/** The functions that a session is opened with: the real ones, or fakes in a test. */
export type SessionParts = Readonly<typeof realParts>;

/** The need of a command that has nothing to do with the cluster, or the state, itself. */
export const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/**
 * Opens a stack: settings, tools, cluster, lock, state, each of them only as far as the command needs it. A step that
 * fails ends it: nothing after it is begun.
 *
 * @throws StepFailure or Interrupted
 */
export async function openSession<Cluster, State>(
    ref: StackRef,
    options: SessionOptions,
    needs: SessionNeeds<Cluster, State>,
    command: Command,
    parts: SessionParts = realParts,
): Promise<Session<Cluster, State>> {
    const { progress, interruption } = command;
    const resolved = await progress.step("Settings", async ({ done }) => {
        const resolved = await parts.resolve(ref, options, needs.source?.(ref));
        if (needs.existing !== undefined) {
            refuseMissing(needs.existing, resolved);
        }
        done(`stack ${ref.name}; state in ${resolved.backend.description}`);
        return resolved;
    });
    const prepared = await progress.step("Tools", async ({ report, confirm, done }) => {
        const context = { report, confirm, signal: interruption.requested };
        const supply = parts.supply(options);
        const pulumi = await supply.tool("pulumi", context);
        const environment = pulumiEnvironment(resolved, toolEnvironment(pulumi));
        if (needs.providers) {
            await supply.providers({ pulumi, environment }, context);
        }
        done(options.offline ? "Pulumi, without downloads" : "Pulumi");
        return { ...resolved, supply, pulumi, environment };
    });
    const cluster = await needs.cluster(prepared, command);
    const state = await progress.step("State", async (step) => {
        await parts.prepareFiles(prepared);
        if (needs.lock && prepared.backend.managed) {
            await parts.lock(ref, step.report, interruption);
        }
        return await needs.state(prepared, cluster, step, interruption);
    });
    return { ...prepared, cluster, state };
}

/** @throws CommandFailure if the stack, or the cluster that it is to be in, does not exist */
function refuseMissing(existing: "cluster" | "stack", { ref, target, backend }: ResolvedStack): void {
    const state = stateFile(ref.project.name, ref.shortName);
    if (existing === "stack" && backend.managed && !existsSync(state)) {
        throw notDeployed(ref);
    }
    if (target.own !== undefined && !existsSync(target.kubeconfig)) {
        throw new CommandFailure(
            `There is no cluster yet for ${ref.title}: ${target.reason} is not there.`,
            `Make it: ${ref.commands.up}. ` +
                "Or compare with a revision, without a cluster: npm run preview -- --against HEAD",
        );
    }
}

/** The failure of a command that works on what is deployed. */
export function notDeployed({ title, commands }: StackRef): CommandFailure {
    return new CommandFailure(`Nothing of ${title} is deployed.`, `Bring it up first: ${commands.up}`);
}
