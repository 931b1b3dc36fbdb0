import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

const file = pathToFileURL(join(dirname(__filename), "../../../cli/process/own-temporary-folder.ts")).href;

describe("the folder for the temporary files of what a command starts", () => {
    it("is one for the whole process, and gone with all in it once that has ended", () => {
        const script = `
            import { existsSync, writeFileSync } from "node:fs";
            import { ownTemporaryFolder } from ${JSON.stringify(file)};
            const folder = ownTemporaryFolder();
            writeFileSync(folder + "/kubeconfig1", "");
            console.log(JSON.stringify([folder, ownTemporaryFolder() === folder, existsSync(folder)]));`;
        const args = ["--import", "tsx", "--input-type=module", "--eval", script];
        const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        const [folder, same, existed] = JSON.parse(stdout || JSON.stringify([stderr])) as unknown[];
        expect([same, existed]).to.deep.equal([true, true]);
        expect(existsSync(String(folder))).to.equal(false);
    });
});
