import { Interrupted } from "./failure.ts";

/**
 * One key press arrives more than once: the terminal sends SIGINT to the whole foreground process group, and
 * npm, a member of it too, passes its own on to its child. Signals closer together than this are one, in ms.
 */
const onePress = 500;

/** Two signals of Ctrl-C: the first asks to finish what is in flight and stop, the second to stop at once. */
export interface Interruption {
    /** Aborted at the first signal. */
    readonly requested: AbortSignal;
    /** Aborted at the second signal. */
    readonly insisted: AbortSignal;
    /** The exit code that the signal stands for (130 for SIGINT), or undefined if there was none. */
    exitCode(): number | undefined;
    /** @throws Interrupted once there was a signal. */
    throwIfRequested(): void;
    /** Stops listening; the next signal has its usual effect again. */
    stopListening(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Listens for the signals that ask a command to stop.
 *
 * @param said is called at the first and the second signal, to tell the person what happens now
 */
export function listenForInterruption(said: (count: 1 | 2) => void): Interruption {
    const requested = new AbortController();
    const insisted = new AbortController();
    let code: number | undefined;
    let last = -Infinity;

    const listeners = Object.entries(exitCodes).map(([signal, exitCode]) => {
        const listener = (): void => {
            const now = performance.now();
            if (now - last < onePress) {
                return;
            }
            last = now;
            if (!requested.signal.aborted) {
                code = exitCode;
                said(1);
                requested.abort(new Interrupted());
            } else if (!insisted.signal.aborted) {
                said(2);
                insisted.abort(new Interrupted());
            }
        };
        process.on(signal, listener);
        return () => process.off(signal, listener);
    });

    return {
        requested: requested.signal,
        insisted: insisted.signal,
        exitCode: () => code,
        throwIfRequested: () => {
            if (requested.signal.aborted) {
                throw new Interrupted();
            }
        },
        stopListening: () => {
            listeners.forEach((stop) => stop());
        },
    };
}
