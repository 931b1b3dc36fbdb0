import { application, type StackRef } from "../session/project.ts";
import type { Vocabulary } from "./diagnose-tier.ts";

/** How the settings of a project and the command for one of its stacks are named. */
export function vocabularyOf({ project, commands }: StackRef): Vocabulary {
    return {
        setting: (tier, path) =>
            project === application
                ? `${project.name}:${tier}.${path}`
                : `${path} of ${tier} in the index.ts of ${project.name}`,
        refresh: commands.refresh,
    };
}
