import { isDeepStrictEqual } from "node:util";
import { pathToFileURL } from "node:url";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";

import { cacheFolder } from "../../cli/process/folders.ts";
import { run } from "../../cli/process/run.ts";
import { applicationImage } from "../../settings/application-images.ts";
import { controllerName, equip } from "../machines/docker/cluster-equipment.ts";
import type { PlainCluster } from "../machines/docker/plain-cluster.ts";
import { registryAddress } from "../machines/docker/registry.ts";
import { allObjects, type AllObjects } from "./all-objects.ts";
import { applicationUrl, compute } from "./application.ts";
import type { Ended } from "./command-run.ts";
import { eventually } from "./eventually.ts";
import { namespace, tools } from "./live-cluster.ts";
import { createSomebodysCluster, ingressSettings } from "./somebodys-cluster.ts";
import { noteDeployed, requireApplication, workspace } from "./suite.ts";
import { coldDeadline } from "./workspace.ts";

let theirs: PlainCluster;
let untouched: AllObjects;

/** The objects that there are now and were not at first, or were and are not, or are others. */
async function changes(): Promise<string[]> {
    const now = await allObjects((...args) => theirs.kubectl(...args));
    return [...new Set([...Object.keys(untouched), ...Object.keys(now)])]
        .filter((name) => !isDeepStrictEqual(untouched[name], now[name]))
        .sort();
}

/** Waits until what ends by itself has ended: a claim's volume, the address of a Service. */
async function expectUntouched(): Promise<void> {
    await eventually("the last objects to go", 60, async () =>
        (await changes()).length === 0 ? true : undefined,
    ).catch(() => undefined);
    expect(await changes()).to.deep.equal([]);
}

/** Runs a command on the cluster by the option --context. */
async function there(script: string, exitCode: number, seconds?: number): Promise<string> {
    const command = workspace().start(script, ["--context", theirs.context], seconds);
    return (await command.endWith(exitCode)).output;
}

describe("somebody else's cluster, made by kind itself", () => {
    before(async function () {
        this.timeout((coldDeadline + 60) * 1000);
        theirs = await createSomebodysCluster("theirs", 0);
        await equip(theirs);
        await theirs.kubectl(
            "wait",
            "pods",
            "--all",
            "--all-namespaces",
            "--for=condition=Ready",
            "--timeout=180s",
        );
        untouched = await allObjects((...args) => theirs.kubectl(...args));
    });
    after(async () => {
        await theirs.delete();
    });

    describe("with npm run cluster -- --context", () => {
        it("names the IngressClass that the settings have to say, and creates nothing", async function () {
            this.timeout((coldDeadline + 60) * 1000);
            const output = await there("cluster", 1, coldDeadline);
            expect(output).to.match(
                /multitier:ingress\.className = traefik: the cluster has no such IngressClass/,
            );
            expect(output).to.include(`It has: ${controllerName}`);
            await expectUntouched();
        });

        it("loads the images, says how to bring up the stack, and creates nothing", async () => {
            await workspace().checkout.set({ ingress: ingressSettings });
            const output = await there("cluster", 0);
            expect(output).to.include(`5 in the nodes of ${theirs.name}`);
            expect(output).to.include(`npm run up -- --stack dev --context ${theirs.context}`);
            await expectUntouched();
        });
    });

    describe("with npm run up -- --context", () => {
        before(async () => {
            const output = await there("up", 0);
            noteDeployed();
            expect(output).to.include(applicationUrl);
        });

        it("brings up an application that computes a number through all tiers", async () => {
            requireApplication();
            expect((await compute(50)).result).to.equal("12586269025");
        });

        it("touches nothing but the namespace, and what the cluster makes for it", async () => {
            requireApplication();
            const outside = (await changes()).filter((name) => !name.includes(` ${namespace}/`));
            const kinds = outside.map((name) => name.replace(/ \/(?!shop$).*/, ""));
            expect([...new Set(kinds)]).to.deep.equal([
                "networking.k8s.io/v1 IPAddress",
                `v1 Namespace /${namespace}`,
                "v1 PersistentVolume",
            ]);
        });

        it("changes nothing when it is run again", async () => {
            requireApplication();
            expect(await there("up", 0)).to.match(/no changes \(\d+ resources\)/);
        });

        it("leaves a cluster as before once npm run down has removed it", async () => {
            requireApplication();
            const { output } = await workspace().down(["--yes"]);
            expect(output).to.include("Removed: the stack dev.");
            await expectUntouched();
        });
    });

    describe("with pulumi up, in a backend of files and with images in a registry", () => {
        const stack = "prod";
        let environment: Readonly<Record<string, string>>;
        const sh = async (line: string): Promise<Ended> =>
            await workspace().startProgram("sh", ["-c", line], environment).endWith(0);

        before(async () => {
            requireApplication();
            const images: Record<string, { readonly image: string }> = {};
            for (const tier of ["client", "server", "worker"] as const) {
                const image = `${registryAddress}/shop/${tier}:1.0`;
                await run("docker", ["tag", applicationImage(tier), image]);
                await run("docker", ["push", "--quiet", image]);
                images[`multitier:${tier}`] = { image };
            }
            const config = {
                "pulumi:disable-default-providers": ["kubernetes"],
                "multitier:context": theirs.context,
                "multitier:ingress": ingressSettings,
                ...images,
            };
            await workspace().checkout.write(`Pulumi.${stack}.yaml`, stringify({ config }));
            const backend = join(workspace().folder, "owners-backend");
            await mkdir(backend);
            environment = {
                ...(await tools()).environment,
                // The providers that there are already; a person's own are downloaded.
                PULUMI_HOME: join(cacheFolder, "pulumi"),
                PULUMI_BACKEND_URL: pathToFileURL(backend).href,
                PULUMI_CONFIG_PASSPHRASE: "throwaway",
            };
        });

        it("is the line that npm run cluster ends with, and works", async () => {
            const { output } = await workspace().start("cluster", ["--stack", stack]).endWith(0);
            const line =
                output
                    .split("\n")
                    .find((text) => text.includes("pulumi up"))
                    ?.trim() ?? "";
            expect(line).to.include(workspace().usersKubeconfig).and.include(`--stack ${stack}`);
            await sh(`pulumi stack init ${stack}`);
            await sh(`${line} --yes`);
            expect((await compute(60)).result).to.equal("1548008755920");
        });

        it("leaves a cluster as before once pulumi destroy has removed it", async () => {
            requireApplication();
            await sh(`KUBECONFIG=${workspace().usersKubeconfig} pulumi destroy --yes --stack ${stack}`);
            await expectUntouched();
        });
    });
});
