import * as v from "valibot";

const dockerStore = v.object({ DriverStatus: v.nullish(v.array(v.array(v.string()))) });
const dockerVersion = v.object({
    Client: v.object({ ApiVersion: v.string() }),
    Server: v.object({ Os: v.string(), Arch: v.string() }),
});

/** The properties of an engine that decide how images are saved. */
export interface ImageStore {
    /** The containerd image store knows all platforms of an image, but mostly has the content of one. */
    readonly containerd: boolean;
    /** The platform to save, as in `linux/arm64`; undefined where none need, or can, be told. */
    readonly platform: string | undefined;
}

/** The store of podman and the classic one of Docker: they have one platform of each image. */
export const classicStore: ImageStore = { containerd: false, platform: undefined };

/** Reads in `docker version` and `docker info` (as JSON) how images are saved. */
export function dockerImageStore(version: string, info: string): ImageStore {
    const { DriverStatus } = v.parse(dockerStore, JSON.parse(info));
    const containerd = (DriverStatus ?? []).some(
        ([key, value]) => key === "driver-type" && value?.startsWith("io.containerd.snapshotter") === true,
    );
    if (!containerd) {
        return classicStore;
    }
    const { Client, Server } = v.parse(dockerVersion, JSON.parse(version));
    return {
        containerd,
        platform: savesOnePlatform(Client.ApiVersion) ? `${Server.Os}/${Server.Arch}` : undefined,
    };
}

/** `docker save --platform` came with this API, the one that client and daemon agree upon (Docker 28). */
function savesOnePlatform(apiVersion: string): boolean {
    const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
    return major > 1 || (major === 1 && minor >= 48);
}

/** The arguments with which an engine writes images into an archive that holds all that it mentions. */
export function saveArguments(
    engine: "docker" | "podman",
    { platform }: ImageStore,
    archive: string,
    images: readonly string[],
): string[] {
    // podman takes several images only when told to.
    const several = engine === "podman" ? ["--multi-image-archive"] : [];
    const onePlatform = platform === undefined ? [] : ["--platform", platform];
    return ["save", ...several, ...onePlatform, "--output", archive, ...images];
}

/** The arguments with which an engine takes one name away from an image that has another. */
export function untagArguments(engine: "docker" | "podman", image: string, name: string): string[] {
    return engine === "podman" ? ["untag", image, name] : ["image", "rm", name];
}

/** The remedy where images could not be copied from an engine into a cluster. */
export function loadRemedy({ containerd, platform }: ImageStore, images: readonly string[]): string {
    if (!containerd) {
        return "Run this again; if it fails in the same way, remove the images from the engine's store, so that they are pulled or made again.";
    }
    return platform === undefined
        ? "Docker's containerd image store lists all platforms of an image, and only Docker 28 or later can save one " +
              "of them: update Docker (client and daemon), or turn that store off " +
              '("features": { "containerd-snapshotter": false } in the daemon\'s configuration).'
        : `The nodes need ${platform}. Get that platform of each:\n` +
              images.map((image) => `  docker pull --platform ${platform} ${image}`).join("\n");
}
