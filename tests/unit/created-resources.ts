import * as pulumi from "@pulumi/pulumi";

/** One resource that a program creates, as the engine would be asked for it. */
export interface CreatedResource {
    readonly type: string;
    readonly name: string;
    /** The types of the resource and of all that it lies in, the outermost first, as they stand in its URN. */
    readonly typePath: string;
    /** What the resource is made from, with each value inside a secret replaced by {@link redacted}. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** The paths of the inputs that are secret. */
    readonly secretInputs: readonly string[];
    readonly options: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
}

export const redacted = "[secret]";

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How a secret looks on its way to the engine (https://github.com/pulumi/pulumi, sdk/proto). */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function redact(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(redact);
    }
    return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item)]))
        : redacted;
}

function withoutSecrets(value: unknown, path: string, found: string[]): unknown {
    if (Array.isArray(value)) {
        return value.map((item, index) => withoutSecrets(item, `${path}[${String(index)}]`, found));
    }
    if (!isRecord(value)) {
        return value;
    }
    if (value[signatureKey] === secretSignature) {
        found.push(path);
        return redact(value["value"]);
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
            key,
            withoutSecrets(item, path === "" ? key : `${path}.${key}`, found),
        ]),
    );
}

function typePath(
    type: string,
    parent: pulumi.Resource | undefined,
    paths: Map<pulumi.Resource, string>,
): string {
    const outer = parent === undefined ? undefined : paths.get(parent);
    return outer === undefined ? type : `${outer}$${type}`;
}

/** A cluster's part: names what is auto-named, and gives back the rest as it was asked for. */
function stateOf({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
    const state: unknown = inputs;
    if (!isRecord(state)) {
        return {};
    }
    if (type === "random:index/randomPassword:RandomPassword") {
        return { ...state, result: `generated-for-${name}` };
    }
    const metadata = state["metadata"];
    return isRecord(metadata) ? { ...state, metadata: { name: `${name}-auto`, ...metadata } } : state;
}

/**
 * Runs a program under Pulumi's mocks, in a stack `multitier/test`, and returns all that it created once nothing is
 * under way any more.
 */
export async function createdResources(program: () => void): Promise<CreatedResource[]> {
    const requests: pulumi.runtime.MockResourceArgs[] = [];
    const options = new Map<string, Pick<CreatedResource, "options" | "typePath">>();
    const paths = new Map<pulumi.Resource, string>();
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                requests.push(args);
                return { id: `${args.name}-id`, state: stateOf(args) };
            },
            call: ({ inputs }) => inputs as Record<string, unknown>,
        },
        "multitier",
        "test",
    );
    await pulumi.runtime.runInPulumiStack(() => {
        pulumi.runtime.registerStackTransformation(({ resource, type, name, opts }) => {
            const path = typePath(type, opts.parent, paths);
            paths.set(resource, path);
            options.set(`${type} ${name}`, { options: opts, typePath: path });
            return undefined;
        });
        program();
        return Promise.resolve({});
    });
    await pulumi.runtime.disconnect();
    return requests.flatMap(({ type, name, inputs }) => {
        const known = options.get(`${type} ${name}`);
        if (known === undefined) {
            return [];
        }
        const secretInputs: string[] = [];
        const plain = withoutSecrets(inputs, "", secretInputs);
        return [{ type, name, ...known, inputs: isRecord(plain) ? plain : {}, secretInputs }];
    });
}

/** The one resource of a kind (`Deployment`) and a name. */
export function resourceNamed(
    resources: readonly CreatedResource[],
    kind: string,
    name: string,
): CreatedResource {
    const [found, another] = resources.filter(
        (resource) => resource.type.endsWith(`:${kind}`) && resource.name === name,
    );
    if (found === undefined || another !== undefined) {
        throw new Error(
            `Expected one ${kind} "${name}" among: ${resources.map((r) => `${r.type} ${r.name}`).join(", ")}`,
        );
    }
    return found;
}

/** The value at a path of keys and indices (`spec.template.spec.containers.0.image`), undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
    return path.split(".").reduce<unknown>((inner, key) => {
        if (Array.isArray(inner)) {
            return inner[Number(key)] as unknown;
        }
        return isRecord(inner) ? inner[key] : undefined;
    }, value);
}
