import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";
import { reachCluster, refuseMissingRights } from "../../../cli/kubernetes/rights.ts";
import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { fakeCluster } from "./kind/fake-cluster.ts";

const reviewSchema = v.object({
    spec: v.object({
        resourceAttributes: v.object({
            resource: v.string(),
            verb: v.string(),
            namespace: v.optional(v.string()),
        }),
    }),
});
type Attributes = v.InferOutput<typeof reviewSchema>["spec"]["resourceAttributes"];

const roleSchema = v.object({
    kind: v.literal("Role"),
    rules: v.array(v.object({ resources: v.array(v.string()), verbs: v.array(v.string()) })),
});

const refusal = 'namespaces "kube-system" is forbidden: User "anna" cannot get resource "namespaces"';

/** Reaches a cluster that lets nobody read its namespaces, and gives these rights. */
async function failureWith(
    allows: (right: Attributes) => boolean,
    reviewStatus = 201,
    ask: typeof reachCluster | typeof refuseMissingRights = reachCluster,
    place: Parameters<typeof reachCluster>[1] = { namespace: "shop" },
): Promise<CommandFailure> {
    await using cluster = await fakeCluster((_, path, body) => {
        if (!path.endsWith("/selfsubjectaccessreviews")) {
            return { status: 403, body: { kind: "Status", message: refusal } };
        }
        const { resourceAttributes } = v.parse(reviewSchema, JSON.parse(body)).spec;
        return { status: reviewStatus, body: { spec: {}, status: { allowed: allows(resourceAttributes) } } };
    });
    const failure: unknown = await ask(cluster.client, place).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(CommandFailure);
    return failure instanceof CommandFailure ? failure : new CommandFailure("");
}

describe("a cluster where the user lacks rights", () => {
    it("is said to give too few, with every right that is missing, not to be silent", async () => {
        const { message, remedy } = await failureWith(
            ({ namespace, resource, verb }) =>
                namespace === "shop" && !(resource === "networkpolicies" && verb === "create"),
        );
        expect(message).to.not.match(/answer|403/);
        expect(message.split("\n").slice(1)).to.deep.equal([
            "  - get, create, patch, delete namespaces",
            "  - create networkpolicies.networking.k8s.io in the namespace shop",
        ]);
        expect(remedy)
            .to.include("administrator")
            .and.include("--context")
            .and.include("multitier:existingNamespace");
    });

    it("needs none outside of the namespace that the stack was given, and is told of the Role", async () => {
        const place = { namespace: "team-a", existingNamespace: "team-a" };
        for (const ask of [reachCluster, refuseMissingRights]) {
            const { message, remedy } = await failureWith(
                ({ namespace, resource, verb }) =>
                    namespace === "team-a" && !(resource === "deployments" && verb === "watch"),
                201,
                ask,
                place,
            );
            expect(message.split("\n").slice(1)).to.deep.equal([
                "  - watch deployments.apps in the namespace team-a",
            ]);
            expect(remedy).to.include("docs/clusters.md");
        }
    });

    it("is none with the Role of docs/clusters.md", async () => {
        const docs = readFileSync(join(dirname(__filename), "../../../docs/clusters.md"), "utf8");
        const yaml = /```yaml\n([^`]*kind: Role\n[^`]*)```/.exec(docs)?.[1] ?? "";
        const role = parseAllDocuments(yaml)
            .map((document) => v.safeParse(roleSchema, document.toJS()))
            .flatMap(({ success, output }) => (success ? [output] : []));
        const rules = role.flatMap((each) => each.rules);
        expect(rules).to.have.length.above(5);
        const gives = ({ resource, verb }: Attributes, among = rules): boolean =>
            among.some(({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb));
        const place = { namespace: "team-a", existingNamespace: "team-a" };
        await using cluster = await fakeCluster((_, _path, body) => {
            const { resourceAttributes } = v.parse(reviewSchema, JSON.parse(body)).spec;
            return { status: 201, body: { spec: {}, status: { allowed: gives(resourceAttributes) } } };
        });
        await refuseMissingRights(cluster.client, place);
    });

    it("is one where the stack's namespace is missing, which is named with the settings", async () => {
        await using cluster = await fakeCluster(() => ({ status: 404, body: { message: "not found" } }));
        const place = { namespace: "team-a", existingNamespace: "team-a" };
        const failure: unknown = await reachCluster(cluster.client, place).catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(CommandFailure);
        expect(String(failure)).to.include("has no namespace team-a");
    });

    it("is told by the cluster's own refusal where it doesn't say which rights there are", async () => {
        const { message } = await failureWith(() => false, 500);
        expect(message)
            .to.include(refusal)
            .and.not.match(/answer/);
    });
});
