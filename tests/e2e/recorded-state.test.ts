import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import * as v from "valibot";

import { kubeconfig, kubectl } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { createRecordedObjects } from "./recorded-objects.ts";
import { ScratchStack } from "./scratch-stack.ts";
import { requireApplication } from "./suite.ts";

/**
 * States of a stack `dev` with its default settings, each as a version of this project left it in a cluster of its own
 * that is gone, by that version's commit, with the passphrase that was made for it. `@kubeconfig@` and `@context@` stand
 * for the cluster's, `@namespace@` and `@host@` for the stack's own.
 */
const folder = fileURLToPath(new URL("state", import.meta.url));
const versions = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));

const stateSchema = v.object({
    deployment: v.object({
        secrets_providers: v.object({ state: v.object({ salt: v.string() }) }),
        resources: v.array(
            v.looseObject({
                urn: v.string(),
                type: v.string(),
                inputs: v.optional(v.unknown()),
                outputs: v.optional(v.unknown()),
            }),
        ),
    }),
});
const imageSchema = v.object({
    spec: v.object({
        template: v.object({
            metadata: v.object({ labels: v.record(v.string(), v.string()) }),
            spec: v.object({ containers: v.tuple([v.object({ image: v.string() })]) }),
        }),
    }),
});
const previewSchema = v.object({ steps: v.array(v.object({ op: v.string(), urn: v.string() })) });

/** Operations that take something away, the two halves of a replacement among them. */
const taking = /delete|replace|discard|remove/;

/** The images that the recorded stack ran, so that its tiers' sources as they are now change nothing. */
function recordedImages({
    deployment,
}: v.InferOutput<typeof stateSchema>): Record<string, { image: string }> {
    return Object.fromEntries(
        deployment.resources
            .filter(({ type }) => type.endsWith(":Deployment"))
            .map(({ inputs }) => {
                const { metadata, spec } = v.parse(imageSchema, inputs).spec.template;
                const tier = metadata.labels["app.kubernetes.io/name"] ?? "";
                return [`multitier:${tier}`, { image: spec.containers[0].image }];
            }),
    );
}

for (const version of versions) {
    describe(`a stack that commit ${version} has deployed`, () => {
        const namespace = `recorded-${version}`;
        const host = `${namespace}.localhost`;
        let steps: v.InferOutput<typeof previewSchema>["steps"];

        before(async () => {
            requireApplication();
            const text = readFileSync(join(folder, `${version}.json`), "utf8")
                .replaceAll("@kubeconfig@", kubeconfig())
                .replaceAll("@context@", cluster.context)
                .replaceAll("@namespace@", namespace)
                .replaceAll("@host@", host);
            const state = v.parse(stateSchema, JSON.parse(text));
            const stackFile = {
                config: {
                    "pulumi:disable-default-providers": ["kubernetes"],
                    "multitier:context": cluster.context,
                    "multitier:namespace": namespace,
                    "multitier:host": host,
                    ...recordedImages(state),
                },
                encryptionsalt: state.deployment.secrets_providers.state.salt,
            };
            const passphrase = readFileSync(join(folder, `${version}.passphrase`), "utf8").trim();
            const scratch = await ScratchStack.create(version, "dev", stackFile, passphrase);
            const stateFile = join(scratch.folder, "state.json");
            writeFileSync(stateFile, text);
            await (await scratch.pulumi("stack", "import", "--file", stateFile)).endWith(0);
            const shown = (await (await scratch.pulumi("stack", "export", "--show-secrets")).endWith(0))
                .stdout;
            const { resources } = v.parse(stateSchema, JSON.parse(shown)).deployment;
            await createRecordedObjects(namespace, resources);
            const preview = (await (await scratch.pulumi("preview", "--json", "--show-sames")).endWith(0))
                .stdout;
            ({ steps } = v.parse(previewSchema, JSON.parse(preview)));
            // The engine makes a default provider when it needs one, without a step.
            const recorded = resources.map(({ urn }) => urn);
            const seen = new Set(steps.map(({ urn }) => urn));
            const unseen = recorded.filter((urn) => !seen.has(urn) && !urn.includes("::default_"));
            expect(unseen).to.deep.equal([]);
        });
        after(async () => {
            await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
        });

        it("loses nothing by the next update: no resource is deleted or replaced", () => {
            const losses = steps.filter(({ op }) => taking.test(op)).map(({ op, urn }) => `${op} ${urn}`);
            expect(losses).to.deep.equal([]);
        });
    });
}
