import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";

import type { RunningCommand } from "./command-run.ts";
import { tools } from "./live-cluster.ts";
import { handEnvironment } from "./pulumi-by-hand.ts";
import { workspace } from "./suite.ts";

/** A stack of the checkout's program in a backend of its own, which only the CLI itself works on. */
export class ScratchStack {
    readonly folder: string;
    readonly #stack: string;

    private constructor(name: string, stack: string) {
        this.folder = join(workspace().folder, `backend-${name}`);
        this.#stack = stack;
    }

    /**
     * Makes a stack without resources.
     *
     * @param name what no other scratch stack of the suite is called
     * @param stackFile the content of its `Pulumi.<stack>.yaml`
     */
    static async create(
        name: string,
        stack: string,
        stackFile: Readonly<Record<string, unknown>>,
        passphrase = "throwaway",
    ): Promise<ScratchStack> {
        const scratch = new ScratchStack(name, stack);
        mkdirSync(scratch.folder);
        writeFileSync(scratch.#passphraseFile, passphrase);
        await (await scratch.pulumi("stack", "init", stack)).endWith(0);
        writeFileSync(scratch.#configFile, stringify(stackFile));
        return scratch;
    }

    get #passphraseFile(): string {
        return join(this.folder, "passphrase");
    }

    get #configFile(): string {
        return join(this.folder, `Pulumi.${this.#stack}.yaml`);
    }

    /** Starts the CLI, as a person does who sets its environment variables. */
    async pulumi(...args: string[]): Promise<RunningCommand> {
        const { pulumi } = await tools();
        return workspace().startProgram(pulumi, [...args, "--non-interactive"], {
            ...(await handEnvironment()),
            PULUMI_BACKEND_URL: pathToFileURL(this.folder).href,
            PULUMI_CONFIG_PASSPHRASE_FILE: this.#passphraseFile,
            PULUMI_STACK: this.#stack,
            PULUMI_OPTION_CONFIG_FILE: this.#configFile,
        });
    }
}
