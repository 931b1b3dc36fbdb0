import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import type { BuildConsent, Dialogue } from "../tools/build-consent.ts";
import { run } from "../process/run.ts";
import type { Environment } from "../process/environment.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { obtain } from "../tools/obtain.ts";
import { providerVersions, type Provider } from "../tools/tool-versions.ts";
import { pulumiRefusal } from "../tools/tools.ts";

/** How the providers are provided. */
export interface PluginOptions extends Dialogue {
    /** The CLI. */
    readonly pulumi: string;
    /** The CLI's whole environment; PULUMI_HOME in it says where plugins are kept (`~/.pulumi` by default). */
    readonly environment: Environment;
    /** Don't download anything: install providers that are made from package registries (offline/). */
    readonly offline: boolean;
    /** Asked before providers are built. */
    readonly consent: BuildConsent;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Installs the providers under the versions that the program asks for, if they aren't installed: otherwise the engine
 * downloads them in the middle of a run, or can't.
 *
 * @throws CommandFailure when a provider can be neither downloaded nor built, or not installed.
 */
export async function installProviderPlugins(options: PluginOptions): Promise<void> {
    const missing = (["kubernetes", "random"] as const).filter(
        (provider) => !isInstalled(provider, options.environment),
    );
    const { consent, signal } = options;
    await obtain(missing, {
        offline: options.offline,
        download: async (provider) => {
            const refusal = await pulumiRefusal(signal);
            if (refusal !== undefined) {
                throw refusal;
            }
            await install(provider, undefined, options);
        },
        agree: async (providers, reason) => {
            const things = (await unbuilt(providers)).map((provider) => `the ${provider} provider`);
            if (things.length > 0) {
                await consent.ask({ things, reason, minutes: buildMinutes }, options);
            }
        },
        make: async (providers) => {
            const files = await builtProviders(providers, options);
            for (const provider of providers) {
                await install(provider, files.get(provider), options);
            }
        },
    });
}

/** Minutes that building the providers takes at most, on two cores and with an empty cache. */
const buildMinutes = 5;

/** The providers that aren't built yet. */
async function unbuilt(providers: readonly Provider[]): Promise<Provider[]> {
    const { binaryFile } = await import("../../offline/binaries/index.ts");
    return providers.filter((provider) => !existsSync(binaryFile(`pulumi-resource-${provider}`)));
}

/** As the CLI decides it: a plugin has a folder, and beside it a file as long as it is not yet whole. */
function isInstalled(provider: Provider, environment: Environment): boolean {
    const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
    const folder = join(home, "plugins", `resource-${provider}-v${providerVersions[provider]}`);
    return existsSync(folder) && !existsSync(`${folder}.partial`);
}

async function builtProviders(
    missing: readonly Provider[],
    { report, signal }: PluginOptions,
): Promise<ReadonlyMap<Provider, string>> {
    const { provideBinaries } = await import("../../offline/binaries/index.ts");
    const paths = await provideBinaries(
        missing.map((provider) => `pulumi-resource-${provider}` as const),
        { report, signal },
    );
    return new Map(missing.map((provider) => [provider, paths[`pulumi-resource-${provider}`]]));
}

async function install(
    provider: Provider,
    file: string | undefined,
    { pulumi, environment, report, signal }: PluginOptions,
): Promise<void> {
    const version = providerVersions[provider];
    report(`${provider} provider ${version}: ${file === undefined ? "downloading" : "installing"}`);
    const source = file === undefined ? [] : ["--file", file];
    try {
        await run(pulumi, ["plugin", "install", "resource", provider, version, ...source], {
            environment: definedOf(environment),
            signal,
        });
    } catch (thrown) {
        signal?.throwIfAborted();
        throw new CommandFailure(
            `The ${provider} provider ${version} could not be installed: ${messageOf(thrown)}`,
            "Use --offline to make it from package registries.",
            { cause: thrown },
        );
    }
}

function definedOf(environment: Environment): Record<string, string> {
    return Object.fromEntries(
        Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
}
