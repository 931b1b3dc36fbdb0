import { execa } from "execa";

/** A program that runs beside the suite, and that ends, too, when the suite is killed. */
export class Daemon {
    readonly #process: ReturnType<typeof spawn>;

    /** @param log the file that gets what it writes to its standard error */
    constructor(program: string, args: readonly string[], log: string, path = process.env["PATH"] ?? "") {
        this.#process = spawn([program, ...args], log, path);
    }

    /** Ends it, and waits until it has. */
    async stop(): Promise<void> {
        this.#process.kill("SIGTERM");
        await this.#process;
    }
}

function spawn(command: readonly string[], log: string, path: string) {
    return execa("setpriv", ["--pdeathsig", "TERM", ...command], {
        env: { PATH: path },
        stdin: "ignore",
        stdout: "ignore",
        stderr: { file: log },
        buffer: false,
        reject: false,
        // A Ctrl-C at the terminal is for the suite, which still has the cluster to remove.
        detached: true,
        forceKillAfterDelay: 60_000,
    });
}
