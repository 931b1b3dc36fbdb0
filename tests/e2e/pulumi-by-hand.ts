import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { cacheFolder, dataFolder } from "../../cli/process/folders.ts";
import { kubeconfig, tools } from "./live-cluster.ts";

/** Variables that a person sets to run the CLI itself on the stack that `up` keeps. */
export async function handEnvironment(): Promise<Record<string, string>> {
    return {
        ...(await tools()).environment,
        PULUMI_HOME: join(cacheFolder, "pulumi"),
        PULUMI_BACKEND_URL: pathToFileURL(join(dataFolder, "state")).href,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(dataFolder, "passphrase"),
        PULUMI_STACK: "dev",
        PULUMI_OPTION_CONFIG_FILE: join(dataFolder, "stacks", "dev", "Pulumi.dev.yaml"),
        KUBECONFIG: kubeconfig(),
    };
}
