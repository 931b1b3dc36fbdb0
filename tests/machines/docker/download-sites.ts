import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createProxy, type IncomingMessage, type Server } from "node:http";
import { createServer, type Server as SecureServer } from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { run } from "../../../cli/process/run.ts";
import { machineFolder } from "./programs.ts";
import { publishedFiles } from "./published-files.ts";

/** An address of this machine's that nothing else listens at. */
const address = "127.0.83.1";

/** The publishers' sites, each with the one that it redirects to, as the real ones do. */
const redirects: ReadonlyMap<string, string> = new Map([
    ["kind.sigs.k8s.io", "release-assets.githubusercontent.com"],
    ["github.com", "release-assets.githubusercontent.com"],
    ["dl.k8s.io", "cdn.dl.k8s.io"],
]);
const hosts: ReadonlySet<string> = new Set([...redirects].flat());

/** The certificates that the commands trust: that of the sites, and those that they trust on this machine anyway. */
const trustedFile = join(machineFolder, "trusted.crt");

/** Read here, since the suite takes over the environment of the commands. */
const trustedAnyway = process.env["NODE_EXTRA_CA_CERTS"];

/** Something that a site does to all addresses with a beginning. */
export interface Trouble {
    readonly beginning: string;
    /** Answers with this status instead of a file. */
    readonly status?: number;
    /** Answers with this text instead of a file. */
    readonly text?: string;
    /** Answers so many milliseconds later. */
    readonly delay?: number;
}

/** The sites that the publishers have tools for download at, as this machine plays them. */
class DownloadSites {
    /** The trouble with a site at the moment. */
    trouble: Trouble | undefined;
    /** The addresses that were asked for. */
    readonly asked: string[] = [];
    /** The sites that the proxy was asked for. */
    readonly tunnels: string[] = [];
    #files: ReadonlyMap<string, Buffer> = new Map();
    #servers: (Server | SecureServer)[] = [];
    #proxy = "";

    /** The variables with which a command finds the sites, some of them elsewhere than where they answer. */
    environment(elsewhere: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
        const names = [...hosts].map((host) => `${host}=${elsewhere[host] ?? address}`);
        return {
            NODE_EXTRA_CA_CERTS: trustedFile,
            NODE_OPTIONS: `--import=${fileURLToPath(new URL("host-names.mjs", import.meta.url))}`,
            MACHINE_HOSTS: names.join(" "),
        };
    }

    /** The variables with which a command finds the sites only by the proxy. */
    environmentByProxy(): Readonly<Record<string, string>> {
        return { NODE_EXTRA_CA_CERTS: trustedFile, NODE_OPTIONS: "", HTTPS_PROXY: this.#proxy };
    }

    async start(): Promise<void> {
        this.#files = await publishedFiles();
        const key = join(machineFolder, "sites.key");
        const certificate = join(machineFolder, "sites.crt");
        await makeCertificate(key, certificate);
        const options = { key: await readFile(key), cert: await readFile(certificate) };
        const sites = createServer(options, (request, response) => {
            void this.#answer(new URL(request.url ?? "", `https://${request.headers.host ?? ""}`)).then(
                ({ status, headers, content }) => {
                    response.writeHead(status, headers).end(content);
                },
            );
        });
        const proxy = createProxy();
        proxy.on("connect", (request: IncomingMessage, socket: Socket) => {
            this.#tunnel(request.url ?? "", socket);
        });
        this.#servers = [sites, proxy];
        await Promise.all([
            once(sites.listen(443, address), "listening"),
            once(proxy.listen(0, "127.0.0.1"), "listening"),
        ]);
        this.#proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        for (const server of this.#servers.splice(0)) {
            server.close();
            server.closeAllConnections();
            await once(server, "close");
        }
    }

    async #answer({ host, pathname }: URL): Promise<Answer> {
        this.asked.push(`${host}${pathname}`);
        const { trouble } = this;
        const troubled = trouble !== undefined && `${host}${pathname}`.startsWith(trouble.beginning);
        if (troubled) {
            await sleep(trouble.delay ?? 0);
            if (trouble.status !== undefined || trouble.text !== undefined) {
                return { status: trouble.status ?? 200, content: trouble.text };
            }
        }
        const redirect = redirects.get(host);
        if (redirect !== undefined) {
            return { status: 302, headers: { location: `https://${redirect}/${host}${pathname}` } };
        }
        const content = this.#files.get(`https:/${pathname}`);
        return content === undefined ? { status: 404 } : { status: 200, content };
    }

    #tunnel(target: string, socket: Socket): void {
        this.tunnels.push(target);
        socket.on("error", () => undefined);
        if (!hosts.has(target.replace(/:443$/, ""))) {
            socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
            return;
        }
        const site = connect(443, address, () => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            site.pipe(socket).pipe(site);
        });
        site.on("error", () => {
            socket.destroy();
        });
    }
}

interface Answer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly content?: string | Buffer | undefined;
}

/** Makes the certificate of all sites, which nobody has signed but itself. */
async function makeCertificate(key: string, certificate: string): Promise<void> {
    await mkdir(machineFolder, { recursive: true });
    const names = [...hosts].map((host) => `DNS:${host}`).join(",");
    await run("openssl", [
        ...[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ],
        ...["-subj", "/CN=multitier test", "-addext", `subjectAltName=${names}`],
        ...["-keyout", key, "-out", certificate],
    ]);
    const others = trustedAnyway === undefined ? "" : await readFile(trustedAnyway, "utf8");
    await writeFile(trustedFile, `${others}\n${await readFile(certificate, "utf8")}`);
}

/** The machine's download sites, which its tests put in trouble. */
export const downloadSites = new DownloadSites();
