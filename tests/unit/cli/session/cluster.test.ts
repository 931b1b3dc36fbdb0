import { expect } from "chai";

import { provideCluster } from "../../../../cli/session/cluster.ts";
import { StepFailure } from "../../../../cli/terminal/failure.ts";
import { fakeCluster } from "../kind/fake-cluster.ts";
import { recordedCommand, type RecordedCommand } from "../recorded-command.ts";
import { fakeSupply } from "../supply/fake-supply.ts";
import { resolvedStack } from "./resolved-stack.ts";

/** Runs the checks of a stack in somebody else's cluster of a version. */
async function check(minor: string, command: RecordedCommand, clusterUid?: string): Promise<unknown> {
    await using cluster = await fakeCluster((_, path) => ({
        body: /^\/version\/?$/.test(path)
            ? { major: "1", minor, gitVersion: `v1.${minor}.3` }
            : { metadata: { uid: "uid-1" } },
    }));
    const { kubeconfig, context } = cluster.client;
    const resolved = resolvedStack({ target: { own: undefined, kubeconfig, context, reason: "a test" } });
    const needs = {
        ...resolved.needs,
        clusterUid,
        check: () => {
            command.note("settings checked");
            return Promise.resolve();
        },
    };
    const prepared = { ...resolved, needs, supply: fakeSupply({}), pulumi: "/tools/pulumi", environment: {} };
    return await provideCluster(prepared, command, () => Promise.resolve()).catch((error: unknown) => error);
}

describe("the checks of a cluster", () => {
    it("refuse one whose version lacks what the tiers use, before its settings are looked at", async () => {
        const command = recordedCommand();
        const failure = await check("29", command);
        expect(failure).to.be.instanceOf(StepFailure);
        expect(String(failure instanceof StepFailure && failure.cause)).to.include(
            "v1.29.3, and 1.30 or later is needed",
        );
        expect(command.events).to.not.include("settings checked");
    });

    it("refuse another cluster than the settings say, with the setting that moves the stack there", async () => {
        const command = recordedCommand();
        expect(await check("30", command, "uid-1")).to.have.property("uid", "uid-1");
        const failure = await check("30", recordedCommand(), "uid-0");
        expect(failure)
            .to.have.property("cause")
            .that.has.property("remedy")
            .that.includes("config set multitier:clusterUid uid-1");
    });

    it("go on to the settings in the least version", async () => {
        const command = recordedCommand();
        expect(await check("30+", command)).to.have.property("uid", "uid-1");
        expect(command.events).to.include("settings checked");
    });
});
