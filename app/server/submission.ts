/** The largest number that may be submitted: its Fibonacci number has 2,090 digits and takes milliseconds. */
export const LARGEST_NUMBER = 10_000;

/** Somebody sent something that is not a submission; the message says what is wrong with it. */
export class InvalidSubmissionError extends Error {
    override readonly name = "InvalidSubmissionError";
    /** Fastify answers with this. */
    readonly statusCode = 400;
}

/**
 * The number in the body of a submission, `{"number": 10}`.
 *
 * @throws InvalidSubmissionError with a message for the person who sent it
 */
export function readSubmission(body: unknown): number {
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
        throw new InvalidSubmissionError('Expected a JSON object such as {"number": 10}.');
    }
    const surplus = Object.keys(body).filter((key) => key !== "number");
    if (surplus.length > 0) {
        throw new InvalidSubmissionError(
            `Unknown property ${surplus.map((key) => `"${key}"`).join(", ")}; expected only "number".`,
        );
    }
    const number: unknown = "number" in body ? body.number : undefined;
    if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > LARGEST_NUMBER) {
        const given = number === undefined ? "there is none" : `${JSON.stringify(number)} is not`;
        throw new InvalidSubmissionError(
            `The number must be a whole number from 0 to ${LARGEST_NUMBER}; ${given}.`,
        );
    }
    return number;
}
