import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for the temporary files of the processes that this one starts; it is removed when this process ends. */
export function ownTemporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "multitier-"));
    process.once("exit", () => {
        rmSync(folder, { recursive: true, force: true });
    });
    return folder;
}
