import { lookup } from "node:dns/promises";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

import type { KubernetesClient } from "../kubernetes/client.ts";
import type { HttpAnswer } from "./probe-scripts.ts";
import type { Declared } from "./subject.ts";

/** How long the Ingress may take to answer, in ms. */
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
    const body = json === undefined ? undefined : JSON.stringify(json);
    return await new Promise((resolve, reject) => {
        const sent = (secure ? httpsRequest : httpRequest)(
            {
                host: address,
                port: target.port === "" ? (secure ? 443 : 80) : Number(target.port),
                path: target.pathname,
                method: body === undefined ? "GET" : "POST",
                headers: {
                    host: target.host,
                    accept: "*/*",
                    ...(body !== undefined && {
                        "content-type": "application/json",
                        "content-length": Buffer.byteLength(body),
                    }),
                },
                agent: false,
                timeout: patience,
                // What is checked is the way, not who signed the certificate.
                ...(secure && { servername: target.hostname, rejectUnauthorized: false }),
            },
            (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    resolve({
                        status: response.statusCode ?? 0,
                        contentType: (response.headers["content-type"] ?? "").split(";")[0] ?? "",
                        body: Buffer.concat(chunks).toString("utf8"),
                    });
                });
            },
        );
        sent.on("timeout", () => {
            sent.destroy(new Error(`no answer from ${address} within ${patience / 1000} s`));
        });
        sent.on("error", reject);
        sent.end(body);
    });
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
