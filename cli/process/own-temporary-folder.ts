import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder: string | undefined;

/** The folder for the temporary files of all processes that this one starts; it is removed when this process ends. */
export function ownTemporaryFolder(): string {
    if (folder === undefined) {
        const made = mkdtempSync(join(tmpdir(), "multitier-"));
        process.once("exit", () => {
            rmSync(made, { recursive: true, force: true });
        });
        folder = made;
    }
    return folder;
}
