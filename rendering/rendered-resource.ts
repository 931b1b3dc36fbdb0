import { CreatedResource } from "./created-resources";

/** A resource that a program creates, as plain data that one process can send to another. */
export interface RenderedResource extends Pick<
    CreatedResource,
    "type" | "name" | "urn" | "formerUrns" | "inputs" | "secrets" | "custom" | "parents"
> {
    /** True if the engine refuses to delete it. */
    readonly protect: boolean;
    /** The properties whose changes the engine overlooks. */
    readonly ignoreChanges: readonly string[];
}

/** A request to render one program, for several stacks and configs. */
export interface RenderingRequest {
    /** The folder of `index.ts`. */
    readonly folder: string;
    readonly renderings: readonly {
        readonly stack: string;
        /** The stack's config by full key. */
        readonly config: Readonly<Record<string, unknown>>;
    }[];
}

/** The result of one rendering. */
export type Rendering = { readonly resources: readonly RenderedResource[] } | { readonly error: string };

/** The answer to a {@link RenderingRequest}: the renderings that it asks for, in its order. */
export type RenderingResponse = readonly Rendering[];

/** A resource without what only the process that made it can use. */
export function rendered(resource: CreatedResource): RenderedResource {
    const { type, name, urn, formerUrns, inputs, secrets, custom, parents, options } = resource;
    return {
        type,
        name,
        urn,
        formerUrns,
        inputs,
        secrets,
        custom,
        parents,
        protect: options.protect === true,
        ignoreChanges: options.ignoreChanges ?? [],
    };
}
