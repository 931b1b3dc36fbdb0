import { chooseStack } from "./chosen-stack.ts";
import { checkAgainstCluster } from "./cluster-checks.ts";
import type { Command } from "./command-run.ts";
import { CommandFailure } from "./failure.ts";
import { clusterUid, connect } from "./kubernetes-client.ts";
import { stackLabels } from "./orphans.ts";
import { provideCluster } from "./provide-cluster.ts";
import { reconcile, refuseIfBusy } from "./reconcile.ts";
import { describeResult } from "./result.ts";
import { installProviderPlugins } from "./provider-plugins.ts";
import { followUpdate } from "./run-update.ts";
import { clearLocks } from "./stack-lock.ts";
import { openStack, prepareStackFiles, pulumiEnvironment } from "./stack-session.ts";
import { projectName, shortName } from "./stack-folder.ts";
import { recordDeployedTo, type KnownTarget, type TargetOptions } from "./stack-target.ts";
import { downloadsAnswer, provideTools } from "./tools.ts";

/** The options of `npm run up`. */
export interface UpOptions extends TargetOptions {
    readonly stack: string;
    readonly offline: boolean;
    readonly refresh: boolean;
}

/**
 * Brings up everything: tools, cluster, images, ingress controller, and the stack.
 *
 * @returns the text to end with: the URL and the DNS names
 * @throws StepFailure or Interrupted
 */
export async function up(options: UpOptions, { progress, interruption, log }: Command): Promise<string> {
    const { stack } = options;
    const signal = interruption.requested;

    const chosen = await progress.step("Settings", async ({ done }) => {
        const chosen = await chooseStack(stack, options);
        done(`stack ${stack}; state in ${chosen.backend.description}`);
        return chosen;
    });
    const { settings, target, backend, deployedTo } = chosen;

    const { tools, offline } = await progress.step("Tools", async ({ report, done }) => {
        const offline = options.offline || !(await downloadsAnswer());
        const tools = await provideTools({ offline, report, signal });
        const environment = pulumiEnvironment(chosen, tools);
        await installProviderPlugins({ pulumi: tools.pulumi, environment, offline, report, signal });
        done(offline ? "Pulumi, kind and kubectl, without downloads" : "Pulumi, kind and kubectl");
        return { tools, offline };
    });

    await provideCluster({ target, settings, tools, offline }, { progress, interruption, log });

    const labels = stackLabels(projectName, shortName(stack));
    const { client, uid } = await progress.step("Checks", async ({ done }) => {
        const client = connect(target.kubeconfig, target.context);
        const uid = await clusterUid(client);
        await checkAgainstCluster(client, settings, labels);
        done(`the settings fit the cluster (${client.context})`);
        return { client, uid };
    });

    const { opened, refresh } = await progress.step("State", async (talk) => {
        await prepareStackFiles(chosen);
        if (backend.managed) {
            await clearLocks(projectName, shortName(stack), talk.report, interruption);
        }
        const environment = pulumiEnvironment(chosen, tools);
        const opened = await openStack(chosen, environment, interruption, true);
        if (opened === undefined) {
            throw new CommandFailure(`The stack ${stack} can't be created.`);
        }
        if (!backend.managed) {
            await refuseIfBusy(opened);
        }
        const place = { client, namespace: settings.namespace, labels };
        const { missing, state } = await reconcile(opened, place, talk, interruption);
        const another = deployedTo !== undefined && deployedTo.clusterUid !== uid;
        refuseAnotherCluster(another && state.resources > 0 && !options.refresh, target);
        await recordDeployedTo(stack, {
            own: target.own !== undefined,
            kubeconfig: target.kubeconfig,
            context: target.context,
            clusterUid: uid,
        });
        talk.done(whatIsKnown(state.resources, another, missing));
        return { opened, refresh: options.refresh || missing.length > 0 || (another && state.resources > 0) };
    });

    const outputs = await progress.step("Application", async (talk) => {
        talk.status(refresh ? "comparing the state with the cluster" : "running the program");
        const { result, progress: update } = await followUpdate(talk, log, (follow) =>
            opened.up({ ...follow, refresh, message: "npm run up" }),
        );
        talk.done(update.summary());
        return result.outputs;
    });

    const open = Object.entries(outputs).filter(([, { secret }]) => !secret);
    return describeResult(
        Object.fromEntries(open.map(([name, { value }]): [string, unknown] => [name, value])),
    );
}

/**
 * The cluster that the commands make themselves is theirs to make again; another's, under the same name, may just
 * be another one, and the first still has the stack's objects.
 */
function refuseAnotherCluster(another: boolean, target: KnownTarget): void {
    if (another && !target.own) {
        throw new CommandFailure(
            `The context ${target.context} leads to another cluster than at the last up of this stack.`,
            "If the former cluster is gone for good, with all that was in it: npm run up -- --refresh\n" +
                "Otherwise use another stack for this cluster: --stack NAME",
        );
    }
}

function whatIsKnown(resources: number, another: boolean, missing: readonly string[]): string {
    if (resources === 0) {
        return "nothing deployed yet";
    }
    if (another) {
        return "the cluster was made anew, so the state is compared with it first";
    }
    if (missing.length > 0) {
        return `${missing.length} objects are gone from the cluster (${missing[0] ?? ""}…), so the state is compared with it first`;
    }
    return `${resources} resources known`;
}
