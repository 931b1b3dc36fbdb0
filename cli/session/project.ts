import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { configNamespace } from "../../settings/path.ts";
import { projectName } from "../../settings/stack-file.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { dataFolder } from "../process/folders.ts";

/** A Pulumi program that the commands bring up: the application itself, or one of `examples/`. */
export interface Project {
    /** As in its `Pulumi.yaml`: Pulumi keeps the state of its stacks under this name. */
    readonly name: string;
    /** The namespace of its config keys. */
    readonly configNamespace: string;
    readonly isExample: boolean;
    /** The folder of its `Pulumi.yaml`. */
    readonly folder: string;
    /** Where the folders of its stacks lie, outside the checkout. */
    readonly stacksFolder: string;
    /** The command that a person types for one of its stacks. */
    readonly commands: (stack: string) => ProjectCommands;
}

/** The command that a person types. */
export interface ProjectCommands {
    readonly up: string;
    /** To bring it up after the state was compared with the cluster. */
    readonly refresh: string;
    /** To bring it up though data is at risk. */
    readonly allowDataLoss: string;
    readonly down: string;
}

/** The stack that the commands work with unless another is named. */
export const defaultStack = "dev";

/** A stack of a project: made once from the command line, and handed on as a whole. */
export interface StackRef {
    readonly project: Project;
    /** Its name as Pulumi takes it, which begins with an organization in some backends. */
    readonly name: string;
    /** The name without the organization. */
    readonly shortName: string;
    /** As it completes "… is not deployed". */
    readonly title: string;
    /** The command that a person types for it. */
    readonly commands: ProjectCommands;
}

/** Names a stack. */
export function stackRef(project: Project, name: string): StackRef {
    return {
        project,
        name,
        shortName: name.split("/").at(-1) ?? name,
        title: titleOf(project, name),
        commands: project.commands(name),
    };
}

function titleOf(project: Project, stack: string): string {
    if (project.isExample) {
        return `the example ${project.name}`;
    }
    return project.name === application.name ? `the stack ${stack}` : `the stack ${stack} of ${project.name}`;
}

/** Help text of the option --stack. */
export const stackOption =
    "the stack, with its settings in Pulumi.<name>.yaml; pr-<number> needs no file: it follows dev's";

function commandLine(script: string, args: readonly string[], stack: string): string {
    const all = [...args, ...(stack === defaultStack ? [] : ["--stack", stack])];
    return [`npm run ${script}`, ...(all.length === 0 ? [] : ["--", ...all])].join(" ");
}

/** The checkout: the folder of the application's `Pulumi.yaml`. */
export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** The name in the `Pulumi.yaml` of a folder. A file that is mistaken is told of where the settings are read. */
export function projectNameIn(folder: string): string {
    try {
        return projectName(readFileSync(join(folder, "Pulumi.yaml"), "utf8"));
    } catch {
        return configNamespace;
    }
}

/** The folders of the projects that aren't called as the template is. */
const renamedFolder = join(dataFolder, "projects");

/** An application of this program in any checkout, by its project's name. */
function applicationNamed(name: string): Project {
    return {
        name,
        configNamespace,
        isExample: false,
        folder: projectFolder,
        stacksFolder: name === configNamespace ? join(dataFolder, "stacks") : join(renamedFolder, name),
        commands: (stack) => ({
            up: commandLine("up", [], stack),
            refresh: commandLine("up", ["--refresh"], stack),
            allowDataLoss: commandLine("up", ["--allow-data-loss"], stack),
            down: commandLine("down", [], stack),
        }),
    };
}

/** The command that has a stack go on under another project's name, its objects staying: while Pulumi.yaml has the former. */
export function takeOver(stack: string, former: string, name: string): string {
    return (
        `give Pulumi.yaml the name ${former} again, run npm run pulumi -- --stack ${stack} stack rename ` +
        `organization/${name}/${stack}, and name it ${name}`
    );
}

/** The application. */
export const application: Project = applicationNamed(projectNameIn(projectFolder));

/** The applications of other checkouts on this machine, and what this one was called before. */
export function otherApplications(): Project[] {
    const renamed = existsSync(renamedFolder) ? readdirSync(renamedFolder) : [];
    return [configNamespace, ...renamed].filter((name) => name !== application.name).map(applicationNamed);
}

const examplesFolder = join(projectFolder, "examples");

/** The names of the smaller systems, each of which is the name of its folder, its project and its namespace. */
export function exampleNames(): string[] {
    return readdirSync(examplesFolder)
        .filter((name) => existsSync(join(examplesFolder, name, "Pulumi.yaml")))
        .sort();
}

/**
 * One of the smaller systems.
 *
 * @throws CommandFailure if there is none of that name, or none is named
 */
export function exampleProject(name: string | undefined): Project {
    if (name === undefined || !exampleNames().includes(name)) {
        throw new CommandFailure(
            name === undefined ? "Which example?" : `There is no example "${name}".`,
            `There are: ${exampleNames().join(", ")}. As in: npm run example -- ${exampleNames()[0] ?? ""}`,
        );
    }
    const folder = join(examplesFolder, name);
    const ownName = projectNameIn(folder);
    return {
        name: ownName,
        configNamespace: ownName,
        isExample: true,
        folder,
        stacksFolder: join(dataFolder, "examples", name),
        commands: (stack) => ({
            up: commandLine("example", [name], stack),
            refresh: commandLine("example", [name, "--refresh"], stack),
            allowDataLoss: commandLine("example", [name, "--allow-data-loss"], stack),
            down: commandLine("example", [name, "--down"], stack),
        }),
    };
}

/** All projects whose stacks this machine's managed backend may have. */
export function allProjects(): Project[] {
    return [application, ...otherApplications(), ...exampleNames().map(exampleProject)];
}
