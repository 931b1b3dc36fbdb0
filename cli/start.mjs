// The one entry of every npm script: `node cli/start.mjs <script> [arguments]`. It needs nothing but Node, installs the
// project's packages where they are missing or older than the lockfile, and hands over.
import { join } from "node:path";
import process from "node:process";

import { ensureDependencies, project, requireNode, runPackage } from "./dependencies.mjs";

/**
 * The scripts that are no commands of cli.ts. One that says what it `does` takes no arguments; one for `development`
 * needs all packages, the others only those of production.
 *
 * @type {Record<string, { run: () => unknown, does?: string, development?: boolean }>}
 */
const scripts = {
    workflow: { run: () => import("./workflows/cli.ts") },
    bench: { development: true, run: () => import("../bench/bench.ts") },
    "test:e2e": { development: true, run: () => import("../tests/e2e/run.ts") },
    test: {
        development: true,
        does: "Checks types, lint and format, and runs the unit tests and the golden manifests.",
        run: () => {
            ensureDependencies(join(project, "app"), true);
            return import("../tests/checks/run.ts");
        },
    },
    "pack:components": {
        development: true,
        does: "Packs the components as dist/multitier-components-<version>.tgz.",
        run: async () => {
            (await import("../components/pack.mjs")).pack(join(project, "dist"));
        },
    },
    golden: {
        development: true,
        does: "Writes the golden manifests and comments as the program renders them now. The diff is the review.",
        run: () => {
            runPackage("tsx", "tests/golden/update.ts");
        },
    },
    schema: {
        development: true,
        does: "Writes what is generated from the settings' schema: stack.schema.json and docs/settings.md.",
        run: () => {
            runPackage("tsx", "settings/write-schema.ts");
            const written = ["settings/stack.schema.json", "docs/settings.md"];
            runPackage("prettier", "--write", ...written);
        },
    },
    scan: {
        development: true,
        does: "Has kube-score and checkov look at the golden manifests.",
        run: () => {
            runPackage("mocha", "--config", "tests/scan/.mocharc.json");
        },
    },
};

/**
 * Ends the process with the help that was asked for, or with a message about arguments where none are taken.
 *
 * @param {string} name
 * @param {string} does
 * @param {string[]} words
 */
function refuseArguments(name, does, words) {
    if (words.includes("--help") || words.includes("-h")) {
        process.stdout.write(`npm run ${name}\n\n${does} It takes no arguments.\n`);
        process.exit(0);
    }
    if (words.length > 0) {
        process.stderr.write(`✖ npm run ${name} takes no arguments, and was given: ${words.join(" ")}\n`);
        process.exit(1);
    }
}

requireNode();
const [, , name = "", ...words] = process.argv;
const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
if (script?.does !== undefined) {
    refuseArguments(name, script.does, words);
}
ensureDependencies(project, script?.development === true);
if (script === undefined) {
    await import("../loader/commands.mjs");
    await import("./cli.ts");
} else {
    await import("tsx");
    // What is started reads its own arguments.
    process.argv.splice(2, 1);
    await script.run();
}
