import { isMapping } from "../../settings/shown.ts";
import { claimsOf, fixedName, isWithin, kindOf, type ResourceChange, type ResourceState } from "./change.ts";
import type { PreviewFinding } from "./report.ts";
import { shownValues } from "./shown-value.ts";

/** The findings on a list of changes. */
export interface Findings {
    readonly dataAtRisk: readonly PreviewFinding[];
    readonly notices: readonly PreviewFinding[];
}

/** A claim in the cluster. */
export interface ClaimName {
    readonly namespace: string;
    readonly name: string;
}

/**
 * Finds where data would be lost or out of reach, and what else to look at before a change is made.
 *
 * @param claims the claims in the namespaces concerned, as the cluster has them: where there are none, there is no data.
 *   Default: not known, and taken to be there
 */
export function findingsOf(changes: readonly ResourceChange[], claims?: readonly ClaimName[]): Findings {
    return {
        dataAtRisk: [
            ...changes.flatMap((change) => lostObjects(change, changes, claims)),
            ...changes.flatMap(leftVolumes),
            ...renamedServices(changes),
        ],
        notices: changes.flatMap(noticesOf),
    };
}

/** A resource as people know it: "Service mysql". */
export function shownResource(change: ResourceChange): string {
    return `${kindOf(change)} ${fixedName(change.before) ?? fixedName(change.after) ?? change.name}`;
}

/** A finding about a resource. */
export function finding(change: ResourceChange, text: string): PreviewFinding {
    return { tier: change.tier, resource: shownResource(change), text };
}

function isGone({ operation }: ResourceChange): boolean {
    return operation === "delete" || operation === "replace";
}

/** Says that the engine refuses to delete a protected resource. */
function protection({ before }: ResourceChange): string {
    return before?.protect === true ? " It is protected: up refuses to do it." : "";
}

/** The loss that comes with an object, by its type. */
const losses: Readonly<Record<string, string>> = {
    "kubernetes:core/v1:PersistentVolumeClaim": "the data on its volume is lost",
    "kubernetes:core/v1:Namespace": "everything in it is lost, its volumes too",
};

/** The namespaces whose claims decide what would be lost by the changes. */
export function namespacesToAsk(changes: readonly ResourceChange[]): string[] {
    const gone = changes.filter((change) => losses[change.type] !== undefined && isGone(change));
    return [...new Set(gone.flatMap((change) => namespaceOf(change) ?? []))];
}

/** The namespace that a claim is in, or that a namespace is, before the change. */
function namespaceOf(change: ResourceChange): string | undefined {
    const metadata = change.before?.inputs["metadata"];
    const name = isMapping(metadata)
        ? metadata[kindOf(change) === "Namespace" ? "name" : "namespace"]
        : undefined;
    return typeof name === "string" ? name : undefined;
}

/** Those of the claims that go with a resource; undefined if that isn't known. */
function lostClaims(
    change: ResourceChange,
    claims: readonly ClaimName[] | undefined,
): readonly ClaimName[] | undefined {
    const namespace = namespaceOf(change);
    const metadata = change.before?.inputs["metadata"];
    const name = isMapping(metadata) ? metadata["name"] : undefined;
    return namespace === undefined
        ? undefined
        : claims?.filter(
              (claim) =>
                  claim.namespace === namespace && (kindOf(change) === "Namespace" || claim.name === name),
          );
}

function lostObjects(
    change: ResourceChange,
    changes: readonly ResourceChange[],
    claims: readonly ClaimName[] | undefined,
): PreviewFinding[] {
    const loss = losses[change.type];
    const lost = lostClaims(change, claims);
    if (loss === undefined || !isGone(change) || lost?.length === 0) {
        return [];
    }
    const verb = change.operation === "delete" ? "deleted" : "replaced";
    const names =
        lost !== undefined && kindOf(change) === "Namespace"
            ? ` (${lost.map(({ name }) => name).join(", ")})`
            : "";
    return [finding(change, `is ${verb}${reasonOf(change, changes)}: ${loss}${names}.${protection(change)}`)];
}

/** Why a resource goes, as far as it is known. */
function reasonOf(change: ResourceChange, changes: readonly ResourceChange[]): string {
    const successor = renamedTo(change, changes);
    if (successor !== undefined) {
        return `, since it is renamed in the program without an alias (${change.name} → ${successor.name})`;
    }
    const inputs = change.properties
        .filter(({ replaces }) => replaces)
        .map(({ path, before, after }) => {
            const shown = shownValues(before, after);
            return `${path} changes (${shown.before ?? "unset"} → ${shown.after ?? "unset"})`;
        });
    return inputs.length === 0 ? "" : `, since ${inputs.join(" and ")}`;
}

/** The resource that is created under the same name in the cluster as this one, which is deleted. */
function renamedTo(deleted: ResourceChange, changes: readonly ResourceChange[]): ResourceChange | undefined {
    const name = fixedName(deleted.before);
    return deleted.operation !== "delete" || name === undefined
        ? undefined
        : changes.find(
              ({ type, operation, after }) =>
                  type === deleted.type && operation === "create" && fixedName(after) === name,
          );
}

function leftVolumes(change: ResourceChange): PreviewFinding[] {
    if (change.before === undefined || change.after === undefined || change.operation === "same") {
        return [];
    }
    const after = claimsOf(change.after.inputs);
    const left = claimsOf(change.before.inputs).filter((claim) => !after.includes(claim));
    return left.map((claim) =>
        finding(
            change,
            `no longer uses the volume of ${claim}, but ${after.length === 0 ? "none that outlives its pod" : after.join(", ")}: it starts without the data that it has now.`,
        ),
    );
}

function ports({ inputs }: ResourceState): string {
    const spec = inputs["spec"];
    return JSON.stringify(isMapping(spec) ? spec["ports"] : undefined);
}

/**
 * A resource without an alias for its old name is another one to the engine: it is "created" over the old one, which
 * server-side apply adopts, and then the old one is deleted, which is the same.
 */
function renamedServices(changes: readonly ResourceChange[]): PreviewFinding[] {
    const services = changes.filter(({ type }) => type === "kubernetes:core/v1:Service");
    const created = services.filter(({ operation }) => operation === "create");
    return services
        .filter(({ operation }) => operation === "delete")
        .flatMap((deleted) => {
            const same = renamedTo(deleted, created);
            if (same !== undefined) {
                return [
                    finding(
                        deleted,
                        `is renamed in the program without an alias (${deleted.name} → ${same.name}): the engine deletes the object that it has just "created" under the same name. Give the resource an alias of its old name.`,
                    ),
                ];
            }
            const successor = created.find((service) => isSuccessor(service, deleted));
            return successor === undefined
                ? []
                : [
                      finding(
                          deleted,
                          `seems to be renamed to ${fixedName(successor.after) ?? successor.name} without an alias: the engine makes a new one and deletes the old with its DNS name. If it is the same component, give it an alias of its old name.`,
                      ),
                  ];
        });
}

/** Tells if a created Service is that of the same kind of component, at the same place, on the same ports. */
function isSuccessor(created: ResourceChange, deleted: ResourceChange): boolean {
    const typePath = ({ urn }: ResourceChange): string => urn.split("::")[0] ?? urn;
    return (
        typePath(created) === typePath(deleted) &&
        created.after !== undefined &&
        deleted.before !== undefined &&
        ports(created.after) === ports(deleted.before)
    );
}

function noticesOf(change: ResourceChange): PreviewFinding[] {
    const notices: PreviewFinding[] = [];
    if (kindOf(change) === "RandomPassword" && isGone(change)) {
        notices.push(
            change.operation === "delete"
                ? finding(change, "is deleted.")
                : finding(
                      change,
                      "is generated again: the tiers that use this password get the new one and restart. No data is lost.",
                  ),
        );
    }
    if (change.before?.protect === true && change.after?.protect === false) {
        notices.push(finding(change, "is no longer protected: a later change may delete it."));
    }
    if (isGone(change) && change.before?.protect === true && losses[change.type] === undefined) {
        notices.push(finding(change, "is protected: up refuses to delete it."));
    }
    if (
        change.type.startsWith("pulumi:providers:kubernetes") &&
        (change.operation === "replace" ||
            change.properties.some(({ path }) => isWithin(path, "context") || isWithin(path, "kubeconfig")))
    ) {
        notices.push(
            finding(
                change,
                change.operation === "replace"
                    ? "leads to another cluster: everything is created there from nothing, and then deleted from the former."
                    : "has another context or kubeconfig, which Pulumi takes for the same cluster: in another one nothing " +
                          "would be created. With multitier:clusterUid in the settings that is refused.",
            ),
        );
    }
    return notices;
}
