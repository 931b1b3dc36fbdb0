import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { UpdateProgress } from "../../../cli/pulumi/update-progress.ts";

function urn(type: string, name: string): string {
    return `urn:pulumi:dev::multitier::multitier:app:Tier$${type}::${name}`;
}

const deployment = {
    urn: urn("kubernetes:apps/v1:Deployment", "mysql"),
    type: "kubernetes:apps/v1:Deployment",
};
const component = { urn: "urn:pulumi:dev::multitier::multitier:app:Tier::mysql", type: "multitier:app:Tier" };

function event(part: Partial<EngineEvent>): EngineEvent {
    return { sequence: 1, timestamp: 1, ...part };
}

function step(op: "create" | "same" | "refresh", resource: { urn: string; type: string }) {
    return { metadata: { ...resource, op, provider: "" } };
}

describe("the progress of an update", () => {
    it("counts what is created and names what is waited for", () => {
        const progress = new UpdateProgress();
        progress.take(event({ resourcePreEvent: step("create", component) }));
        progress.take(event({ resourcePreEvent: step("create", deployment) }));
        expect(progress.line()).to.equal("0/1, waiting for Deployment mysql");
        progress.take(event({ resOutputsEvent: step("create", deployment) }));
        expect(progress.line()).to.equal("1/1 1 created");
        expect(progress.summary()).to.equal("1 created");
    });

    it("passes on what the provider waits for", () => {
        const progress = new UpdateProgress();
        progress.take(event({ resourcePreEvent: step("create", deployment) }));
        progress.take(
            event({
                diagnosticEvent: {
                    urn: deployment.urn,
                    message: "<{%reset%}>[1/2] Waiting for Pods to be ready<{%reset%}>\n",
                    severity: "info",
                    color: "raw",
                    ephemeral: true,
                },
            }),
        );
        expect(progress.line()).to.contain("(Waiting for Pods to be ready)");
    });

    it("collects errors with their resource, and leaves out the one that only sums up", () => {
        const progress = new UpdateProgress();
        const error = { severity: "error", color: "raw" } as const;
        progress.take(
            event({ diagnosticEvent: { ...error, urn: deployment.urn, message: "no such image" } }),
        );
        for (const message of ["update failed", "preview failed"]) {
            progress.take(event({ diagnosticEvent: { ...error, message } }));
        }
        expect(progress.errors).to.deep.equal(["Deployment mysql: no such image"]);
    });

    it("says that nothing changed when all resources were left as they are", () => {
        const progress = new UpdateProgress();
        progress.take(event({ resourcePreEvent: step("same", deployment) }));
        progress.take(event({ resOutputsEvent: step("same", deployment) }));
        expect(progress.unchanged).to.equal(true);
        expect(progress.summary()).to.equal("no changes (1 resource)");
    });

    it("counts a resource once that was refreshed before it was left as it is", () => {
        const progress = new UpdateProgress();
        for (const op of ["refresh", "same"] as const) {
            progress.take(event({ resourcePreEvent: step(op, deployment) }));
            progress.take(event({ resOutputsEvent: step(op, deployment) }));
        }
        expect(progress.summary()).to.equal("no changes (1 resource)");
    });
});
