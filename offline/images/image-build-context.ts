import { run } from "../../cli/process/run.ts";
import type { ContainerEngine } from "../../cli/container-engine/engine.ts";
import type { BinaryName } from "../binaries/recipes.ts";

/** The means that an image is made with. */
export interface ImageBuildContext {
    readonly engine: ContainerEngine;
    /** An empty folder for everything on the way, removed afterwards. */
    readonly folder: string;
    /** The label, `name=value`, that tells the image's recipe. */
    readonly label: string;
    /** The paths of programs from `offline/binaries`, by name. */
    readonly binaries: <Name extends BinaryName>(names: readonly Name[]) => Promise<Record<Name, string>>;
    readonly report: (line: string) => void;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Stores a root file system as an image, in one step: the name appears with the whole image or not at all.
 *
 * @param changes Instructions of a Containerfile that set the image's metadata.
 */
export async function importRoot(
    archive: string,
    name: string,
    changes: readonly string[],
    { engine, signal }: ImageBuildContext,
): Promise<void> {
    await run(
        engine.command,
        ["import", ...changes.flatMap((change) => ["--change", change]), archive, name],
        { environment: engine.environment, signal },
    );
}
