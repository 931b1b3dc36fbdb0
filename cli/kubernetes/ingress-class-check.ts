/** What is wrong with the IngressClass: without a controller for it, the Ingress is never served. */
export function checkIngressClass(wanted: string, existing: readonly string[]): string[] {
    if (existing.includes(wanted)) {
        return [];
    }
    const remedy =
        existing.length > 0
            ? `It has: ${existing.join(", ")}; set it to the one that is to serve the application.`
            : "It has none: install an ingress controller first.";
    return [`multitier:ingress.className = ${wanted}: the cluster has no such IngressClass. ${remedy}`];
}
