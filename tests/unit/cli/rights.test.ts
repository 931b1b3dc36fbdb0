import { expect } from "chai";
import * as v from "valibot";
import { reachCluster } from "../../../cli/kubernetes/rights.ts";
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

const refusal = 'namespaces "kube-system" is forbidden: User "anna" cannot get resource "namespaces"';

/** Reaches a cluster that lets nobody read its namespaces, and gives these rights. */
async function failureWith(
    allows: (right: Attributes) => boolean,
    reviewStatus = 201,
): Promise<CommandFailure> {
    await using cluster = await fakeCluster((_, path, body) => {
        if (!path.endsWith("/selfsubjectaccessreviews")) {
            return { status: 403, body: { kind: "Status", message: refusal } };
        }
        const { resourceAttributes } = v.parse(reviewSchema, JSON.parse(body)).spec;
        return { status: reviewStatus, body: { spec: {}, status: { allowed: allows(resourceAttributes) } } };
    });
    const failure: unknown = await reachCluster(cluster.client, "shop").catch((error: unknown) => error);
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
            "  - list ingressclasses.networking.k8s.io",
            "  - list storageclasses.storage.k8s.io",
            "  - create networkpolicies.networking.k8s.io in the namespace shop",
        ]);
        expect(remedy).to.include("administrator").and.include("--context");
    });

    it("is told by the cluster's own refusal where it doesn't say which rights there are", async () => {
        const { message } = await failureWith(() => false, 500);
        expect(message)
            .to.include(refusal)
            .and.not.match(/answer/);
    });
});
