import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidSubmissionError, LARGEST_NUMBER, readSubmission } from "../../server/submission.ts";

test("whole numbers from 0 to the largest are accepted", () => {
    for (const number of [0, 1, 10, LARGEST_NUMBER]) {
        assert.equal(readSubmission({ number }), number);
    }
});

test("anything else is refused with a reason that names what was sent", () => {
    const refused: [unknown, RegExp][] = [
        [{ number: -1 }, /from 0 to 10000; -1 is not/],
        [{ number: LARGEST_NUMBER + 1 }, /10001 is not/],
        [{ number: 1.5 }, /1.5 is not/],
        [{ number: 1e300 }, /1e\+300 is not/],
        [{ number: "10" }, /"10" is not/],
        [{ number: null }, /null is not/],
        [{ number: true }, /true is not/],
        [{ number: [1] }, /\[1\] is not/],
        [{}, /there is none/],
        [{ numbre: 1 }, /Unknown property "numbre"/],
        [{ number: 1, extra: 2 }, /Unknown property "extra"/],
        [[], /Expected a JSON object/],
        [null, /Expected a JSON object/],
        [undefined, /Expected a JSON object/],
        ["10", /Expected a JSON object/],
        [10, /Expected a JSON object/],
    ];
    for (const [body, reason] of refused) {
        assert.throws(
            () => readSubmission(body),
            (error) => error instanceof InvalidSubmissionError && reason.test(error.message),
            JSON.stringify(body),
        );
    }
});
