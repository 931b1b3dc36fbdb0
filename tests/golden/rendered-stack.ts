import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { applicationImage, ApplicationTier } from "../../settings/application-images";
import { readStackFile } from "../../settings/stack-file";
import { autoName } from "../../rendering/names";
import { CreatedResource } from "../../rendering/created-resources";
import { valueAt } from "../created-resource";
import { RenderedProgram, renderWithOutputs } from "../../rendering/render-program";

// Not `__dirname`, which tsx gets wrong where an ES module imports this one.
const here = dirname(__filename);
const root = join(here, "..", "..");

/** The stacks whose manifests are committed, by name: those of the project, and those of `stacks/`. */
export function goldenStacks(): ReadonlyMap<string, string> {
    const own = readdirSync(root).flatMap((file) => {
        const stack = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
        return stack === undefined ? [] : [[stack, join(root, file)] as const];
    });
    const folder = join(here, "stacks");
    const further = readdirSync(folder).map((file) => [basename(file, ".yaml"), join(folder, file)] as const);
    return new Map([...own, ...further]);
}

export function goldenFile(stack: string): string {
    return join(here, `${stack}.yaml`);
}

export function goldenExampleFile(example: string): string {
    return join(here, "examples", `${example}.yaml`);
}

/** Renders the only stack of an example, with the program's exports. */
export async function renderedExample(example: string): Promise<RenderedProgram> {
    const folder = join(root, "examples", example);
    return await renderWithOutputs(folder, "dev", readStackFile(join(folder, "Pulumi.dev.yaml")), example);
}

/** Renders a stack by the real `index.ts`, with its exports. */
export async function renderedStack(stack: string, stackFile: string): Promise<RenderedProgram> {
    return await renderWithOutputs(root, stack, readStackFile(stackFile));
}

/** All that the real `index.ts` creates for a stack. */
export async function stackResources(stack: string, stackFile: string): Promise<readonly CreatedResource[]> {
    return (await renderedStack(stack, stackFile)).resources;
}

/** The tags of the application's own images change with every edit of `app/`, which is no change of a manifest. */
function withoutSourceHashes(text: string): string {
    const tiers: ApplicationTier[] = ["client", "server", "worker"];
    return tiers.reduce((result, tier) => {
        const image = applicationImage(tier);
        return result.replaceAll(image, image.replace(/:[^:]+$/, ":hash-of-its-sources"));
    }, text);
}

/** The stack's Kubernetes objects as YAML that is the same for the same objects: sorted, secrets redacted. */
export function renderedManifests(resources: readonly CreatedResource[]): string {
    const manifests = resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ name, inputs }) => ({
            ...inputs,
            metadata: { name: autoName(name), ...(inputs["metadata"] as object) },
        }))
        .map((manifest) => ({ manifest, key: `${String(valueAt(manifest, "kind"))} ${manifest.metadata.name}` }))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
    return withoutSourceHashes(
        manifests
            .map(({ manifest }) => stringify(manifest, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false }))
            .join("---\n"),
    );
}
