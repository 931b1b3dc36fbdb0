import { expect } from "chai";
import { CreatedResource } from "../../rendering/created-resources";
import { valueAt } from "../created-resource";
import { goldenStacks, stackResources } from "./rendered-stack";

/**
 * Every object of a fixed name, and the URN by which existing stacks know it. The engine takes an object under a new
 * URN for a new one: it would create it over the old (server-side apply adopts it) and then delete the old, which is
 * the same. So a URN here never changes; a renamed or moved resource gets an alias with the old one.
 */
const urns: Readonly<Record<string, string>> = {
    "Namespace shop": "multitier:components:Application$kubernetes:core/v1:Namespace::app-namespace",
    "PersistentVolumeClaim mysql-data":
        "multitier:components:Application$multitier:components:MySql$kubernetes:core/v1:PersistentVolumeClaim::mysql-data-claim",
    "PersistentVolumeClaim redis-data":
        "multitier:components:Application$multitier:components:Redis$kubernetes:core/v1:PersistentVolumeClaim::redis-data-claim",
    "Service client":
        "multitier:components:Application$multitier:components:Client$kubernetes:core/v1:Service::client-service",
    "Service mysql":
        "multitier:components:Application$multitier:components:MySql$kubernetes:core/v1:Service::mysql-service",
    "Service redis":
        "multitier:components:Application$multitier:components:Redis$kubernetes:core/v1:Service::redis-service",
    "Service server":
        "multitier:components:Application$multitier:components:Server$kubernetes:core/v1:Service::server-service",
    "Service worker":
        "multitier:components:Application$multitier:components:Worker$kubernetes:core/v1:Service::worker-service",
};

function fixedName({ inputs }: CreatedResource): string | undefined {
    const name = valueAt(inputs, "metadata.name");
    return typeof name === "string" ? `${String(inputs["kind"])} ${name}` : undefined;
}

describe("the objects of fixed names", () => {
    let resources: readonly CreatedResource[];
    before(async () => {
        const stackFile = goldenStacks().get("dev");
        resources = await stackResources("dev", stackFile ?? "");
    });

    it("are few, and all are guarded here", () => {
        const names = resources.map(fixedName).filter((name) => name !== undefined);
        expect(names.sort()).to.deep.equal(Object.keys(urns).sort());
    });

    for (const [object, urn] of Object.entries(urns)) {
        it(`are known by their old URN, or by an alias of it: ${object}`, () => {
            const resource = resources.find((each) => fixedName(each) === object);
            expect([resource?.urn, ...(resource?.formerUrns ?? [])]).to.include(urn);
        });
    }
});
