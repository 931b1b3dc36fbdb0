import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";

import { compute, readJob, type Job } from "./application.ts";
import { eventually } from "./eventually.ts";
import { allReady, api, kubectl, namespace, podUids } from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { typeInto } from "./typing.ts";

/** A class beside the cluster's default, with the same provisioner. */
const anotherClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "another" },
    provisioner: "rancher.io/local-path",
    volumeBindingMode: "WaitForFirstConsumer",
};

/** UIDs that stay the same when nothing was changed: of the namespace, its claims, and every pod. */
async function identities(): Promise<unknown> {
    const { metadata } = await api().core.readNamespace({ name: namespace });
    const { items } = await api().core.listNamespacedPersistentVolumeClaim({ namespace });
    return [metadata?.uid, items.map((claim) => claim.metadata?.uid).sort(), await podUids()];
}

describe("an up that would lose data", () => {
    let original: string;
    let job: Job;
    let untouched: unknown;

    const expectUntouched = async (): Promise<void> => {
        expect(await identities()).to.deep.equal(untouched);
        expect(await readJob(job.id)).to.deep.equal(job);
        const { items } = await api().core.listNamespace();
        expect(items.map(({ metadata }) => metadata?.name)).to.not.include("shop2");
    };

    before(async () => {
        requireApplication();
        original = await workspace().checkout.read("Pulumi.dev.yaml");
        const file = join(workspace().folder, "another-class.json");
        await writeFile(file, JSON.stringify(anotherClass));
        await kubectl("apply", "--filename", file);
        job = await compute(64);
        untouched = await identities();
    });

    afterEach(async () => {
        await workspace().checkout.write("Pulumi.dev.yaml", original);
    });

    it("by another namespace is refused without a terminal, with what is lost and why, and changes nothing", async () => {
        await workspace().checkout.set({ namespace: "shop2" });
        const { output } = await workspace().start("up").endWith(1);
        expect(output).to.include("Namespace shop is replaced");
        expect(output).to.match(
            /PersistentVolumeClaim mysql-data is replaced, since metadata\.namespace changes/,
        );
        expect(output).to.include("npm run up -- --allow-data-loss");
        await expectUntouched();
    });

    it("by another storage class is refused, with --yes too, and changes nothing", async () => {
        await workspace().checkout.set({ "redis.storage.className": "another" });
        const { output } = await workspace().start("up", ["--yes"]).endWith(1);
        expect(output).to.match(
            /PersistentVolumeClaim redis-data is replaced[^]*spec\.storageClassName changes/,
        );
        expect(output).to.not.include("mysql-data");
        await expectUntouched();
    });

    it("by a plan is refused, and changes nothing", async () => {
        await workspace().checkout.set({ "redis.storage.className": "another" });
        const plan = join(workspace().folder, "loss.plan");
        await workspace().start("preview", ["--save-plan", plan]).endWith(2);
        // The engine saves none of a preview that ends at the replaced claim; up looks at the data before the plan.
        await appendFile(plan, "");
        const { output } = await workspace().start("up", ["--plan", plan]).endWith(1);
        expect(output).to.include("redis-data is replaced");
        await expectUntouched();
    });

    it("leaves no mark on the next one, which has nothing to change", async () => {
        const { output } = await workspace().up();
        expect(output).to.include("no changes").and.not.include("didn't end well");
    });

    it("asks a person at a terminal, for whom no is the default", async () => {
        await workspace().checkout.set({ "redis.storage.className": "another" });
        const { folder } = workspace().checkout;
        const up = `stty rows 50 columns 120; cd '${folder}' && npm run --silent up; test $? = 1`;
        const shown = await typeInto(up, [{ after: /\(y\/N\)/, text: "\n" }], workspace().environment);
        expect(shown).to.include("redis-data is replaced").and.include("Nothing was changed");
        await expectUntouched();
    });

    it("goes on with --allow-data-loss, and loses just what was named", async () => {
        await workspace().checkout.set({ "redis.storage.className": "another" });
        await workspace().up(["--allow-data-loss"]);
        await allReady();
        expect(
            await kubectl(
                "get",
                "pvc",
                "redis-data",
                "-n",
                namespace,
                "-o",
                "jsonpath={.spec.storageClassName}",
            ),
        ).to.equal("another");
        expect(await eventually("the application to answer", 60, () => readJob(job.id))).to.deep.equal(job);
        await workspace().checkout.write("Pulumi.dev.yaml", original);
        await workspace().up(["--allow-data-loss"]);
        await kubectl("delete", "storageclass", "another");
    });
});
