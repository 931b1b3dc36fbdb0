import { execa } from "execa";

/** The processes that a process started, and those that they started, itself included. */
async function processTree(root: number): Promise<number[]> {
    const { stdout } = await execa("ps", ["-A", "-o", "pid=,ppid="]);
    const processes = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    const tree = [root];
    for (const parent of tree) {
        tree.push(...processes.flatMap(([pid, of]) => (of === parent && pid !== undefined ? [pid] : [])));
    }
    return tree;
}

/** Ends a process and all that descends from it at once, as a machine that loses its power would. */
export async function killTree(root: number): Promise<void> {
    for (const pid of await processTree(root)) {
        try {
            process.kill(pid, "SIGKILL");
        } catch (error) {
            // It has just ended by itself.
            if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
                throw error;
            }
        }
    }
}
