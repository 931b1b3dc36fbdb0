import { expect } from "chai";
import { planViolation } from "../../../cli/pulumi/plan-violation.ts";

const urn =
    "urn:pulumi:dev::multitier::multitier:components:Client$kubernetes:apps/v1:Deployment::client-deployment";

describe("a step that is not the one in a plan", () => {
    it("is told by the values that differ", () => {
        const message = `resource ${urn} violates plan: properties changed: ~~spec[{map[progressDeadlineSeconds:{600} replicas:{2} strategy:{map[type:{Recreate}]}]}!={map[progressDeadlineSeconds:{600} replicas:{3} strategy:{map[type:{Recreate}]}]}]`;
        expect(planViolation(message)).to.equal(
            "client-deployment would not change as planned: spec: replicas: 2 is now replicas: 3",
        );
    });

    it("is told by a value deep inside with the keys that lead to it", () => {
        const message = `resource ${urn} violates plan: properties changed: ~~spec[{map[limits:{map[cpu:{1}]} requests:{map[cpu:{1m} memory:{1Mi}]}]}!={map[limits:{map[cpu:{1}]} requests:{map[cpu:{2m} memory:{1Mi}]}]}]`;
        expect(planViolation(message)).to.equal(
            "client-deployment would not change as planned: spec: requests: cpu: 1m is now requests: cpu: 2m",
        );
    });

    it("is told by the values that are new", () => {
        const message = `resource ${urn} violates plan: properties changed: ~~spec[{map[replicas:{2}]}!={map[paused:{true} replicas:{2}]}]`;
        expect(planViolation(message)).to.equal(
            "client-deployment would not change as planned: spec: paused: true is new",
        );
    });

    it("is told by its properties where they are new as a whole", () => {
        const message = `resource ${urn} violates plan: properties changed: ++data[{map[a:{b}]}]`;
        expect(planViolation(message)).to.equal("client-deployment would not change as planned: data");
    });

    it("is told as the engine does otherwise", () => {
        expect(planViolation(`resource ${urn} violates plan: create is not allowed by the plan`)).to.equal(
            "client-deployment would not change as planned: create is not allowed by the plan",
        );
        expect(planViolation("no such thing")).to.equal(undefined);
    });
});
