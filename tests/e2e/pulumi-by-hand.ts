import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { kubeconfig, tools } from "./live-cluster.ts";
import { workspace } from "./suite.ts";

/** What a person sets to run the CLI itself on the stack that `up` keeps, without any command of the project. */
export async function handEnvironment(): Promise<Record<string, string>> {
    const data = join(workspace().dataFolder, "multitier");
    return {
        ...(await tools()).environment,
        PULUMI_BACKEND_URL: pathToFileURL(join(data, "state")).href,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(data, "passphrase"),
        PULUMI_STACK: "dev",
        PULUMI_OPTION_CONFIG_FILE: join(data, "stacks", "dev", "Pulumi.dev.yaml"),
        KUBECONFIG: kubeconfig(),
    };
}
