import { expect } from "chai";
import { diagnoseIngress } from "../../../../cli/explain/diagnose-ingress.ts";
import { remedyHints } from "../../../../cli/explain/explain.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";

const hints = remedyHints(stackRef(application, "dev"));

describe("what is wrong with an Ingress", () => {
    // As the cluster had them: one controller, and two Ingresses that are none of its business.
    const classes = ["traefik"];

    it("is a class that the cluster has not got", () => {
        const diagnosis = diagnoseIngress({ name: "web", className: "nginx", classes, addresses: [] }, hints);
        expect(diagnosis?.cause).to.include(
            "of the class nginx, which the cluster has not got. It has: traefik.",
        );
        expect(diagnosis?.remedy).to.include("multitier:ingress.className");
    });

    it("is a class whose controller has not taken it up", () => {
        const diagnosis = diagnoseIngress(
            { name: "web", className: "traefik", classes, addresses: [] },
            hints,
        );
        expect(diagnosis?.cause).to.include("No controller has taken on the Ingress web");
        expect(diagnosis?.remedy).to.include("multitier:ingress.await");
    });

    it("is nothing once a controller has given it an address", () => {
        expect(
            diagnoseIngress({ name: "web", className: "traefik", classes, addresses: ["localhost"] }, hints),
        ).to.equal(undefined);
    });
});
