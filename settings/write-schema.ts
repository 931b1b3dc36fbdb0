import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./json-schema";
import { withSettingsTable } from "./table";

/** The JSON Schema that editors use for `Pulumi.<stack>.yaml`: made from the settings' schema, and committed. */
export const schemaFile = join(__dirname, "stack.schema.json");

/** Where the table of settings stands. */
export const readmeFile = join(__dirname, "..", "README.md");

/** What the schema file should contain now. */
export function schemaText(): string {
    return `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`;
}

// `npm run schema` runs this file; its tests only import it.
if (require.main === module) {
    writeFileSync(schemaFile, schemaText());
    if (existsSync(readmeFile)) {
        writeFileSync(readmeFile, withSettingsTable(readFileSync(readmeFile, "utf8")));
    }
}
