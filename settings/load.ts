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

/** The settings that are arguments of the application as a whole. */
type ApplicationSettings = Pick<Settings, "clusterDomain" | "imagePullSecrets" | "dns"> & {
    readonly namespace: string | undefined;
    readonly existingNamespace: Settings["existingNamespace"];
    readonly userId: Settings["userId"];
};

/**
 * The settings of the stack that the program runs for. Raises one `SettingsError` with every mistake in them, of which
 * Pulumi prints the message only, before anything is created.
 */
export function loadSettings(): Settings & { readonly application: ApplicationSettings } {
    const settings = parseSettings(runtime.allConfig(), {
        source: `Pulumi.${pulumi.getStack()}.yaml`,
        project: pulumi.getProject(),
        isSecret: isConfigSecret,
    });
    const { existingNamespace, clusterDomain, imagePullSecrets, dns, userId } = settings;
    const namespace = existingNamespace === undefined ? settings.namespace : undefined;
    const common = { clusterDomain, imagePullSecrets, dns, userId };
    return { ...settings, application: { namespace, existingNamespace, ...common } };
}
