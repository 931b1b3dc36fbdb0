import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";

const deployment = v.object({
    kind: v.literal("Deployment"),
    spec: v.object({
        template: v.object({
            spec: v.object({ containers: v.tuple([v.object({ args: v.array(v.string()) })]) }),
        }),
    }),
});

/** The options that Traefik is started with. */
function options(): string[] {
    const manifest = readFileSync(join(__dirname, "../../../cli/kind/traefik/traefik.yaml"), "utf8");
    const found = parseAllDocuments(manifest).flatMap((document) => {
        const { success, output } = v.safeParse(deployment, document.toJS());
        return success ? output.spec.template.spec.containers[0].args : [];
    });
    expect(found).to.have.length.above(0);
    return found;
}

describe("the ingress controller", () => {
    it("keeps the route of a Service without a ready pod, so that /api never falls through to the page", () => {
        expect(options()).to.include("--providers.kubernetesingress.allowemptyservices=true");
    });

    it("sends /apix to the page, not to the API", () => {
        expect(options()).to.include("--providers.kubernetesingress.strictprefixmatching=true");
    });
});
