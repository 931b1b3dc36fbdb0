import { CreatedResource } from "../rendering/created-resources";
import { isMapping } from "../settings/shown";

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
        return isMapping(inner) ? inner[key] : undefined;
    }, value);
}
