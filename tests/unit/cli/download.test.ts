import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";

import { download, sourceOf } from "../../../cli/tools/download.ts";
import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { defaultPatience, fetchFile, siteRefusal, SiteUnavailable } from "../../../cli/tools/site-request.ts";

const content = "#!/bin/sh\necho kind\n";
const checksum = createHash("sha256").update(content).digest("hex");

/** Long enough for any answer of this machine's own. */
const patient = { patience: 20_000 };
/** For a site that never says anything: how long that takes doesn't matter. */
const impatient = { patience: 50 };

const servers: Server[] = [];

/** Plays a download site. */
async function site(answer: RequestListener): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") {
        throw new Error("The server has no port.");
    }
    return `http://127.0.0.1:${String(address.port)}`;
}

function stop(server: Server): Promise<void> {
    return new Promise((resolve) => {
        server.close(() => {
            resolve();
        });
        server.closeAllConnections();
    });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return await work.then(
        () => undefined,
        (error: unknown) => error,
    );
}

const silent: RequestListener = () => undefined;
const answering =
    (status: number): RequestListener =>
    (_, response) => {
        response.writeHead(status).end();
    };

describe("a download site", () => {
    afterEach(async () => {
        await Promise.all(servers.splice(0).map(stop));
    });

    for (const status of [200, 302, 401, 404, 405]) {
        it(`that answers ${String(status)} doesn't refuse`, async () => {
            expect(await siteRefusal(await site(answering(status)), patient)).to.equal(undefined);
        });
    }

    for (const [status, reason] of [
        [403, "answers 403"],
        [407, "(407)"],
    ] as const) {
        it(`that answers ${String(status)} refuses, and so is its file`, async () => {
            const address = await site(answering(status));
            expect((await siteRefusal(address, patient))?.message).to.include(reason);
            expect(await failureOf(fetchFile(address, patient))).to.be.instanceOf(SiteUnavailable);
        });
    }

    it("that answers after a while doesn't refuse", async () => {
        const slow: RequestListener = (request, response) => {
            setTimeout(() => {
                answering(200)(request, response);
            }, 100);
        };
        expect(await siteRefusal(await site(slow), patient)).to.equal(undefined);
    });

    it("that accepts the connection and stays silent counts as refusing once patience is over", async () => {
        const refusal = await siteRefusal(await site(silent), impatient);
        expect(refusal?.message).to.match(/says nothing for 0\.05 s\.$/);
    });

    it("that refuses the connection refuses at once, with the reason", async () => {
        const address = await site(silent);
        await Promise.all(servers.splice(0).map(stop));
        expect((await siteRefusal(address, patient))?.message).to.include("ECONNREFUSED");
    });

    it("whose name can't be resolved refuses at once", async () => {
        expect(await siteRefusal("http://download.invalid/", patient)).to.be.instanceOf(SiteUnavailable);
    });

    it("that resets the connection refuses at once", async () => {
        const address = await site((request) => {
            request.socket.destroy();
        });
        expect(await siteRefusal(address, patient)).to.be.instanceOf(SiteUnavailable);
    });

    it("is asked once, whatever comes from it", async () => {
        let requests = 0;
        const address = await site((request, response) => {
            requests += 1;
            answering(200)(request, response);
        });
        await Promise.all([siteRefusal(`${address}/a`, patient), siteRefusal(`${address}/b`, patient)]);
        await siteRefusal(`${address}/c`, patient);
        expect(requests).to.equal(1);
    });

    it("that is left on request is no refusal but the end of the work", async () => {
        const controller = new AbortController();
        const address = await site(() => {
            controller.abort(new Error("Ctrl-C"));
        });
        const failure = await failureOf(siteRefusal(address, { ...patient, signal: controller.signal }));
        expect(failure).to.have.property("message", "Ctrl-C");
    });
});

describe("patience with a site", () => {
    it("lasts 30 s unless something else is said", () => {
        expect(defaultPatience).to.equal(30_000);
    });
});

describe("a downloaded tool", () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "multitier-download-"));
        file = join(folder, "kind-1", "kind");
    });

    afterEach(async () => {
        await Promise.all(servers.splice(0).map(stop));
        await rm(folder, { recursive: true });
    });

    async function downloadFrom(answers: Readonly<Record<string, RequestListener>>): Promise<void> {
        const address = await site((request, response) => {
            (answers[request.url ?? ""] ?? answering(404))(request, response);
        });
        await download(
            { binary: `${address}/kind`, checksum: `${address}/sum` },
            file,
            impatientOnlyIf(answers),
        );
    }

    function impatientOnlyIf(answers: Readonly<Record<string, RequestListener>>): typeof patient {
        return Object.values(answers).includes(silent) ? impatient : patient;
    }

    function text(body: string): RequestListener {
        return (_, response) => {
            response.end(body);
        };
    }

    async function nothingIsLeft(): Promise<void> {
        expect(await readdir(folder, { recursive: true })).to.deep.equal([]);
    }

    it("is there, executable, if its checksum is the published one", async () => {
        await downloadFrom({ "/kind": text(content), "/sum": text(`${checksum}  kind-linux-amd64\n`) });
        expect(await readFile(file, "utf8")).to.equal(content);
        expect(await readdir(dirname(file))).to.deep.equal(["kind"]);
    });

    for (const [title, sum] of [
        ["another checksum than the published one", "0".repeat(64)],
        ["no published checksum", "<html>"],
    ] as const) {
        it(`with ${title} leaves nothing behind, and is not made here instead`, async () => {
            const failure = await failureOf(downloadFrom({ "/kind": text(content), "/sum": text(sum) }));
            expect(failure).to.be.instanceOf(CommandFailure).and.not.instanceOf(SiteUnavailable);
            expect(failure).to.have.property("message").that.includes(checksum);
            await nothingIsLeft();
        });
    }

    it("that its publisher doesn't have leaves nothing behind, and is not made here instead", async () => {
        const failure = await failureOf(downloadFrom({ "/sum": text(checksum) }));
        expect(failure).to.be.instanceOf(CommandFailure).and.not.instanceOf(SiteUnavailable);
        expect(failure).to.have.property("message").that.includes("404");
        await nothingIsLeft();
    });

    it("whose site falls silent halfway is unavailable and leaves nothing behind", async () => {
        const address = await site((request, response) => {
            if (request.url === "/sum") {
                response.end(checksum);
            } else {
                response.write(content.slice(0, 5));
            }
        });
        const source = { binary: `${address}/kind`, checksum: `${address}/sum` };
        expect(await failureOf(download(source, file, impatient))).to.be.instanceOf(SiteUnavailable);
        await nothingIsLeft();
    });

    it("comes with its checksum from its own publisher, over TLS", () => {
        expect(sourceOf("kind", "0.33.0").binary).to.match(
            /^https:\/\/kind\.sigs\.k8s\.io\/dl\/v0\.33\.0\/kind-/,
        );
        const { binary, checksum: sum } = sourceOf("kubectl", "1.36.3");
        expect(binary).to.match(/^https:\/\/dl\.k8s\.io\/release\/v1\.36\.3\/bin\/.*\/kubectl/);
        expect(sum).to.equal(`${binary}.sha256`);
    });
});
