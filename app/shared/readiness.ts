import { within } from "./within.ts";

/** A tier's dependencies by name, each with a question that fails while it is not available. */
export type Dependencies = Readonly<Record<string, () => Promise<void>>>;

/** The answer of each dependency, and whether all are available. */
export interface Readiness {
    readonly ready: boolean;
    /** "ok" or what is wrong, by the dependency's name */
    readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Asks all dependencies at the same time.
 *
 * @param patience how long each may take to answer, in milliseconds
 */
export async function askDependencies(dependencies: Dependencies, patience: number): Promise<Readiness> {
    const answers = await Promise.all(
        Object.entries(dependencies).map(async ([name, ask]) => [name, await answer(ask, patience)] as const),
    );
    return {
        ready: answers.every(([, text]) => text === "ok"),
        dependencies: Object.fromEntries(answers),
    };
}

async function answer(ask: () => Promise<void>, patience: number): Promise<string> {
    try {
        await within(patience, ask());
        return "ok";
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
}
