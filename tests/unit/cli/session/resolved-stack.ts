import { application, stackRef } from "../../../../cli/session/project.ts";
import type { ResolvedStack } from "../../../../cli/session/resolve-stack.ts";

/** The stack `dev` in the project's own cluster, with its state in the managed backend. */
export function resolvedStack(changes: Partial<ResolvedStack> = {}): ResolvedStack {
    const own = { name: "multitier", context: "kind-multitier", kubeconfig: "/data/kubeconfig" };
    return {
        ref: stackRef(application, "dev"),
        source: { name: "Pulumi.dev.yaml", text: "", ownFile: true },
        needs: {
            context: own.context,
            namespace: "shop",
            builtTiers: ["client", "server", "worker"],
            localTiers: [],
            images: [],
            hostPort: 8080,
            check: () => Promise.resolve(),
        },
        backend: { managed: true, description: "/data/state", environment: {} },
        deployedTo: undefined,
        target: {
            own,
            kubeconfig: own.kubeconfig,
            context: own.context,
            reason: "the kind cluster multitier",
        },
        renamed: false,
        config: {},
        ...changes,
    };
}
