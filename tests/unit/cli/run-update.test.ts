import { expect } from "chai";

import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { application } from "../../../cli/session/project.ts";
import { PulumiFailure } from "../../../cli/pulumi/pulumi-failure.ts";
import { followUpdate, type Follow } from "../../../cli/pulumi/run-update.ts";

const commands = application.commands("dev");
const log = { file: "", write: () => undefined };

function failure(stderr: string): PulumiFailure {
    return new PulumiFailure(["up"], { stdout: "", stderr, code: 255, signal: undefined });
}

const slow = failure(
    "error: kubernetes (resource) plugin [/plugins/kubernetes] did not begin responding to RPC connections",
);

/** The engine's word on an error. */
function say({ onEvent }: Follow, message: string): void {
    onEvent({ sequence: 0, timestamp: 0, diagnosticEvent: { message, severity: "error", color: "never" } });
}

describe("an operation of the engine", () => {
    let reported: string[];
    beforeEach(() => {
        reported = [];
    });

    const run = async (operation: (follow: Follow, attempt: number) => Promise<string>): Promise<string> => {
        let attempts = 0;
        const step = {
            report: (line: string) => {
                reported.push(line);
            },
            status: () => undefined,
            done: () => undefined,
            confirm: () => Promise.resolve(true),
        };
        const { result } = await followUpdate(step, log, commands, (follow) => {
            attempts++;
            return operation(follow, attempts);
        });
        return `${result} at attempt ${attempts}`;
    };

    it("is run once more where a provider was slow to start", async () => {
        const told = await run(async (follow, attempt) => {
            if (attempt === 1) {
                say(follow, "the provider exited prematurely");
                throw slow;
            }
            return await Promise.resolve("well");
        });
        expect(told).to.equal("well at attempt 2");
        expect(reported.join()).to.include("10 s");
    });

    it("is not run a third time", async () => {
        let attempts = 0;
        const failed = await run((follow, attempt) => {
            attempts = attempt;
            say(follow, "the provider exited prematurely");
            return Promise.reject(slow);
        }).catch((error: unknown) => error);
        expect(failed).to.be.instanceOf(CommandFailure);
        expect(attempts).to.equal(2);
    });

    it("is run once where it fails for another reason, with what the engine said", async () => {
        const failed = await run((follow) => {
            say(follow, "no such image");
            return Promise.reject(failure("error: update failed"));
        }).catch((error: unknown) => error);
        expect(failed).to.be.instanceOf(CommandFailure).and.have.property("message", "no such image");
        expect(reported).to.deep.equal([]);
    });

    it("fails with what was thrown where the engine said nothing", async () => {
        const thrown = failure("error: could not decrypt");
        expect(await run(() => Promise.reject(thrown)).catch((error: unknown) => error)).to.equal(thrown);
    });
});
