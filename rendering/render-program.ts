import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { CreatedResource, createdResources } from "./created-resources";

/** The resources and outputs that a program creates from a stack's config. */
export interface RenderedProgram {
    readonly resources: readonly CreatedResource[];
    /** The program's exports, by name. */
    readonly outputs: unknown;
}

/**
 * All that the Pulumi program in a folder creates for a stack, without an engine, a cluster or a passphrase. Raises
 * what the program raises.
 *
 * @param folder Where `index.ts` is; it finds the same `@pulumi/pulumi` there as this file does.
 * @param config The stack's config by full key, as it stands in `Pulumi.<stack>.yaml`.
 * @param project The project's name. Default: the application's.
 */
export async function renderProgram(
    folder: string,
    stack: string,
    config: Readonly<Record<string, unknown>>,
    project?: string,
): Promise<readonly CreatedResource[]> {
    return (await renderWithOutputs(folder, stack, config, project)).resources;
}

/** As {@link renderProgram}, with what the program exports. */
export async function renderWithOutputs(
    folder: string,
    stack: string,
    config: Readonly<Record<string, unknown>>,
    project?: string,
): Promise<RenderedProgram> {
    // As the engine hands it to a program: text as it is, all else as JSON.
    const texts = Object.entries(config).map(([key, value]): [string, string] => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(texts));
    const load = createRequire(join(folder, "index.ts"));
    const program = load.resolve("./index.ts");
    // The program is its module's body, which runs once only as long as the cache knows it.
    Reflect.deleteProperty(load.cache, program);
    let outputs: unknown;
    const resources = await createdResources(
        () => {
            outputs = load(program);
        },
        stack,
        project,
    );
    return { resources, outputs };
}
