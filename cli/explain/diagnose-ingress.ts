import type { Diagnosis, IngressEvidence, RemedyHints } from "./evidence.ts";

/** Finds the likely problem of an Ingress; undefined if a controller serves it. */
export function diagnoseIngress(
    { name, className, classes, addresses }: IngressEvidence,
    { setting }: RemedyHints,
): Diagnosis | undefined {
    if (!classes.includes(className)) {
        const known = classes.length > 0 ? `It has: ${classes.join(", ")}.` : "It has none.";
        return {
            cause: `The Ingress ${name} is of the class ${className || "(none)"}, which the cluster has not got. ${known}`,
            remedy: `Set ${setting("ingress", "className")} to one of them, or install an ingress controller.`,
        };
    }
    return addresses.length > 0
        ? undefined
        : {
              cause: `No controller has taken on the Ingress ${name}: there is no address in its status, and the class ${className} may have no controller that runs.`,
              remedy:
                  "Check that the controller runs: kubectl get ingressclasses, then its pods. " +
                  `One that never writes an address needs ${setting("ingress", "await")}: false.`,
          };
}
