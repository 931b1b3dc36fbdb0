import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

import { openStack, type OpenedStack } from "../../../../cli/session/open-stack.ts";
import { PulumiFailure } from "../../../../cli/pulumi/pulumi-failure.ts";
import { recordedCommand } from "../recorded-command.ts";
import { fakeSupply } from "../supply/fake-supply.ts";
import { resolvedStack } from "./resolved-stack.ts";

const deployment = {
    resources: [
        {
            urn: "urn:pulumi:dev::multitier::pulumi:pulumi:Stack::multitier-dev",
            type: "pulumi:pulumi:Stack",
            outputs: { namespace: "shop" },
        },
    ],
};

describe("a stack that is opened", () => {
    let folder = "";
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "open-stack-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** Opens the stack with a CLI that knows it, or not until it was made, or can't say. */
    async function open(cli: "known" | "unknown" | "broken", create: boolean) {
        const pulumi = join(folder, "pulumi");
        const [log, made, state] = ["log", "made", "state"].map((name) => join(folder, name));
        writeFileSync(join(folder, "state"), JSON.stringify({ version: 3, deployment }));
        writeFileSync(
            pulumi,
            `#!/bin/sh
            echo "$*" >> ${String(log)}
            if [ ${cli} = broken ]; then echo "error: the passphrase is wrong" >&2; exit 255; fi
            if [ "$1 $2" = "stack init" ]; then touch ${String(made)}; exit; fi
            if [ ${cli} = unknown ] && [ ! -e ${String(made)} ]; then
                echo "error: no stack named 'dev' found" >&2
                exit 255
            fi
            cat ${String(state)}`,
            { mode: 0o755 },
        );
        // In a backend of the user's own nothing is kept outside the checkout.
        const backend = { managed: false, description: "a test", environment: {} };
        const prepared = { ...resolvedStack({ backend }), supply: fakeSupply(), pulumi, environment: {} };
        const stack: OpenedStack | undefined = await openStack(
            prepared,
            recordedCommand().interruption,
            create,
        );
        return { stack, calls: readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n") };
    }

    const read = "stack export --show-secrets --stack dev --non-interactive";

    it("has its state, by one run of the CLI", async () => {
        const { stack, calls } = await open("known", true);
        expect(stack?.found.outputs).to.deep.equal({ namespace: "shop" });
        expect(calls).to.deep.equal([read]);
    });

    it("is made where there is none, if that is wanted", async () => {
        const { stack, calls } = await open("unknown", true);
        expect(stack?.found.resources).to.equal(1);
        expect(calls).to.deep.equal([read, "stack init dev --non-interactive", read]);
    });

    it("is nothing where there is none, and none is wanted", async () => {
        const { stack, calls } = await open("unknown", false);
        expect(stack).to.equal(undefined);
        expect(calls).to.deep.equal([read]);
    });

    it("is not made where the CLI fails for another reason, which is told", async () => {
        const failure: unknown = await open("broken", true).catch((error: unknown) => error);
        expect(failure)
            .to.be.instanceOf(PulumiFailure)
            .and.to.match(/the passphrase is wrong/);
        expect(readFileSync(join(folder, "log"), "utf8").trimEnd()).to.equal(read);
    });
});
