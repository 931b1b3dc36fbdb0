import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";

import type { KubernetesClient } from "../kubernetes/client.ts";
import type { HttpAnswer } from "./probe-scripts.ts";
import type { Declared } from "./subject.ts";

/** The longest time that the Ingress may take to answer, in ms. */
const patience = 5000;

/** A request through the Ingress, from the machine that this runs on. */
export interface OutsideRequest {
    readonly path: string;
    /** Sent as JSON by POST; without it, it is a GET. */
    readonly json?: unknown;
}

/**
 * Sends a request to the stack's URL: to the host by its name, and where that does not resolve, to the address in the
 * Ingress' status with the name in the Host header.
 *
 * @throws Error if there is no answer
 */
export async function outsideRequest(
    client: KubernetesClient,
    { url, namespace }: Declared,
    { path, json }: OutsideRequest,
): Promise<HttpAnswer> {
    if (url === undefined) {
        throw new Error("the stack has no Ingress");
    }
    const target = new URL(path, url);
    const address = await addressOf(client, namespace, target.hostname);
    const secure = target.protocol === "https:";
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = (secure ? httpsRequest : httpRequest)(
            {
                host: address,
                port: target.port,
                path: target.pathname,
                method: json === undefined ? "GET" : "POST",
                headers: {
                    host: target.host,
                    accept: "*/*",
                    ...(json !== undefined && { "content-type": "application/json" }),
                },
                agent: false,
                timeout: patience,
                // The way is checked, not who signed the certificate.
                ...(secure && { servername: target.hostname, rejectUnauthorized: false }),
            },
            resolve,
        );
        sent.on("timeout", () => {
            sent.destroy(new Error(`no answer from ${address} within ${patience / 1000} s`));
        });
        sent.on("error", reject);
        sent.end(json === undefined ? undefined : JSON.stringify(json));
    });
    return {
        status: response.statusCode ?? 0,
        contentType: (response.headers["content-type"] ?? "").split(";")[0] ?? "",
        body: await text(response),
    };
}

async function addressOf(client: KubernetesClient, namespace: string, host: string): Promise<string> {
    if (/(^|\.)localhost$/.test(host)) {
        // By definition (RFC 6761), whether or not this machine's resolver knows it.
        return "127.0.0.1";
    }
    try {
        return (await lookup(host)).address;
    } catch {
        const { items } = await client.networking.listNamespacedIngress({ namespace });
        const [address] = items.flatMap(({ status }) => status?.loadBalancer?.ingress ?? []);
        const found = address?.ip ?? address?.hostname;
        if (found === undefined) {
            throw new Error(`${host} does not resolve, and the Ingress has no address yet`);
        }
        return found;
    }
}
