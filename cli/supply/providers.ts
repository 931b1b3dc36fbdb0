import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { homeFolder } from "../process/folders.ts";
import { run } from "../process/run.ts";
import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { providerVersions, type Provider } from "../tools/tool-versions.ts";
import { downloadProvider } from "../tools/tools.ts";
import { loadTools } from "./made-here.ts";
import { obtain, type SupplyContext, type SupplyRules } from "./obtain.ts";

/** The Pulumi CLI, which the providers are installed for. */
export interface PulumiCli {
    /** The CLI. */
    readonly pulumi: string;
    /** The CLI's whole environment; PULUMI_HOME in it says where plugins are kept (`~/.pulumi` by default). */
    readonly environment: Readonly<Record<string, string>>;
}

/** Minutes that building the providers takes at most, on two cores and with an empty cache. */
const buildMinutes = 5;

/**
 * Installs the providers under the versions that the program asks for, if they aren't installed: otherwise the engine
 * downloads them in the middle of a run, or can't.
 *
 * @throws CommandFailure when a provider can be neither downloaded nor built, or not installed.
 */
export async function installProviders(
    cli: PulumiCli,
    { offline, consent }: SupplyRules,
    context: SupplyContext,
): Promise<void> {
    await obtain(["kubernetes", "random"], {
        offline,
        missing: (providers) =>
            Promise.resolve(providers.filter((provider) => !isInstalled(provider, cli.environment))),
        download: async (provider) => {
            const archive = await downloadProvider(provider, context);
            try {
                await install(provider, archive, cli, context);
            } finally {
                await rm(dirname(archive), { recursive: true });
            }
        },
        agree: async (providers, reason) => {
            const { providersToMake } = await loadTools();
            const things = providersToMake(providers).map((provider) => `the ${provider} provider`);
            if (things.length > 0) {
                await consent.ask({ things, reason, minutes: buildMinutes }, context);
            }
        },
        make: async (providers) => {
            const { makeProviders } = await loadTools();
            for (const [provider, file] of await makeProviders(providers, context)) {
                await install(provider, file, cli, context);
            }
        },
    });
}

/** As the CLI decides it: a plugin has a folder, and beside it a file as long as it is not yet whole. */
function isInstalled(provider: Provider, environment: PulumiCli["environment"]): boolean {
    const home = environment["PULUMI_HOME"] ?? join(homeFolder(), ".pulumi");
    const folder = join(home, "plugins", `resource-${provider}-v${providerVersions[provider]}`);
    return existsSync(folder) && !existsSync(`${folder}.partial`);
}

async function install(
    provider: Provider,
    file: string,
    { pulumi, environment }: PulumiCli,
    { report, signal }: SupplyContext,
): Promise<void> {
    const version = providerVersions[provider];
    report(`${provider} provider ${version}: installing`);
    try {
        await run(pulumi, ["plugin", "install", "resource", provider, version, "--file", file], {
            environment,
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
