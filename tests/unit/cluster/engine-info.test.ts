import { expect } from "chai";

import { dockerHasOwnWay, podmanHasOwnWay } from "../../../cluster/engine-info.ts";
import { registryOf } from "../../../cluster/image-name.ts";

describe("the registry of an image", () => {
    for (const [image, registry] of [
        ["redis:8.0", "docker.io"],
        ["somebody/redis", "docker.io"],
        ["ghcr.io/somebody/client@sha256:00", "ghcr.io"],
        ["localhost:5000/client", "localhost:5000"],
    ] as const) {
        it(`of ${image} is ${registry}`, () => {
            expect(registryOf(image)).to.equal(registry);
        });
    }
});

describe("an engine", () => {
    const docker = (more: object): string =>
        JSON.stringify({ RegistryConfig: { Mirrors: null }, HttpProxy: "", HttpsProxy: "", ...more });

    it("has no way of its own to a registry without a mirror and a proxy", () => {
        expect(dockerHasOwnWay(docker({}), "docker.io")).to.equal(false);
        expect(dockerHasOwnWay("{}", "docker.io")).to.equal(false);
        expect(podmanHasOwnWay('{"registries":{}}', "docker.io", { HTTPS_PROXY: "" })).to.equal(false);
        expect(podmanHasOwnWay('{"registries":{"search":["docker.io"]}}', "docker.io", {})).to.equal(false);
    });

    it("has one with a proxy", () => {
        expect(dockerHasOwnWay(docker({ HttpsProxy: "http://proxy:3128" }), "ghcr.io")).to.equal(true);
        expect(podmanHasOwnWay("{}", "ghcr.io", { https_proxy: "http://proxy:3128" })).to.equal(true);
    });

    it("has one with a mirror of that registry; Docker's mirrors serve only its own", () => {
        const mirrored = docker({ RegistryConfig: { Mirrors: ["http://127.0.0.1:5000/"] } });
        expect(dockerHasOwnWay(mirrored, "docker.io")).to.equal(true);
        expect(dockerHasOwnWay(mirrored, "ghcr.io")).to.equal(false);
        const registries = {
            "docker.io": { Location: "docker.io", Mirrors: [{ Location: "127.0.0.1:5000" }] },
            "quay.io": { Location: "mirror.example/quay", Mirrors: null },
        };
        const info = JSON.stringify({ registries });
        expect(podmanHasOwnWay(info, "docker.io", {})).to.equal(true);
        expect(podmanHasOwnWay(info, "quay.io", {})).to.equal(true);
        expect(podmanHasOwnWay(info, "ghcr.io", {})).to.equal(false);
    });
});
