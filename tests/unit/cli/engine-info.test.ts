import { expect } from "chai";

import {
    classicStore,
    dockerImageStore,
    loadRemedy,
    saveArguments,
} from "../../../cli/container-engine/engine-info.ts";

describe("images in an engine's store", () => {
    const info = (...status: readonly (readonly string[])[]): string =>
        JSON.stringify({ DriverStatus: status });
    const containerd = info(["driver-type", "io.containerd.snapshotter.v1"]);
    const classic = info(["Backing Filesystem", "extfs"], ["Supports d_type", "true"]);
    const version = (apiVersion: string): string =>
        JSON.stringify({
            Client: { Version: "28.2.2", ApiVersion: apiVersion },
            Server: { Os: "linux", Arch: "arm64" },
        });

    for (const [title, engineVersion, engineInfo, expected] of [
        ["one platform, the daemon's, of Docker's containerd store", "1.48", containerd, "linux/arm64"],
        ["one platform with a later API too", "1.51", containerd, "linux/arm64"],
        ["one platform with another major version of the API", "2.0", containerd, "linux/arm64"],
        ["as they are where client or daemon is older than API 1.48", "1.47", containerd, undefined],
        ["as they are where the API is older than its number of digits tells", "1.9", containerd, undefined],
        ["as they are from Docker's classic store", "1.51", classic, undefined],
        ["as they are from an old Docker, which tells nothing of its store", "1.24", "{}", undefined],
    ] as const) {
        it(`are saved: ${title}`, () => {
            const store = dockerImageStore(version(engineVersion), engineInfo);
            expect(store.platform).to.equal(expected);
            expect(store.containerd).to.equal(engineInfo === containerd);
        });
    }

    it("are named after the flags that the engine needs", () => {
        const store = { containerd: true, platform: "linux/amd64" };
        expect(saveArguments("docker", store, "/a.tar", ["redis:8.0", "localhost/a:1"])).to.deep.equal([
            ...["save", "--platform", "linux/amd64", "--output", "/a.tar", "redis:8.0", "localhost/a:1"],
        ]);
        expect(saveArguments("docker", classicStore, "/a.tar", ["redis:8.0"])).to.deep.equal([
            ...["save", "--output", "/a.tar", "redis:8.0"],
        ]);
        expect(saveArguments("podman", classicStore, "/a.tar", ["redis:8.0"])).to.deep.equal([
            ...["save", "--multi-image-archive", "--output", "/a.tar", "redis:8.0"],
        ]);
    });

    it("that can't be copied have a remedy for that store", () => {
        expect(loadRemedy({ containerd: true, platform: undefined }, ["redis:8.0"])).to.include("Docker 28");
        expect(loadRemedy({ containerd: true, platform: "linux/amd64" }, ["redis:8.0"])).to.include(
            "docker pull --platform linux/amd64 redis:8.0",
        );
        expect(loadRemedy(classicStore, ["redis:8.0"]))
            .to.include("Run this again")
            .and.not.include("Docker 28");
    });
});
