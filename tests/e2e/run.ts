import { fileURLToPath } from "node:url";
import Mocha from "mocha";

import { machineNamed } from "../machines/choose-machine.ts";
import { machineName } from "./options.ts";
import { PartTimes } from "./part-times.ts";
import { use } from "./suite.ts";
import { Workspace } from "./workspace.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

const workspace = new Workspace();
// This process looks where the commands work. Therefore what reads these variables is imported below.
for (const name of Object.keys(process.env)) {
    Reflect.deleteProperty(process.env, name);
}
Object.assign(process.env, workspace.environment);
const machine = await machineNamed(machineName);
workspace.workOn(machine);
Object.assign(process.env, workspace.environment);
const { deleteOwnCluster, describeCluster, removeLeftCluster } = await import("./live-cluster.ts");
const { removeEditedImages } = await import("./edited-images.ts");

const mocha = new Mocha({ timeout: 900_000, slow: 60_000, reporter: "spec", forbidOnly: true });
const partTimes = new PartTimes(mocha.suite);
mocha.addFile(fileURLToPath(new URL("sequence.mjs", import.meta.url)));
mocha.rootHooks({
    async afterEach(this: Mocha.Context) {
        if (this.currentTest?.state === "failed") {
            process.stdout.write(`\n${await describeCluster()}\n\n`);
        }
    },
});

/** Runs the tests; the first SIGINT or SIGTERM ends what runs, and the clean-up follows. */
async function runTests(): Promise<Mocha.Stats | undefined> {
    use(workspace, partTimes);
    await mocha.loadFilesAsync();
    return await new Promise((resolve) => {
        const runner = mocha.run(() => {
            resolve(runner.stats);
        });
        partTimes.follow(runner);
        let stopping = false;
        for (const signal of ["SIGINT", "SIGTERM"]) {
            // A Ctrl-C comes twice: from the terminal, and passed on by npm.
            process.on(signal, () => {
                if (stopping) {
                    return;
                }
                stopping = true;
                process.stderr.write("Stopping, and removing the cluster.\n");
                runner.abort();
                void workspace.stop();
            });
        }
    });
}

let stats: Mocha.Stats | undefined;
try {
    await machine.start((line) => process.stdout.write(`${line}\n`));
    await removeLeftCluster();
    await workspace.prepare(project);
    try {
        stats = await runTests();
    } finally {
        await deleteOwnCluster();
        await removeEditedImages(workspace.checkout, project);
    }
} finally {
    await machine.stop();
    const failed = (stats?.failures ?? 1) > 0;
    if (failed) {
        process.stdout.write(`Everything that the commands wrote: ${workspace.transcript}\n`);
    } else {
        await partTimes.record(machineName);
    }
    await workspace.remove(failed);
    process.exitCode = failed ? 1 : 0;
}
process.stdout.write(`\n${stats?.passes ?? 0} passed, ${stats?.failures ?? 1} failed\n`);
