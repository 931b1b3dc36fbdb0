import { readFileSync } from "node:fs";
import { expect } from "chai";
import * as v from "valibot";
import { pullRequestSettings } from "../../cli/session/pull-request-stack.ts";
import { RenderedProgram, renderWithOutputs } from "../../rendering/render-program";
import { CreatedResource } from "../../rendering/created-resources";
import { valueAt } from "../created-resource";
import {
    allowsConnection,
    PolicyPod,
} from "../../cli/verify/network-policies.ts";
import { projectFolder } from "../../cli/session/project.ts";
import { parseStackFile } from "../../settings/stack-file";
import { goldenStacks } from "./rendered-stack";
import { policiesAmong } from "./network-policies.ts";

const labelsSchema = v.record(v.string(), v.string());

/** Identifies an object in a cluster, where its name is fixed: `Service shop/mysql`. */
function fixedIdentity({ inputs }: CreatedResource): string[] {
    const [namespace, name] = ["namespace", "name"].map((key) => valueAt(inputs, `metadata.${key}`));
    return typeof name === "string" ? [`${String(valueAt(inputs, "kind"))} ${String(namespace)}/${name}`] : [];
}

/** The pods of a stack's tiers, as policies see them, with the port that each listens on. */
function podsOf({ resources }: RenderedProgram): { readonly pod: PolicyPod; readonly port: number }[] {
    return resources
        .filter(({ type }) => type.endsWith(":Deployment"))
        .map(({ inputs }) => {
            const namespace = String(valueAt(inputs, "metadata.namespace"));
            const labels = v.parse(labelsSchema, valueAt(inputs, "spec.template.metadata.labels"));
            return {
                pod: { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, labels },
                port: Number(valueAt(inputs, "spec.template.spec.containers.0.ports.0.containerPort")),
            };
        });
}

describe("the stack dev and a pull request's, in one cluster", () => {
    let dev: RenderedProgram;
    let request: RenderedProgram;
    before(async () => {
        const text = readFileSync(goldenStacks().get("dev") ?? "", "utf8");
        const render = (stack: string, settings: string): Promise<RenderedProgram> =>
            renderWithOutputs(projectFolder, stack, parseStackFile(settings, stack));
        dev = await render("dev", text);
        request = await render("pr-17", pullRequestSettings("pr-17", text));
    });

    it("have no object in common, and none outside their namespaces but these", () => {
        const [ofDev, ofRequest] = [dev, request].map(({ resources }) => resources.flatMap(fixedIdentity));
        expect(ofDev).to.have.length.above(5);
        expect(ofRequest).to.have.length(ofDev?.length ?? 0);
        expect(ofRequest?.filter((each) => ofDev?.includes(each))).to.deep.equal([]);
        const outside = request.resources.filter(
            ({ type, inputs }) =>
                type.startsWith("kubernetes:") && valueAt(inputs, "metadata.namespace") !== "shop-pr-17",
        );
        expect(outside.flatMap(fixedIdentity)).to.deep.equal(["Namespace undefined/shop-pr-17"]);
        expect(outside).to.have.length(1);
    });

    it("answer on different hosts", () => {
        const hosts = [dev, request].flatMap(({ resources }) =>
            resources
                .filter(({ type }) => type.endsWith(":Ingress"))
                .map(({ inputs }) => valueAt(inputs, "spec.rules.0.host")),
        );
        expect(hosts).to.deep.equal(["localhost", "pr-17.localhost"]);
    });

    it("let no tier of the one reach a tier of the other, by their NetworkPolicies", () => {
        const policies = [dev, request].flatMap(({ resources }) => policiesAmong(resources));
        const [ofDev, ofRequest] = [podsOf(dev), podsOf(request)];
        expect([ofDev, ofRequest].map(({ length }) => length)).to.deep.equal([5, 5]);
        const pairs = (from: typeof ofDev, to: typeof ofDev): boolean[] =>
            from.flatMap(({ pod }) =>
                to.map((other) =>
                    allowsConnection(policies, pod, other.pod, { protocol: "TCP", port: other.port }),
                ),
            );
        expect(pairs(ofDev, ofRequest)).to.not.include(true);
        expect(pairs(ofRequest, ofDev)).to.not.include(true);
        // The same question within a stack has another answer.
        expect(pairs(ofDev, ofDev)).to.include(true);
        expect(pairs(ofRequest, ofRequest)).to.include(true);
    });
});
