import { expect } from "chai";

import { cluster } from "../../../../cli/commands/cluster.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";
import type { PreparedStack } from "../../../../cli/session/session.ts";
import { CommandFailure } from "../../../../cli/terminal/failure.ts";
import { recordedCommand, type RecordedCommand } from "../recorded-command.ts";
import { silentCluster } from "../session/live-cluster.ts";
import { openingOf } from "../session/opening.ts";

const ref = stackRef(application, "dev");

async function run(command: RecordedCommand, resolved: Partial<PreparedStack>): Promise<string> {
    return await cluster(ref, { offline: false }, command, {
        openSession: openingOf(command, resolved),
        provideCluster: () => {
            command.note("cluster");
            return Promise.resolve(silentCluster());
        },
        awaitOwnCluster: () => {
            command.note("whole");
            return Promise.resolve();
        },
    });
}

describe("npm run cluster", () => {
    it("provides the cluster, touches no state, and ends with both ways to bring up the stack", async () => {
        const command = recordedCommand();
        const text = await run(command, {});
        expect(command.events).to.include.members(["cluster", "whole"]).and.not.include("lock");
        expect(text).to.match(/^ {2}npm run up$/m);
        expect(text).to.match(/^ {2}KUBECONFIG=\/data\/kubeconfig pulumi up .*--stack dev$/m);
        expect(text).to.not.contain("config set");
    });

    it("names what the stack's file has to say about a cluster that only the command line named", async () => {
        const context = "kind-theirs";
        const text = await run(recordedCommand(), {
            target: {
                own: undefined,
                kubeconfig: "/home/kubeconfig",
                context,
                reason: "as the command line says",
            },
            source: {
                name: "Pulumi.dev.yaml",
                text: "config: { multitier:context: kind-multitier }",
                ownFile: true,
            },
            config: { "multitier:context": context },
        });
        expect(text).to.match(/^ {2}npm run up -- --stack dev --context kind-theirs$/m);
        expect(text).to.match(/^ {2}pulumi config set multitier:context kind-theirs --stack dev$/m);
        // So that the plain CLI notices when the context leads to another cluster.
        expect(text).to.match(/^ {2}pulumi config set multitier:clusterUid uid-1 --stack dev$/m);
    });

    it("names nothing that the project's file says for all stacks, or the stack's without the namespace", async () => {
        const context = "kind-theirs";
        const target = { own: undefined, kubeconfig: "/k", context, reason: "as the stack's settings say" };
        const config = { "multitier:context": context };
        const said = `context: ${context}, clusterUid: uid-1`;
        const projectText = `name: multitier\nconfig: { ${said} }`;
        for (const texts of [{ text: "", projectText }, { text: `config: { ${said} }` }]) {
            const source = { name: "Pulumi.dev.yaml", ownFile: true, ...texts };
            expect(await run(recordedCommand(), { target, config, source })).to.not.contain("config set");
        }
    });

    it("ends with the failure where the cluster lacks something", async () => {
        const command = recordedCommand();
        const failing = cluster(ref, { offline: false }, command, {
            openSession: openingOf(command),
            provideCluster: () => Promise.reject(new CommandFailure("The images are only on this machine.")),
            awaitOwnCluster: () => Promise.resolve(),
        });
        expect(await failing.catch((error: unknown) => error)).to.match(/only on this machine/);
    });
});
