import type { Command } from "commander";

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

/**
 * Reads a script's arguments, and does what they say. Ends the process with a message about arguments that it doesn't
 * take, and about options that npm has kept for itself.
 *
 * @param script as in `npm run <script>`
 * @param words the arguments; the first may name a command of the program
 */
export async function parseArguments(
    program: Command,
    script: string,
    words: readonly string[],
    environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
    const command = program.commands.find((candidate) => candidate.name() === words[0]) ?? program;
    const taken = optionsTakenByNpm(
        command.options.flatMap(({ long }) => long ?? []),
        environment,
    );
    if (taken.length > 0) {
        const behind = words[0] === script ? words.slice(1) : words;
        program.error(
            `✖ npm has kept ${taken.join(" and ")} for itself: what is for the command stands behind a --.\n` +
                `  As in: npm run ${[script, "--", ...behind, ...taken].join(" ")}`,
        );
    }
    await program.parseAsync(words, { from: "user" });
}
