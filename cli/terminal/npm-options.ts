/** npm has options of these names itself, which may be set for good in an .npmrc. */
const npmsOwn: ReadonlySet<string> = new Set(["json", "offline", "yes"]);

/**
 * The options that npm has kept for itself, since no `--` stands before them: `npm run down --cluster` comes here as
 * `down`, with `npm_config_cluster` in the environment.
 *
 * @param options the command's own options, as in `--save-plan`
 * @param environment the environment that npm has made
 */
export function optionsTakenByNpm(
    options: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
): string[] {
    return options.filter((option) => {
        const name = option.replace(/^--/, "");
        return !npmsOwn.has(name) && environment[`npm_config_${name.replaceAll("-", "_")}`] !== undefined;
    });
}
