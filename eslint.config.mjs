import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["**/dist/", "**/node_modules/", "app/"] },
    js.configs.recommended,
    { files: ["loader/*.js"], languageOptions: { sourceType: "commonjs" } },
    {
        files: ["**/*.ts"],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: {
            parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            // Numbers read well in a message; the other conversions stay forbidden.
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
        },
    },
    {
        // A Pulumi program's statements are its resources: what `new` returns may stay unused there.
        files: ["index.ts", "components/**/*.ts", "examples/**/*.ts", "tests/**/*.ts"],
        rules: { "no-new": "off", "@typescript-eslint/no-unused-expressions": "off" },
    },
);
