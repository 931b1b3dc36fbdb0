import { CreatedResource } from "./created-resources";

/** A resource that a program creates, as plain data that one process can send to another. */
export interface RenderedResource extends Omit<CreatedResource, "options" | "secretInputs" | "provider"> {
    /** Not plain: they hold other resources. */
    readonly options?: undefined;
}

/** A request to render one program for several stacks. */
export interface RenderingRequest {
    /** The folder of `index.ts`. */
    readonly folder: string;
    /** The project's name. */
    readonly project: string;
    /** The config of each stack by full key. */
    readonly configs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The result of one rendering. */
export type Rendering = { readonly resources: readonly RenderedResource[] } | { readonly error: string };

/** The answer to a {@link RenderingRequest}, by the stack. */
export type RenderingResponse = Readonly<Record<string, Rendering>>;

/** A resource without what only the process that made it can use. */
export function rendered(resource: CreatedResource): RenderedResource {
    return { ...resource, options: undefined };
}
