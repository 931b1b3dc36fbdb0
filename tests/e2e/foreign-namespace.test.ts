import { join } from "node:path";
import { expect } from "chai";

import type { RunningCommand } from "./command-run.ts";
import { api, kubeconfig, kubectl, namespace, podUids } from "./live-cluster.ts";
import { ScratchStack } from "./scratch-stack.ts";
import { requireApplication, workspace } from "./suite.ts";
import { cluster } from "./options.ts";

const theirs = "somebody-elses";

/** The settings of the stack `other`, beside dev in its cluster. */
function settings(place: string, host: string): string {
    return `config:
  pulumi:disable-default-providers: [kubernetes]
  multitier:context: ${cluster.context}
  multitier:namespace: ${place}
  multitier:host: ${host}
  multitier:ingress: { externalPort: ${cluster.port} }
`;
}

describe("a stack with the host of another in its cluster", () => {
    it("is refused with that one's Ingress, before anything is created", async () => {
        requireApplication();
        await workspace().checkout.write("Pulumi.other.yaml", settings("elsewhere", "localhost"));
        const { output } = await workspace().start("up", ["--stack", "other"]).endWith(1);
        expect(output).to.match(
            /multitier:host = localhost: the Ingress \S+ in the namespace shop has this host/,
        );
        const { items } = await api().core.listNamespace();
        expect(items.map(({ metadata }) => metadata?.name))
            .to.include(namespace)
            .and.not.include("elsewhere");
    });
});

describe("a stack whose namespace exists already and is somebody else's", () => {
    let output: string;
    let uid: string | undefined;
    before(async () => {
        requireApplication();
        await kubectl("create", "namespace", theirs);
        await kubectl("create", "configmap", "precious", "--namespace", theirs);
        uid = (await api().core.readNamespace({ name: theirs })).metadata?.uid;
        await workspace().checkout.write("Pulumi.other.yaml", settings(theirs, "other.localhost"));
        ({ output } = await workspace().start("up", ["--stack", "other"]).endWith(1));
    });
    after(async () => {
        await kubectl("delete", "namespace", theirs, "--ignore-not-found");
    });

    it("is refused with the namespace's name", () => {
        expect(output).to.match(/✖.*somebody-elses/);
    });

    it("leaves that namespace as it was, also when it is removed again", async () => {
        await workspace().down(["--stack", "other"]);
        const { metadata } = await api().core.readNamespace({ name: theirs });
        expect(metadata?.uid).to.equal(uid);
        expect(metadata?.deletionTimestamp).to.equal(undefined);
        expect(Object.keys(metadata?.labels ?? {})).to.deep.equal(["kubernetes.io/metadata.name"]);
        expect(await kubectl("get", "configmaps", "-n", theirs, "-o", "name")).to.include(
            "configmap/precious",
        );
        expect(await kubectl("get", "all,secrets,networkpolicies", "-n", theirs, "-o", "name")).to.equal("");
    });
});

describe("an example that another state has brought up, in the same cluster", () => {
    const name = "two-apps";
    const options = (): string[] => ["--context", cluster.context, "--kubeconfig", kubeconfig()];
    /** The command of somebody who has a data folder of their own. */
    const another = (...args: string[]): RunningCommand => {
        const folder = join(workspace().folder, "another");
        return workspace().startProgram(
            "npm",
            ["run", "--silent", "example", "--", name, ...options(), ...args],
            {
                XDG_DATA_HOME: join(folder, "data"),
                XDG_STATE_HOME: join(folder, "state"),
            },
        );
    };
    const uids = async (): Promise<string> =>
        await kubectl(
            "get",
            "namespace,pods,services",
            "-n",
            name,
            "-o",
            "jsonpath={.items[*].metadata.uid}",
        );

    let first: string;
    before(async () => {
        requireApplication();
        await workspace().start("example", [name, "--context", cluster.context]).endWith(0);
        first = await uids();
    });
    after(async () => {
        await workspace().start("example", [name, "--down", "--context", cluster.context]).endWith(0);
        const { items } = await api().core.listNamespace();
        expect(items.map(({ metadata }) => metadata?.name)).to.not.include(name);
    });

    it("is refused, with whose it is and what to do, and left running", async () => {
        const { output } = await another().endWith(1);
        expect(output).to.match(/namespace two-apps[^]*another state[^]*left alone/);
        expect(output).to.include("two-apps:namespace");
        expect(await uids()).to.equal(first);
    });

    it("is not removed by another state's down either", async () => {
        const { output } = await another("--down").endWith(0);
        expect(output).to.match(/namespace two-apps[^]*left alone/);
        expect(await uids()).to.equal(first);
    });

    it("goes on with its own state", async () => {
        const { output } = await workspace()
            .start("example", [name, "--context", cluster.context])
            .endWith(0);
        expect(output).to.include("no changes");
        expect(await uids()).to.equal(first);
    });
});

describe("the application's namespace without its identifier, as earlier versions made it", () => {
    before(requireApplication);

    it("is the stack's own by its UID in the state, and is given the identifier in place", async () => {
        const { metadata } = await api().core.readNamespace({ name: namespace });
        const pods = await podUids();
        await kubectl("annotate", "namespace", namespace, "multitier/identity-");
        await workspace().up(["--refresh"]);
        const { metadata: now } = await api().core.readNamespace({ name: namespace });
        expect(now?.uid).to.equal(metadata?.uid);
        expect(now?.annotations?.["multitier/identity"])
            .to.be.a("string")
            .and.equal(metadata?.annotations?.["multitier/identity"]);
        expect(await podUids()).to.deep.equal(pods);
    });

    it("is refused with another state's identifier, and nothing is changed", async () => {
        const { metadata } = await api().core.readNamespace({ name: namespace });
        const identity = metadata?.annotations?.["multitier/identity"] ?? "";
        await kubectl("annotate", "--overwrite", "namespace", namespace, "multitier/identity=theirs");
        const pods = await podUids();
        for (const command of ["up", "down"]) {
            const { output } = await workspace().start(command, ["--yes"]).endWith(1);
            expect(output).to.match(/namespace shop[^]*another state[^]*left alone/);
            expect(output).to.include(`multitier/identity=${identity}`);
        }
        expect(await podUids()).to.deep.equal(pods);
        await kubectl("annotate", "--overwrite", "namespace", namespace, `multitier/identity=${identity}`);
    });
});

describe("a namespace that exists already, when the CLI itself is run by hand", () => {
    let scratch: ScratchStack;
    let uid: string | undefined;
    before(async () => {
        requireApplication();
        await kubectl("create", "namespace", theirs);
        await kubectl("create", "configmap", "precious", "--namespace", theirs);
        uid = (await api().core.readNamespace({ name: theirs })).metadata?.uid;
        scratch = await ScratchStack.create("foreign-namespace", "other", {
            config: {
                "pulumi:disable-default-providers": ["kubernetes"],
                "multitier:context": cluster.context,
                "multitier:namespace": theirs,
            },
        });
    });
    after(async () => {
        await kubectl("delete", "namespace", theirs, "--ignore-not-found", "--wait=false");
    });

    // Here nothing stands before the provider, which must not adopt it.
    for (const [command, succeeds] of [
        ["up", false],
        ["destroy", true],
    ] as const) {
        it(`is as it was, with its objects, after pulumi ${command}`, async () => {
            const { output, exitCode } = await (await scratch.pulumi(command, "--yes")).end();
            expect(exitCode === 0, output).to.equal(succeeds);
            if (!succeeds) {
                expect(output).to.contain(`namespaces "${theirs}" already exists`);
            }
            const { metadata } = await api().core.readNamespace({ name: theirs });
            expect(metadata?.uid).to.equal(uid);
            expect(metadata?.deletionTimestamp).to.equal(undefined);
            expect(Object.keys(metadata?.labels ?? {})).to.deep.equal(["kubernetes.io/metadata.name"]);
            expect(await kubectl("get", "configmaps", "-n", theirs, "-o", "name")).to.include(
                "configmap/precious",
            );
            const others = await kubectl("get", "all,secrets,networkpolicies", "-n", theirs, "-o", "name");
            expect(others).to.equal("");
        });
    }
});
