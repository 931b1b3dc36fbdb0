import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TierArgs } from "../../components";

/** Where the scripts lie in the pods. */
const folder = "/lab";

function scripts(...names: readonly string[]): Record<string, string> {
    const text = (name: string): string => readFileSync(join(dirname(__filename), name), "utf8");
    return Object.fromEntries(names.map((name) => [`${folder}/${name}`, text(name)]));
}

/** The arguments of a tier that differ from those of other tiers, but for its connections. */
type WebServiceArgs = Pick<
    TierArgs,
    "image" | "port" | "protocol" | "env" | "files" | "command" | "readinessProbe" | "resources"
>;

/**
 * Args that make a tier, on an image with Node.js, a service that answers HTTP on 8080 with its pod's name and with
 * others' answers to it. The examples need no image of their own.
 *
 * @param script What the pods run. Default: the one that fetches the URLs in the env var `FETCHES`.
 * @param env Further env vars. Default: none.
 */
export function webService(
    script: "service.mjs" | "backend.mjs" = "service.mjs",
    env: TierArgs["env"] = {},
): WebServiceArgs {
    const port = 8080;
    return {
        image: "docker.io/library/node:24-slim",
        port,
        protocol: "http",
        command: ["node", `${folder}/${script}`],
        files: scripts("serve.mjs", "fetch.mjs", script),
        env: { PORT: String(port), VERSION: "1", ...env },
        readinessProbe: { httpGet: { path: "/readyz", port }, periodSeconds: 2 },
        // Little, so that all examples find room beside the application on a small machine.
        resources: {
            requests: { cpu: "10m", memory: "48Mi", "ephemeral-storage": "16Mi" },
            limits: { cpu: "500m", memory: "128Mi", "ephemeral-storage": "64Mi" },
        },
    };
}
