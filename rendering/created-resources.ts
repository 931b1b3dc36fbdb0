import * as pulumi from "@pulumi/pulumi";
import { isMapping } from "../settings/shown";
import { autoName, generatedText, propertyPath, signatureKey } from "./names";

/** One resource that a program creates, as the engine would be asked for it. */
export interface CreatedResource {
    readonly type: string;
    readonly name: string;
    /** The part of its URN behind the project: the types of all that it lies in, its own, and its name. */
    readonly urn: string;
    /** The URNs by which an existing stack may know the resource, by its aliases and its parents'. */
    readonly formerUrns: readonly string[];
    /** The inputs of the resource, with each value inside a secret replaced by {@link redacted}. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** The paths of the inputs that are secret. */
    readonly secretInputs: readonly string[];
    /** The values that are secret, by their paths down to the innermost, for comparisons only. */
    readonly secrets: Readonly<Record<string, unknown>>;
    /** True if a provider makes it; a component only groups others. */
    readonly custom: boolean;
    /** The names of the components that it lies in, outermost first. */
    readonly parents: readonly string[];
    /** True if the engine refuses to delete it. */
    readonly protect: boolean;
    /** The properties whose changes the engine overlooks. */
    readonly ignoreChanges: readonly string[];
    readonly options: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
    /** The name of the provider that it goes through, its own or inherited; undefined for a component. */
    readonly provider: string | undefined;
}

export const redacted = "[secret]";

/** The value of {@link signatureKey} for a secret. */
const secretValueSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The secrets among some inputs. */
interface Secrets {
    /** The paths of those inputs. */
    readonly inputs: string[];
    /** Their innermost values, by path. */
    readonly values: Record<string, unknown>;
}

/** A value with {@link redacted} for each value inside a secret, which is kept in `found`. */
function withoutSecrets(value: unknown, path: string, found: Secrets, isSecret = false): unknown {
    if (Array.isArray(value)) {
        return value.map((item, index) => withoutSecrets(item, propertyPath(path, index), found, isSecret));
    }
    if (isMapping(value)) {
        if (value[signatureKey] === secretValueSignature) {
            found.inputs.push(path);
            return withoutSecrets(value["value"], path, found, true);
        }
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
                key,
                withoutSecrets(item, propertyPath(path, key), found, isSecret),
            ]),
        );
    }
    if (isSecret) {
        found.values[path] = value;
        return redacted;
    }
    return value;
}

/** The type paths and the names that a resource has and had, the present ones first. */
interface Identity {
    readonly typePaths: readonly string[];
    readonly names: readonly string[];
    /** The names of all that it lies in, outermost first. */
    readonly parents: readonly string[];
}

function texts(values: readonly unknown[]): string[] {
    return values.filter((value) => typeof value === "string");
}

/** As the SDK does it: a child's name that starts with its parent's follows the parent's former names. */
function inheritedNames(name: string, [parentName, ...formerNames]: readonly string[]): string[] {
    return parentName !== undefined && name.startsWith(parentName)
        ? formerNames.map((former) => former + name.slice(parentName.length))
        : [];
}

function identity(
    type: string,
    name: string,
    aliases: readonly unknown[],
    parent: Identity | undefined,
): Identity {
    const own = aliases.filter(isMapping);
    const types = [type, ...texts(own.map((alias) => alias["type"]))];
    return {
        typePaths: (parent?.typePaths ?? [""]).flatMap((path) =>
            types.map((each) => (path === "" ? each : `${path}$${each}`)),
        ),
        names: [
            name,
            ...texts(own.map((alias) => alias["name"])),
            ...inheritedNames(name, parent?.names ?? []),
        ],
        parents: parent === undefined ? [] : [...parent.parents, ...parent.names.slice(0, 1)],
    };
}

/** The types whose resources are a value that is made up. */
const generatedTypes = ["random:index/randomPassword:RandomPassword", "random:index/randomUuid:RandomUuid"];

/**
 * A cluster's part: names what is auto-named, and gives back the rest as it was asked for. In a preview nobody knows
 * yet what a cluster or a generator comes up with.
 */
function stateOf(
    { type, name, inputs }: pulumi.runtime.MockResourceArgs,
    preview: boolean,
): Record<string, unknown> {
    const state: unknown = inputs;
    if (!isMapping(state)) {
        return {};
    }
    if (preview) {
        const { metadata, ...rest } = state;
        return isMapping(metadata) && metadata["name"] !== undefined ? state : rest;
    }
    if (generatedTypes.includes(type)) {
        return { ...state, result: generatedText(name) };
    }
    const metadata = state["metadata"];
    return isMapping(metadata) ? { ...state, metadata: { name: autoName(name), ...metadata } } : state;
}

/**
 * Runs a program under Pulumi's mocks, as a stack of a project, and returns all that it created once nothing is under
 * way any more.
 *
 * @param preview whether to run it as in a preview of a new stack, where names and passwords are unknown
 */
export async function createdResources(
    program: () => void,
    stack = "test",
    project = "multitier",
    preview = false,
): Promise<CreatedResource[]> {
    const requests: pulumi.runtime.MockResourceArgs[] = [];
    const registered = new Map<string, Pick<CreatedResource, "options" | "urn" | "formerUrns" | "parents">>();
    const identities = new Map<pulumi.Resource, Identity>();
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                requests.push(args);
                return { id: `${args.name}-id`, state: stateOf(args, preview) };
            },
            call: ({ token }) => {
                throw new Error(`The program calls ${token}, which no test expects`);
            },
        },
        project,
        stack,
        preview,
    );
    await pulumi.runtime.runInPulumiStack(() => {
        pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
            const aliases: unknown = opts.aliases ?? [];
            const known = identity(
                type,
                name,
                Array.isArray(aliases) ? aliases : [],
                opts.parent === undefined ? undefined : identities.get(opts.parent),
            );
            identities.set(resource, known);
            const [urn = "", ...formerUrns] = known.typePaths.flatMap((path) =>
                known.names.map((each) => `${path}::${each}`),
            );
            registered.set(`${type} ${name}`, { options: opts, urn, formerUrns, parents: known.parents });
            return undefined;
        });
        program();
        return Promise.resolve({});
    });
    await pulumi.runtime.disconnect();
    return requests.flatMap(({ type, name, inputs, custom = true, provider = "" }) => {
        const known = registered.get(`${type} ${name}`);
        if (known === undefined) {
            return [];
        }
        const secrets: Secrets = { inputs: [], values: {} };
        const plain = withoutSecrets(inputs, "", secrets);
        return [
            {
                type,
                name,
                ...known,
                custom,
                protect: known.options.protect === true,
                ignoreChanges: known.options.ignoreChanges ?? [],
                // The URN of the provider and its ID.
                provider: provider === "" ? undefined : provider.split("::").at(-2),
                inputs: isMapping(plain) ? plain : {},
                secretInputs: secrets.inputs,
                secrets: secrets.values,
            },
        ];
    });
}
