import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./json-schema";
import { withSettingsTable } from "./table";

/** The JSON Schema that editors use for `Pulumi.<stack>.yaml`: made from the settings' schema, and committed. */
export const schemaFile = join(__dirname, "stack.schema.json");

/** The page with the table of settings. */
export const settingsPage = join(__dirname, "..", "docs", "settings.md");

// `npm run schema` runs this file; its tests only import it.
if (require.main === module) {
    writeFileSync(schemaFile, `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`);
    writeFileSync(settingsPage, withSettingsTable(readFileSync(settingsPage, "utf8")));
}
