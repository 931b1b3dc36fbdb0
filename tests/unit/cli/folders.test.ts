import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

import { resolveStack } from "../../../cli/session/resolve-stack.ts";
import { application, stackRef } from "../../../cli/session/project.ts";

/** Evaluates an expression over modules of cli/ in a process with another environment. */
function evaluated(imports: string, expression: string, environment: Record<string, string>): unknown {
    const script = `${imports}\nconsole.log(JSON.stringify(${expression}));`;
    const { stdout, stderr } = spawnSync(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "--eval", script],
        { encoding: "utf8", env: { ...process.env, ...environment } },
    );
    return stdout === "" ? stderr : JSON.parse(stdout);
}

const folders = JSON.stringify(new URL("../../../cli/process/folders.ts", import.meta.url).href);
const logFile = JSON.stringify(new URL("../../../cli/terminal/log-file.ts", import.meta.url).href);

describe("the folders that the commands write to", () => {
    it("are in the user's home when HOME is empty, and never in the current folder", () => {
        const data = evaluated(`import { dataFolder } from ${folders};`, "dataFolder", {
            HOME: "",
            XDG_DATA_HOME: "",
        });
        expect(data).to.equal(join(userInfo().homedir, ".local/share/multitier"));
    });

    it("do not follow a relative XDG variable", () => {
        const data = evaluated(`import { dataFolder } from ${folders};`, "dataFolder", {
            HOME: "/home/somebody",
            XDG_DATA_HOME: "data",
        });
        expect(data).to.equal("/home/somebody/.local/share/multitier");
    });

    it("are named with what to do where the log can't be written", () => {
        const folder = mkdtempSync(join(tmpdir(), "folders-"));
        writeFileSync(join(folder, "multitier"), "a file, where a folder belongs");
        const told = evaluated(
            `import { openLog } from ${logFile};\nlet told;\ntry { openLog("up"); } catch (error) { told = [error.message, error.remedy]; }`,
            "told",
            { XDG_STATE_HOME: folder },
        );
        rmSync(folder, { recursive: true });
        expect(String(told)).to.contain(join(folder, "multitier")).and.contain("XDG_STATE_HOME");
    });
});

describe("the name of a stack", () => {
    for (const name of ["feature_", "-x", "a".repeat(64)]) {
        it(`is refused before the cluster is asked when no label can have it: ${name.slice(0, 10)}`, async () => {
            const source = { name: "Pulumi.x.yaml", text: "config: {}", ownFile: true };
            const failing = resolveStack(stackRef(application, name), {}, source);
            expect(await failing.catch((error: unknown) => error)).to.match(/value of a Kubernetes label/);
        });
    }
});
