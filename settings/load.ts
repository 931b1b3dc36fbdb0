import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import { parseSettings, Settings } from "./parse";

/**
 * True if a config value is encrypted in the stack's file. The SDK has the answer but doesn't declare it; should a
 * version not have it, everything counts as secret.
 */
function isConfigSecret(fullKey: string): boolean {
    const ask: unknown = Reflect.get(runtime, "isConfigSecret");
    return typeof ask !== "function" || Reflect.apply(ask, runtime, [fullKey]) === true;
}

/** The settings as the arguments of the program's parts. */
function partsOf(settings: Settings) {
    const { context, kubeconfig, clusterUid, existingNamespace } = settings;
    const { clusterDomain, imagePullSecrets, dns, userId } = settings;
    const namespace = existingNamespace === undefined ? settings.namespace : undefined;
    return {
        cluster: { context, kubeconfig, clusterUid, uidNamespace: existingNamespace },
        application: { namespace, existingNamespace, clusterDomain, imagePullSecrets, dns, userId },
    };
}

/**
 * The settings of the stack that the program runs for. Raises one `SettingsError` with every mistake in them, of which
 * Pulumi prints the message only, before anything is created.
 */
export function loadSettings(): Settings & ReturnType<typeof partsOf> {
    const settings = parseSettings(runtime.allConfig(), {
        source: `Pulumi.${pulumi.getStack()}.yaml`,
        project: pulumi.getProject(),
        isSecret: isConfigSecret,
    });
    return { ...settings, ...partsOf(settings) };
}
