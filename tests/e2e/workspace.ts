import { mkdtempSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import type { Machine } from "../machines/machine.ts";
import { Checkout } from "./checkout.ts";
import { RunningCommand, type Ended } from "./command-run.ts";
import { cluster } from "./options.ts";

/** When a command is given up, in seconds. The slowest does in less than two minutes. */
const deadline = 600;

/** The same for the first `up`, which may have to compile and build everything (offline/). */
export const coldDeadline = 3600;

/** A kubeconfig of somebody who works with another cluster, which nothing here may change or use. */
const usersKubeconfig = `apiVersion: v1
kind: Config
clusters: [{ name: production, cluster: { server: "https://127.0.0.1:9" } }]
users: [{ name: somebody, user: { username: somebody } }]
contexts: [{ name: production, context: { cluster: production, user: somebody } }]
current-context: production
`;

/**
 * Where the suite works: a bare checkout, and the folders that the commands write to, all in one temporary folder.
 * Only the cache is the user's own, since what is in it was compiled for many minutes.
 */
export class Workspace {
    readonly folder = mkdtempSync(join(tmpdir(), "multitier-e2e-"));
    readonly checkout = new Checkout(join(this.folder, "checkout"));
    readonly dataFolder = join(this.folder, "data");
    readonly stateFolder = join(this.folder, "state");
    readonly usersKubeconfig = join(this.folder, "kubeconfig");
    /** Where the user's own Pulumi would keep its login. There is none. */
    readonly pulumiHome = join(this.folder, "pulumi");
    /** Everything that the commands wrote. */
    readonly transcript = join(this.folder, "transcript.log");
    /** The commands' whole environment. */
    readonly environment: Record<string, string> = {
        ...cleanEnvironment(),
        XDG_DATA_HOME: this.dataFolder,
        XDG_STATE_HOME: this.stateFolder,
        KUBECONFIG: this.usersKubeconfig,
        PULUMI_HOME: this.pulumiHome,
    };
    #running: RunningCommand | undefined;
    #stopped = false;

    /** Has the commands find what a machine has. */
    workOn({ environment, programFolders }: Machine): void {
        const path = [...programFolders, this.environment["PATH"] ?? ""].join(delimiter);
        Object.assign(this.environment, environment, { PATH: path });
    }

    /** Lays the checkout, as somebody would whose stack is to have another cluster and another port. */
    async prepare(source: string): Promise<void> {
        await mkdir(this.checkout.folder);
        await this.checkout.copyFrom(source);
        await this.checkout.set({ context: cluster.context, "ingress.externalPort": cluster.port });
        await writeFile(this.usersKubeconfig, usersKubeconfig);
    }

    /** Starts `npm run <script>` in the checkout, without a terminal. */
    start(script: string, args: readonly string[] = [], seconds = deadline): RunningCommand {
        return this.startProgram("npm", ["run", "--silent", script, "--", ...args], {}, seconds);
    }

    /** Starts any program in the checkout, with variables on top of the environment of the commands. */
    startProgram(
        command: string,
        args: readonly string[],
        environment: Readonly<Record<string, string>> = {},
        seconds = deadline,
    ): RunningCommand {
        if (this.#stopped) {
            throw new Error("The suite was interrupted.");
        }
        const { checkout, transcript } = this;
        this.#running = new RunningCommand(command, args, {
            folder: checkout.folder,
            environment: { ...this.environment, ...environment },
            transcript,
            deadline: seconds,
        });
        return this.#running;
    }

    /** Runs `npm run up`, which has to succeed. */
    async up(args: readonly string[] = [], seconds = deadline): Promise<Ended> {
        return await this.start("up", args, seconds).endWith(0);
    }

    /** Runs `npm run down`, which has to succeed. */
    async down(args: readonly string[] = []): Promise<Ended> {
        return await this.start("down", args).endWith(0);
    }

    /** Runs the plain CLI with `npm run pulumi`, which has to succeed. */
    async pulumi(...args: string[]): Promise<Ended> {
        return await this.start("pulumi", args).endWith(0);
    }

    /** Removes the folder, all but what the commands wrote if that is wanted. */
    async remove(keepTranscript: boolean): Promise<void> {
        if (!keepTranscript) {
            await rm(this.folder, { recursive: true });
            return;
        }
        for (const folder of [this.checkout.folder, this.dataFolder]) {
            await rm(folder, { recursive: true, force: true });
        }
    }

    /** Ends what runs, and lets nothing else start. */
    async stop(): Promise<void> {
        this.#stopped = true;
        await this.#running?.kill();
    }
}

/** The environment without what would make the commands behave as in another's place. */
function cleanEnvironment(): Record<string, string> {
    const foreign = /^(?:PULUMI_|KUBECONFIG$|CONTAINERS_CONF$|npm_|NODE_OPTIONS$|INIT_CWD$)/i;
    const kept = Object.entries(process.env).flatMap(([name, value]) =>
        value === undefined || foreign.test(name) ? [] : [[name, value] as const],
    );
    // npm puts the programs of the packages there, those of this work tree.
    const path = (process.env["PATH"] ?? "")
        .split(delimiter)
        .filter(
            (folder) => !folder.endsWith(join("node_modules", ".bin")) && !folder.endsWith("node-gyp-bin"),
        );
    return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
