import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { firstMirror, networkSettings } from "../../../offline/packages.ts";
import { isCurrent } from "../../../offline/images/recipes.ts";
import { fullImageName, imageBase } from "../../../cli/container-engine/image-name.ts";
import { storedImages } from "../../../cli/container-engine/stored-images.ts";
import { listedImages, missingSomewhere } from "../../../cli/kind/node-images.ts";

describe("an image's full name", () => {
    for (const [name, full] of [
        ["redis", "docker.io/library/redis:latest"],
        ["redis:8.0", "docker.io/library/redis:8.0"],
        ["somebody/redis:8.0", "docker.io/somebody/redis:8.0"],
        ["localhost/multitier/client:0123", "localhost/multitier/client:0123"],
        ["localhost:5000/client", "localhost:5000/client:latest"],
        ["ghcr.io/somebody/client@sha256:00", "ghcr.io/somebody/client@sha256:00"],
        ["redis:8.0@sha256:00", "docker.io/library/redis@sha256:00"],
        ["localhost:5000/client:1@sha256:00", "localhost:5000/client@sha256:00"],
    ] as const) {
        it(`of ${name} is ${full}`, () => {
            expect(fullImageName(name)).to.equal(full);
        });
    }
});

describe("the images that there are", () => {
    it("are asked of the engine, with the recipe they were made by", async () => {
        const folder = mkdtempSync(join(tmpdir(), "multitier-engine-"));
        const inspect = [
            "#!/bin/sh",
            'case "$5" in *redis*) echo abc ;; *mysql*) echo ;; *) echo "no such image" >&2; exit 1 ;; esac',
        ];
        writeFileSync(join(folder, "docker"), `${inspect.join("\n")}\n`, { mode: 0o755 });
        const environment = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };
        const names = ["docker.io/library/redis:8.0", "docker.io/library/mysql:9.7", "localhost/not/there:1"];
        const stored = await storedImages(names, { command: "docker", environment });
        rmSync(folder, { recursive: true });
        expect([...stored]).to.deep.equal([
            ["docker.io/library/redis:8.0", { recipe: "abc" }],
            ["docker.io/library/mysql:9.7", { recipe: undefined }],
        ]);
    });

    it("are read from a node", () => {
        const listing = { images: [{ repoTags: ["docker.io/library/redis:8.0"] }, { id: "untagged" }] };
        expect(listedImages(JSON.stringify(listing))).to.deep.equal(["docker.io/library/redis:8.0"]);
    });

    it("are missing unless every node has them", () => {
        const both = "docker.io/library/redis:8.0";
        expect(
            missingSomewhere(["redis:8.0", "mysql:9.7"], [[both], [both, "docker.io/library/mysql:9.7"]]),
        ).to.deep.equal(["mysql:9.7"]);
    });
});

describe("an image made here", () => {
    it("is made again by another recipe only", () => {
        expect(isCurrent(undefined, "a")).to.equal(false);
        expect(isCurrent({ recipe: "a" }, "a")).to.equal(true);
        expect(isCurrent({ recipe: "b" }, "a")).to.equal(false);
    });

    it("never takes the place of the official one", () => {
        expect(isCurrent({ recipe: undefined }, "a")).to.equal(true);
    });

    it("is known by the last part of its name", () => {
        expect(imageBase("example.org:5000/coredns/coredns:v1.14.2")).to.equal("coredns");
    });

    it("comes from the mirror, and with the settings, of this machine's own apt", () => {
        expect(
            firstMirror(
                "Google https://a.example/apt\nDebian http://a.example/debian-security/\nDebian http://b.example/debian/",
            ),
        ).to.equal("http://b.example/debian/");
        expect(firstMirror("Ubuntu http://c.example/ubuntu/")).to.equal(undefined);
        expect(
            networkSettings(
                [
                    'Acquire "";',
                    'Acquire::http "";',
                    'Acquire::http::Proxy "http://proxy.example:3128";',
                    'Acquire::Check-Date "false";',
                    'Acquire::Languages "none";',
                ].join("\n"),
            ),
        ).to.deep.equal([
            'Acquire::http::Proxy "http://proxy.example:3128";',
            'Acquire::Check-Date "false";',
        ]);
    });
});
