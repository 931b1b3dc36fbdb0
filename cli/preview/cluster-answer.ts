import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { get } from "node:https";
import { delimiter } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";

import { CommandFailure } from "../terminal/failure.ts";
import type { KnownTarget } from "../session/target.ts";
import type { ResourceChange } from "./change.ts";

/** The time that the API server has for an answer, in ms; a healthy one needs a few. */
const patience = 5_000;

const kubeconfigSchema = v.object({
    contexts: v.optional(
        v.array(v.object({ name: v.string(), context: v.object({ cluster: v.string() }) })),
        [],
    ),
    clusters: v.optional(
        v.array(
            v.object({
                name: v.string(),
                cluster: v.object({
                    server: v.string(),
                    "certificate-authority-data": v.optional(v.string()),
                }),
            }),
        ),
        [],
    ),
});

/**
 * Asks if the API server of a stack's cluster answers: the Kubernetes provider previews without it, too, and doesn't
 * say so. A proxy or a login, beyond a single request, is left to the API's client, which takes half a second to load.
 *
 * @returns the reason why it doesn't, undefined if it does
 */
export async function clusterTrouble({
    kubeconfig,
    context,
}: Pick<KnownTarget, "kubeconfig" | "context">): Promise<string | undefined> {
    if (await answers(kubeconfig, context).catch(() => false)) {
        return undefined;
    }
    const { clusterUid, connect, isForbidden } = await import("../kubernetes/client.ts");
    try {
        await clusterUid(connect(kubeconfig, context));
        return undefined;
    } catch (error) {
        if (isForbidden(error instanceof Error ? error.cause : undefined)) {
            return undefined;
        }
        if (error instanceof CommandFailure) {
            return error.message.endsWith(".") ? error.message : `${error.message}.`;
        }
        throw error;
    }
}

/**
 * Tells of a cluster that doesn't answer. Of a stack with nothing in it the engine's preview holds all the same: everything
 * would be created.
 *
 * @throws CommandFailure where something is deployed, about which the engine's preview is a guess then
 */
export function remarkOn(trouble: string, changes: readonly ResourceChange[]): string {
    if (changes.some(({ before, type }) => before !== undefined && type.startsWith("kubernetes:"))) {
        throw new CommandFailure(
            `${trouble} There is no preview of what is deployed without it.`,
            "Start the cluster or correct its address in the kubeconfig, and run this again. " +
                "Or compare with a revision, without a cluster: npm run preview -- --against HEAD",
        );
    }
    return `${trouble} Nothing of the stack is deployed yet, so everything would be created; what the cluster would refuse is not known.`;
}

/** Tells if anything answers under the server's address with the server's certificate, be it that it knows nobody. */
async function answers(kubeconfig: string, context: string): Promise<boolean> {
    const files = await Promise.all(
        kubeconfig
            .split(delimiter)
            .filter((file) => file !== "")
            .map(async (file) => v.parse(kubeconfigSchema, parse(await readFile(file, "utf8")))),
    );
    const name = files.flatMap(({ contexts }) => contexts).find((each) => each.name === context)
        ?.context.cluster;
    const cluster = files.flatMap(({ clusters }) => clusters).find((each) => each.name === name)?.cluster;
    if (cluster === undefined) {
        return false;
    }
    const ca = cluster["certificate-authority-data"];
    const request = get(new URL("version", `${cluster.server.replace(/\/$/, "")}/`), {
        agent: false,
        signal: AbortSignal.timeout(patience),
        ...(ca !== undefined && { ca: Buffer.from(ca, "base64") }),
    });
    try {
        await once(request, "response");
        return true;
    } finally {
        request.destroy();
    }
}
