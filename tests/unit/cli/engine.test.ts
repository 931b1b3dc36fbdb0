import { expect } from "chai";
import { mayRaiseLimits } from "../../../cli/container-engine/machine-facts.ts";
import { podmanSettings, type PodmanMachine } from "../../../offline/engine/podman-settings.ts";
import { notInstalled } from "../../../offline/packages.ts";

const usual: PodmanMachine = { cgroupV1: false, mayRaiseLimits: true, systemd: true };

describe("podman's settings", () => {
    it("are the user's own where podman's defaults work", () => {
        expect(podmanSettings(usual, true)).to.equal(undefined);
        expect(podmanSettings(usual, false)).to.equal(undefined);
    });

    it("answer each thing that the machine lacks, and nothing else", () => {
        expect(podmanSettings({ ...usual, mayRaiseLimits: false }, false))
            .to.include("default_ulimits = []")
            .and.not.include("runtime =");
        expect(podmanSettings({ ...usual, cgroupV1: true }, false))
            .to.include('runtime = "runc"')
            .and.not.include("cgroup_manager");
        expect(podmanSettings({ ...usual, systemd: false }, false))
            .to.include('cgroup_manager = "cgroupfs"')
            .and.not.include("default_ulimits");
    });

    it("keep root's networks out of /etc", () => {
        expect(podmanSettings({ ...usual, systemd: false }, true)).to.match(/network_config_dir = "\/var\//);
        expect(podmanSettings({ ...usual, systemd: false }, false)).not.to.include("network_config_dir");
    });
});

describe("the machine", () => {
    it("may raise limits unless CAP_SYS_RESOURCE is out of the bounding set", () => {
        expect(mayRaiseLimits("Name:\tnode\nCapBnd:\t000001ffffffffff\n")).to.equal(true);
        expect(mayRaiseLimits("Name:\tnode\nCapBnd:\t000001fffeffffff\n")).to.equal(false);
        expect(mayRaiseLimits("Name:\tnode\n")).to.equal(true);
    });

    it("lacks the packages that are unknown or only left over", () => {
        expect(notInstalled(["podman", "runc", "netavark"], "podman ii \nrunc rc \n")).to.deep.equal([
            "runc",
            "netavark",
        ]);
    });
});
