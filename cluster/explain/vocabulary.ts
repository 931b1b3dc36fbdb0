import { application, type Project } from "../project.ts";
import type { Vocabulary } from "./diagnose-tier.ts";

/** How a project's settings and its command are named. */
export function vocabularyOf(project: Project): Vocabulary {
    return {
        setting: (tier, path) =>
            project.name === application.name
                ? `${project.name}:${tier}.${path}`
                : `${path} of ${tier} in the index.ts of ${project.name}`,
        refresh: project.commands.refresh,
    };
}
