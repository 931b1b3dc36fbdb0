import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as v from "valibot";

import type { ContainerEngine } from "../../../cli/container-engine/engine.ts";
import { run } from "../../../cli/process/run.ts";
import { recipeLabel } from "../../../cli/container-engine/stored-images.ts";
import { eventually } from "../../e2e/eventually.ts";
import { Daemon } from "./daemon.ts";
import { engineAddress } from "./networking.ts";
import { machineFolder, programFolder } from "./programs.ts";

/** Always the same: podman remembers which layers a registry has, and sends them only once. */
export const registryAddress = "127.0.0.1:15055";

/** The registry as the nodes of a kind cluster reach it. */
export const nodesRegistryAddress = `${engineAddress}:15055`;

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const indexType = "application/vnd.oci.image.index.v1+json";

const descriptorSchema = v.looseObject({ digest: v.string(), size: v.number() });
const manifestSchema = v.looseObject({ config: descriptorSchema, layers: v.array(descriptorSchema) });
const configSchema = v.looseObject({
    architecture: v.string(),
    config: v.looseObject({ Labels: v.nullish(v.record(v.string(), v.string()), {}) }),
    rootfs: v.looseObject({ diff_ids: v.array(v.string()) }),
});

/** A registry that plays Docker Hub: the engine has one as its mirror. */
export class Registry {
    readonly url: string;
    readonly #address: string;
    #daemon: Daemon | undefined;

    /** @param address another one for the same images */
    constructor(address = registryAddress) {
        this.#address = address;
        this.url = `http://${address}`;
    }

    async start(): Promise<void> {
        await mkdir(machineFolder, { recursive: true });
        const configuration = join(machineFolder, `registry-${this.#address}.json`);
        // JSON is YAML, too.
        const settings = {
            version: 0.1,
            storage: { filesystem: { rootdirectory: join(machineFolder, "registry") } },
            http: { addr: this.#address },
        };
        await writeFile(configuration, JSON.stringify(settings));
        const log = join(machineFolder, `registry-${this.#address}.log`);
        this.#daemon = new Daemon(join(programFolder, "registry"), ["serve", configuration], log);
        await eventually("the registry to answer", 20, async () =>
            (await fetch(`${this.url}/v2/`)).ok ? true : undefined,
        );
    }

    async stop(): Promise<void> {
        await this.#daemon?.stop();
        this.#daemon = undefined;
    }

    /**
     * Publishes an image of podman's as one for two platforms, of which this machine's is real: the other has another
     * configuration and one layer more.
     *
     * @param name the image's name in the registry, without the registry's own: `library/redis:8.0`
     * @returns the digest of both platforms' index
     */
    async publish(image: string, name: string, podman: ContainerEngine): Promise<string> {
        const [repository = "", tag = ""] = name.split(":");
        await run(
            "podman",
            ["push", "--format=oci", "--tls-verify=false", image, `${this.#address}/${name}`],
            {
                environment: podman.environment,
            },
        );
        const manifest = v.parse(manifestSchema, await this.#get(repository, "manifests", tag));
        const config = v.parse(configSchema, await this.#get(repository, "blobs", manifest.config.digest));
        // A publisher's image doesn't tell how it is made here.
        const labels = Object.entries(config.config.Labels).filter(([name]) => name !== recipeLabel);
        const own = { ...config, config: { ...config.config, Labels: Object.fromEntries(labels) } };

        const emptyLayer = Buffer.alloc(1024);
        const layer = await this.#putBlob(repository, gzipSync(emptyLayer));
        const foreign = {
            ...own,
            architecture: own.architecture === "arm64" ? "amd64" : "arm64",
            rootfs: { ...own.rootfs, diff_ids: [...own.rootfs.diff_ids, digestOf(emptyLayer)] },
        };
        const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";
        const manifests = [
            await this.#putPlatform(repository, manifest, own),
            await this.#putPlatform(
                repository,
                { ...manifest, layers: [...manifest.layers, { mediaType: layerType, ...layer }] },
                foreign,
            ),
        ];
        const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
        await this.#putManifest(repository, tag, indexType, index);
        return digestOf(index);
    }

    async #putPlatform(
        repository: string,
        manifest: v.InferOutput<typeof manifestSchema>,
        config: v.InferOutput<typeof configSchema>,
    ): Promise<object> {
        const blob = await this.#putBlob(repository, Buffer.from(JSON.stringify(config)));
        const text = Buffer.from(JSON.stringify({ ...manifest, config: { ...manifest.config, ...blob } }));
        await this.#putManifest(repository, digestOf(text), manifestType, text);
        const platform = { os: "linux", architecture: config.architecture };
        return { mediaType: manifestType, digest: digestOf(text), size: text.length, platform };
    }

    async #get(repository: string, kind: "blobs" | "manifests", reference: string): Promise<unknown> {
        const url = `${this.url}/v2/${repository}/${kind}/${reference}`;
        return await (await this.#ask(url, { headers: { accept: manifestType } })).json();
    }

    async #putManifest(repository: string, reference: string, type: string, body: Buffer): Promise<void> {
        const url = `${this.url}/v2/${repository}/manifests/${reference}`;
        await this.#ask(url, { method: "PUT", headers: { "content-type": type }, body });
    }

    async #putBlob(repository: string, body: Buffer): Promise<v.InferOutput<typeof descriptorSchema>> {
        const begun = await this.#ask(`${this.url}/v2/${repository}/blobs/uploads/`, { method: "POST" });
        const upload = new URL(begun.headers.get("location") ?? "", this.url);
        upload.searchParams.set("digest", digestOf(body));
        const headers = { "content-type": "application/octet-stream" };
        await this.#ask(upload.href, { method: "PUT", headers, body });
        return { digest: digestOf(body), size: body.length };
    }

    async #ask(url: string, init: RequestInit): Promise<Response> {
        const response = await fetch(url, init);
        if (!response.ok) {
            throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
        }
        return response;
    }
}

function digestOf(content: Buffer): string {
    return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The machine's registry. */
export const dockerHub = new Registry();
