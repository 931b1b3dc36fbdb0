import { expect } from "chai";
import { failedPull, ingressPort, kindReason, kindStep } from "../../../cli/kind/kind-output.ts";

describe("what kind and the engine say", () => {
    it("is a step where a line begins one", () => {
        expect(kindStep(" • Ensuring node image (kindest/node:v1.37.0) 🖼  ...")).to.equal(
            "Ensuring node image (kindest/node:v1.37.0)",
        );
        expect(kindStep(" • Starting control-plane 🕹️  ...")).to.equal("Starting control-plane");
        expect(kindStep(" ✓ Starting control-plane 🕹️")).to.equal(undefined);
    });

    it("is a reason without kubeadm's log lines", () => {
        expect(
            kindReason([
                "ERROR: failed to init node",
                "",
                "I1121 17:53:41.162467     263 loader.go:407] Config loaded",
                "error: timed out",
            ]),
        ).to.equal("ERROR: failed to init node\nerror: timed out");
    });

    it("is the image that can't be pulled, with the engine's reason", () => {
        const pull = [
            'ERROR: failed to create cluster: failed to pull image "kindest/node:v1.36.1@sha256:00": command "docker pull kindest/node:v1.36.1@sha256:00" failed with error: exit status 1',
            "",
            "Command Output: Error response from daemon: no such host",
        ];
        expect(failedPull(pull)).to.equal(
            "kindest/node:v1.36.1 can't be pulled: Error response from daemon: no such host",
        );
        expect(failedPull(["ERROR: failed to create cluster: port is taken"])).to.equal(undefined);
    });

    it("is the port of the Ingress, if the cluster leads one to it", () => {
        const bindings = { "6443/tcp": [{ HostIp: "127.0.0.1", HostPort: "38779" }] };
        expect(ingressPort(JSON.stringify(bindings))).to.equal(undefined);
        expect(ingressPort("null")).to.equal(undefined);
        expect(
            ingressPort(
                JSON.stringify({ ...bindings, "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8080" }] }),
            ),
        ).to.equal(8080);
    });
});
