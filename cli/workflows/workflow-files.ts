import { readdirSync } from "node:fs";
import { join } from "node:path";

import { projectFolder } from "../session/project.ts";

/** The workflows' files. */
export function workflowFiles(): string[] {
    const folder = join(projectFolder, ".github", "workflows");
    return readdirSync(folder)
        .filter((name) => name.endsWith(".yml"))
        .map((name) => join(folder, name))
        .sort();
}
