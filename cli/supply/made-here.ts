/*
 * The one door from the commands to offline/, which makes things from package registries. Each part of it is loaded when
 * it is asked for: what is present or downloaded needs little of it.
 */

/** Loads what makes the tools and providers. */
export const loadTools = (): Promise<typeof import("../../offline/binaries/tools.ts")> =>
    import("../../offline/binaries/tools.ts");

/** Loads what makes images. */
export const loadImages = (): Promise<typeof import("../../offline/images/index.ts")> =>
    import("../../offline/images/index.ts");

/** Loads what installs podman. */
export const loadPodman = (): Promise<typeof import("../../offline/engine/podman.ts")> =>
    import("../../offline/engine/podman.ts");
