import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";

import { download, sourceOfProvider, sourceOfTool } from "../../../cli/tools/download.ts";
import { CommandFailure } from "../../../cli/terminal/failure.ts";
import { defaultPatience, fetchFile, SiteUnavailable } from "../../../cli/tools/site-request.ts";
import { keepEnvironment } from "./keep-environment.ts";

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

    for (const [status, reason] of [
        [403, "answers 403"],
        [407, "(407)"],
        [429, "answers 429"],
        [503, "answers 503"],
    ] as const) {
        it(`that answers ${String(status)} is unavailable`, async () => {
            const failure = await failureOf(fetchFile(await site(answering(status)), patient));
            expect(failure).to.be.instanceOf(SiteUnavailable);
            expect(failure).to.have.property("message").that.includes(reason);
        });
    }

    for (const status of [401, 404, 405]) {
        it(`that answers ${String(status)} has not what is asked for, which is a failure of another kind`, async () => {
            const failure = await failureOf(fetchFile(await site(answering(status)), patient));
            expect(failure).to.be.instanceOf(CommandFailure).and.not.instanceOf(SiteUnavailable);
        });
    }

    it("that answers after a while is used", async () => {
        const slow: RequestListener = (_, response) => {
            setTimeout(() => response.end(content), 100);
        };
        expect((await fetchFile(await site(slow), patient)).toString()).to.equal(content);
    });

    it("that sends a little now and then is used, however long it takes as a whole", async () => {
        const parts = 20;
        const slow: RequestListener = (_, response) => {
            let sent = 0;
            const timer = setInterval(() => {
                response.write("x");
                sent += 1;
                if (sent === parts) {
                    clearInterval(timer);
                    response.end();
                }
            }, 100);
        };
        // undici rounds up to a second.
        const file = await fetchFile(await site(slow), { patience: 1000 });
        expect(file.toString()).to.equal("x".repeat(parts));
    });

    it("that accepts the connection and stays silent is unavailable once patience is over", async () => {
        const failure = await failureOf(fetchFile(await site(silent), impatient));
        expect(failure).to.be.instanceOf(SiteUnavailable);
        expect(failure)
            .to.have.property("message")
            .that.matches(/says nothing for 0\.05 s\.$/);
    });

    it("that refuses the connection is unavailable at once, with the reason", async () => {
        const address = await site(silent);
        await Promise.all(servers.splice(0).map(stop));
        const failure = await failureOf(fetchFile(address, patient));
        expect(failure).to.be.instanceOf(SiteUnavailable);
        expect(failure).to.have.property("message").that.includes("ECONNREFUSED");
    });

    it("whose name can't be resolved is unavailable at once", async () => {
        const failure = await failureOf(fetchFile("http://download.invalid/", patient));
        expect(failure).to.be.instanceOf(SiteUnavailable);
    });

    it("that resets the connection is unavailable at once", async () => {
        const address = await site((request) => {
            request.socket.destroy();
        });
        expect(await failureOf(fetchFile(address, patient))).to.be.instanceOf(SiteUnavailable);
    });

    it("that is left on request is not unavailable: it is the end of the work", async () => {
        const controller = new AbortController();
        const address = await site(() => {
            controller.abort(new Error("Ctrl-C"));
        });
        const failure = await failureOf(fetchFile(address, { ...patient, signal: controller.signal }));
        expect(failure).to.have.property("message", "Ctrl-C");
    });
});

describe("a download site behind a proxy", () => {
    keepEnvironment();

    afterEach(async () => {
        await Promise.all(servers.splice(0).map(stop));
    });

    /** Plays a proxy that leads all tunnels to one site, and notes where they were to go. */
    async function proxy(answer: (request: IncomingMessage, socket: Socket) => void): Promise<string[]> {
        const asked: string[] = [];
        const address = await site(answering(405));
        servers.at(-1)?.on("connect", (request: IncomingMessage, socket: Socket) => {
            asked.push(request.url ?? "");
            answer(request, socket);
        });
        Object.assign(process.env, { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: "direct.example" });
        return asked;
    }

    it("is reached by it, a site that NO_PROXY names is not", async () => {
        const { port } = new URL(await site((_, response) => response.end(content)));
        const asked = await proxy((_, socket) => {
            const target = connect(Number(port), "127.0.0.1", () => {
                socket.write("HTTP/1.1 200 OK\r\n\r\n");
                socket.pipe(target).pipe(socket);
            });
        });
        expect((await fetchFile("http://download.invalid/kind", patient)).toString()).to.equal(content);
        expect(asked).to.deep.equal(["download.invalid:80"]);
        expect(await failureOf(fetchFile("http://direct.example/kind", patient))).to.be.instanceOf(
            SiteUnavailable,
        );
        expect(asked).to.deep.equal(["download.invalid:80"]);
    });

    for (const status of [403, 407]) {
        it(`is unavailable where the proxy answers ${String(status)}, which names the proxy`, async () => {
            await proxy((_, socket) => socket.end(`HTTP/1.1 ${String(status)} No\r\n\r\n`));
            const failure = await failureOf(fetchFile("https://download.invalid/kind", patient));
            expect(failure).to.be.instanceOf(SiteUnavailable);
            expect(failure)
                .to.have.property("message")
                .that.matches(/by the proxy 127\.0\.0\.1:\d+\) is not reached: /)
                .and.includes(String(status));
        });
    }
});

describe("patience with a site", () => {
    it("lasts three minutes unless something else is said: a proxy may have to scan the whole file first", () => {
        expect(defaultPatience).to.equal(180_000);
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
            { file: `${address}/kind`, checksums: `${address}/sum` },
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
        const source = { file: `${address}/kind`, checksums: `${address}/sum` };
        expect(await failureOf(download(source, file, impatient))).to.be.instanceOf(SiteUnavailable);
        await nothingIsLeft();
    });

    it("is there with what comes with it if it is in an archive, and another sum in the list is not its own", async () => {
        const made = await mkdtemp(join(tmpdir(), "multitier-archive-"));
        await mkdir(join(made, "pulumi"));
        await writeFile(join(made, "pulumi/pulumi"), content, { mode: 0o755 });
        await writeFile(join(made, "pulumi/pulumi-language-nodejs"), content, { mode: 0o755 });
        execFileSync("tar", ["-czf", join(made, "pulumi.tar.gz"), "-C", made, "pulumi"]);
        const archive = await readFile(join(made, "pulumi.tar.gz"));
        await rm(made, { recursive: true });
        const sum = createHash("sha256").update(archive).digest("hex");
        const list = `${"0".repeat(64)}  another.tar.gz\n${sum}  pulumi.tar.gz\n`;
        const address = await site((request, response) => {
            response.end(request.url === "/sums" ? list : archive);
        });
        const sources = { file: `${address}/pulumi.tar.gz`, checksums: `${address}/sums`, unpack: true };
        const program = join(folder, "pulumi-1/pulumi");
        await download(sources, program, patient);
        expect(await readFile(program, "utf8")).to.equal(content);
        expect(await readdir(folder)).to.deep.equal(["pulumi-1"]);
        expect((await readdir(dirname(program))).sort()).to.deep.equal(["pulumi", "pulumi-language-nodejs"]);
        const other = { ...sources, file: `${address}/another.tar.gz` };
        const failure = await failureOf(download(other, join(folder, "pulumi-2/pulumi"), patient));
        expect(failure).to.have.property("message").that.includes("0".repeat(64));
        expect(await readdir(folder)).to.deep.equal(["pulumi-1"]);
    });

    it("that two commands download at once is there for both", async () => {
        const answers = { "/kind": text(content), "/sum": text(checksum) };
        await Promise.all([downloadFrom(answers), downloadFrom(answers)]);
        expect(await readFile(file, "utf8")).to.equal(content);
        expect(await readdir(folder)).to.deep.equal(["kind-1"]);
    });

    it("comes with its checksum from its own publisher, over TLS", () => {
        expect(sourceOfTool("kind", "0.33.0").file).to.match(
            /^https:\/\/kind\.sigs\.k8s\.io\/dl\/v0\.33\.0\/kind-/,
        );
        const { file: kubectl, checksums } = sourceOfTool("kubectl", "1.36.3");
        expect(kubectl).to.match(/^https:\/\/dl\.k8s\.io\/release\/v1\.36\.3\/bin\/.*\/kubectl/);
        expect(checksums).to.equal(`${kubectl}.sha256`);
        const pulumi = sourceOfTool("pulumi", "3.259.0");
        const release = "https://github.com/pulumi/pulumi/releases/download/v3.259.0";
        expect(pulumi.file).to.match(
            new RegExp(`^${release}/pulumi-v3\\.259\\.0-[a-z]+-[a-z0-9]+\\.tar\\.gz$`),
        );
        expect(pulumi.checksums).to.equal(`${release}/pulumi-3.259.0-checksums.txt`);
    });
});

describe("a downloaded provider", () => {
    it("comes from where Pulumi's CLI looks first", () => {
        expect(sourceOfProvider("random", "4.21.1").file).to.match(
            /^https:\/\/github\.com\/pulumi\/pulumi-random\/releases\/download\/v4\.21\.1\/pulumi-resource-random-v4\.21\.1-[a-z]+-[a-z0-9]+\.tar\.gz$/,
        );
    });
});
