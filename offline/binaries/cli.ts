// npx tsx offline/binaries/cli.ts <name…|all>: provides programs and prints their paths.
import { provideBinaries } from "./provide.ts";
import { isBinaryName, recipes } from "./recipes.ts";
import { CommandFailure } from "../../cli/terminal/failure.ts";

const names = process.argv.slice(2).flatMap((name) => (name === "all" ? Object.keys(recipes) : [name]));
const unknown = names.filter((name) => !isBinaryName(name));
if (names.length === 0 || unknown.length > 0) {
    console.error(unknown.length > 0 ? `Unknown: ${unknown.join(", ")}.` : "Which programs?");
    console.error(`Expected "all" or names among: ${Object.keys(recipes).join(", ")}.`);
    process.exit(2);
}
try {
    const paths = await provideBinaries(names.filter(isBinaryName), {
        report: (line) => {
            console.error(line);
        },
    });
    for (const path of Object.values(paths)) {
        console.log(path);
    }
} catch (thrown) {
    if (!(thrown instanceof CommandFailure)) {
        throw thrown;
    }
    console.error(`${thrown.message}\n${thrown.remedy}`);
    process.exitCode = 1;
}
