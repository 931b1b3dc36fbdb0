import { expect } from "chai";

import { foreignBridges } from "../../machines/docker/networking.ts";

describe("the bridges of another Docker engine", () => {
    it("are those without an address of the machine's own networks", () => {
        const listing = [
            "docker0          DOWN           172.17.0.1/16 ",
            "br-0123456789ab  UP             172.18.0.1/16 fc00:f853:ccd:e793::1/64 ",
            "br-ba9876543210  UP             172.31.1.1/24 fc00:f853:ccd:e794::1/64 ",
            "podman1          UP             10.89.0.1/24 ",
            "br-lan           UP             192.168.1.1/24 ",
        ].join("\n");
        expect(foreignBridges(listing)).to.deep.equal(["docker0", "br-0123456789ab"]);
    });

    it("are none where the engine's own were left behind, or where there is no bridge", () => {
        expect(foreignBridges("docker0  DOWN  172.31.200.1/24 \n")).to.deep.equal([]);
        expect(foreignBridges("")).to.deep.equal([]);
    });
});
