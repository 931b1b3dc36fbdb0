import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import * as v from "valibot";

import { kubeconfig, kubectl, kubectlFile, namespace, pods, tools } from "./live-cluster.ts";
import { handEnvironment } from "./pulumi-by-hand.ts";
import { requireApplication, workspace } from "./suite.ts";
import { cluster } from "./options.ts";

const stateSchema = v.object({
    deployment: v.object({
        resources: v.array(
            v.object({ type: v.string(), outputs: v.optional(v.record(v.string(), v.unknown()), {}) }),
        ),
    }),
});

/** The generated passwords. Not with a command of the suite's, whose output is kept and looked through. */
async function passwords(): Promise<string[]> {
    const { stdout } = await execa((await tools()).pulumi, ["stack", "export", "--show-secrets"], {
        cwd: workspace().checkout.folder,
        env: await handEnvironment(),
    });
    const { resources } = v.parse(stateSchema, JSON.parse(stdout)).deployment;
    return resources
        .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
        .map(({ outputs }) =>
            v.parse(v.string(), JSON.parse(v.parse(secretSchema, outputs["result"]).plaintext)),
        );
}

const secretSchema = v.object({ plaintext: v.string() });

/** All files below a folder, each with its text. */
async function filesBelow(folder: string): Promise<Record<string, string>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
        await Promise.all(paths.map(async (path) => [path, await readFile(path, "utf8")] as const)),
    );
}

describe("the generated passwords", () => {
    let secret: string[];
    const places: Record<string, string> = {};
    before(async () => {
        requireApplication();
        secret = await passwords();
        const get = ["--namespace", namespace, "--output=yaml"];
        places["the objects in the cluster but Secrets"] = await kubectl(
            "get",
            "pods,deployments,replicasets,configmaps,services,ingresses,serviceaccounts,events",
            ...get,
        );
        for (const { metadata } of await pods()) {
            const name = metadata?.name ?? "";
            places[`the log of ${name}`] = await kubectl("logs", "-n", namespace, name, "--all-containers");
            places[`the environment in ${name}`] = await kubectl(
                ...["exec", "-n", namespace, name, "--", "cat", "/proc/1/environ", "/proc/1/cmdline"],
            );
        }
        places["the exported state"] = (await workspace().pulumi("stack", "export")).output;
        places["the outputs"] = (
            await workspace().pulumi("stack", "output", "--json", "--show-secrets")
        ).output;
        places["what the commands wrote"] = await readFile(workspace().transcript, "utf8");
        Object.assign(places, await filesBelow(join(workspace().dataFolder, "multitier", "state")));
        Object.assign(places, await filesBelow(join(workspace().dataFolder, "multitier", "stacks")));
        Object.assign(places, await filesBelow(workspace().stateFolder));
    });

    it("are three different ones of 32 letters and digits, and in Secrets", async () => {
        expect(new Set(secret).size).to.equal(3);
        const secrets = await kubectl("get", "secrets", "--namespace", namespace, "--output=json");
        for (const password of secret) {
            expect(password).to.match(/^[A-Za-z0-9]{32}$/);
        }
        const [first = ""] = secret;
        expect(secrets).to.include(Buffer.from(first).toString("base64"));
    });

    it("are nowhere else in plain text: not in objects, environments, logs, outputs, nor in the state", () => {
        const leaks = Object.entries(places).flatMap(([place, text]) =>
            secret.some(
                (password) =>
                    text.includes(password) || text.includes(Buffer.from(password).toString("base64")),
            )
                ? [place]
                : [],
        );
        expect(leaks).to.deep.equal([]);
        expect(Object.keys(places)).to.have.length.above(15);
    });
});

describe("the namespace", () => {
    before(requireApplication);

    it("refuses a pod that the Pod Security Standard restricted doesn't allow", async () => {
        const args = ["--kubeconfig", kubeconfig(), "--context", cluster.context, "--namespace", namespace];
        const { exitCode, stderr } = await execa(
            await kubectlFile(),
            [...args, "run", "careless", "--image=localhost/careless", "--dry-run=server"],
            { reject: false },
        );
        expect(exitCode).to.not.equal(0);
        expect(stderr).to.match(/violates PodSecurity "restricted/);
    });
});
