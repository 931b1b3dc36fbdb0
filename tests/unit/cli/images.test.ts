import { expect } from "chai";
import { firstMirror, networkSettings } from "../../../offline/packages.ts";
import {
    dockerImages,
    isCurrent,
    listedImages,
    missingSomewhere,
    podmanImages,
} from "../../../cli/container-engine/image-listings.ts";
import { fullImageName, imageBase } from "../../../cli/container-engine/image-name.ts";

describe("an image's full name", () => {
    for (const [name, full] of [
        ["redis", "docker.io/library/redis:latest"],
        ["redis:8.0", "docker.io/library/redis:8.0"],
        ["somebody/redis:8.0", "docker.io/somebody/redis:8.0"],
        ["localhost/multitier/client:0123", "localhost/multitier/client:0123"],
        ["localhost:5000/client", "localhost:5000/client:latest"],
        ["ghcr.io/somebody/client@sha256:00", "ghcr.io/somebody/client@sha256:00"],
    ] as const) {
        it(`of ${name} is ${full}`, () => {
            expect(fullImageName(name)).to.equal(full);
        });
    }
});

describe("the images that there are", () => {
    it("are read from podman with the recipe they were made by", () => {
        const listing = JSON.stringify([
            { Id: "1", Names: ["docker.io/library/redis:8.0"], Labels: { "multitier.recipe": "abc" } },
            { Id: "2", Names: ["docker.io/library/mysql:9.7", "localhost/also:1"], Labels: null },
            { Id: "3" },
        ]);
        expect([...podmanImages(listing)]).to.deep.equal([
            ["docker.io/library/redis:8.0", { recipe: "abc" }],
            ["docker.io/library/mysql:9.7", { recipe: undefined }],
            ["localhost/also:1", { recipe: undefined }],
        ]);
    });

    it("are read from docker by their full names", () => {
        expect(
            dockerImages('{"Repository":"redis","Tag":"8.0"}\n{"Repository":"localhost/a/b","Tag":"c"}\n'),
        ).to.deep.equal(["docker.io/library/redis:8.0", "localhost/a/b:c"]);
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
