import { parseSettings, ParseOptions } from "../../../settings/parse";
import { Mistake, SettingsError } from "../../../settings/settings-error";

/** The least that a stack must say. Images are given, so that no test depends on the application's sources. */
export const leastConfig = {
    "multitier:context": "kind-multitier",
    "multitier:client": { image: "registry.example.com/client:1" },
    "multitier:server": { image: "registry.example.com/server:1" },
    "multitier:worker": { image: "registry.example.com/worker:1" },
};

/** Lists the mistakes in a config; none when it parses. Any other error is passed on. */
export function mistakesIn(
    config: Readonly<Record<string, unknown>>,
    options?: ParseOptions,
): readonly Mistake[] {
    try {
        parseSettings(config, options);
        return [];
    } catch (error) {
        if (error instanceof SettingsError) {
            return error.mistakes;
        }
        throw error;
    }
}

/** The mistakes of the least config with these settings added. */
export function mistakesWith(settings: Readonly<Record<string, unknown>>): readonly Mistake[] {
    const named = Object.entries(settings).map(([key, value]): [string, unknown] => [
        `multitier:${key}`,
        value,
    ]);
    return mistakesIn({ ...leastConfig, ...Object.fromEntries(named) });
}

/** A config as Pulumi hands it to a program: every top-level value as text. */
export function asText(config: Readonly<Record<string, unknown>>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(config).map(([key, value]): [string, string] => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}

/** The keys of the mistakes. */
export function keysOf(mistakes: readonly Mistake[]): string[] {
    return mistakes.map(({ key }) => key);
}
