import { expect } from "chai";

import { application, stackRef } from "../../../../cli/session/project.ts";
import { resolveStack } from "../../../../cli/session/resolve-stack.ts";
import { CommandFailure } from "../../../../cli/terminal/failure.ts";

/** The message that a stack's name is refused with, before its settings are looked at. */
async function refusal(name: string): Promise<string> {
    const source = { name: "Pulumi.test.yaml", text: "not: settings", ownFile: true };
    const failure: unknown = await resolveStack(stackRef(application, name), {}, source).catch(
        (error: unknown) => error,
    );
    return failure instanceof CommandFailure ? failure.message : String(failure);
}

describe("a stack's name, which all of its objects carry as a label", () => {
    for (const name of ["feature_", "-x", "a".repeat(64)]) {
        it(`is refused at once where the cluster would refuse it: ${name}`, async () => {
            expect(await refusal(name)).to.include(`"${name}" can't be the value of a Kubernetes label`);
        });
    }

    it("is taken without its organization, up to 63 characters", async () => {
        for (const name of ["acme/multitier/prod", "a".repeat(63)]) {
            expect(await refusal(name)).to.not.include("label");
        }
    });
});
