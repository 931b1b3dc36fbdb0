import type { KubernetesClient } from "../kubernetes/client.ts";
import { execInPod, type ContainerRef, type ExecResult } from "./pod-exec.ts";
import type { Probes } from "./probe-pods.ts";
import { askCommand, readAnswers, type Answer, type Question } from "./probe-scripts.ts";
import type { Declared, LiveTier } from "./subject.ts";

/** Runs a command in a container. @throws Error if it can't be run */
type RunInContainer = (container: ContainerRef, command: readonly string[]) => Promise<ExecResult>;

/** The cluster, the stack and the probe pods that every check works with. */
export interface Context {
    readonly client: KubernetesClient;
    readonly declared: Declared;
    readonly tiers: readonly LiveTier[];
    readonly probes: Probes;
    /** The command that restores what the program declares. */
    readonly refresh: string;
    readonly exec: RunInContainer;
}

/** The number of commands that run in pods at once, to spare the API server and the probe pods. */
const concurrency = 12;

/** Runs commands in pods, a few at once. */
export function limitedExec(client: KubernetesClient): RunInContainer {
    let running = 0;
    const waiting: (() => void)[] = [];
    return async (container, command) => {
        if (running === concurrency) {
            await new Promise<void>((resolve) => waiting.push(resolve));
        } else {
            running++;
        }
        try {
            return await execInPod(client, container, command);
        } finally {
            // The turn goes to the next one, if there is one.
            const next = waiting.shift();
            if (next === undefined) {
                running--;
            } else {
                next();
            }
        }
    };
}

/** Asks questions in a container; the answers come in their order, undefined for one that has none. */
export async function ask(
    { exec }: Context,
    container: ContainerRef,
    questions: readonly Question[],
): Promise<(Answer | undefined)[]> {
    const { stdout } = await exec(container, askCommand(questions));
    return readAnswers(stdout, questions.length);
}
