import { pino, stdTimeFunctions, type Logger } from "pino";

export type Log = Logger;

/** A logger that writes one JSON object a line to the standard output, each with the tier's name. */
export function createLog(tier: string): Log {
    return pino({
        base: { tier },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
    });
}
