import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

import { run } from "../cli/process/run.ts";
import { projectFolder } from "../cli/session/project.ts";
import { readStackFile } from "../settings/stack-file.ts";
import { namespaces } from "./environment.ts";
import type { BenchEnvironment } from "./environment.ts";

/** A Pulumi program with a stack of its own. */
export interface Program {
    readonly folder: string;
    readonly stack: string;
}

/**
 * The least that a program can be: plain JavaScript, one ConfigMap. What it takes is the engine's, the provider's and
 * the SDK's own time.
 */
export async function createFloor(bench: BenchEnvironment, name = "floor"): Promise<Program> {
    const folder = await programFolder(bench, name);
    await writeFile(
        join(folder, "Pulumi.yaml"),
        stringify({ name: "floor", runtime: { name: "nodejs", options: { typescript: false } } }),
    );
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "floor", main: "index.js" }));
    await writeFile(
        join(folder, "index.js"),
        'const { core } = require("@pulumi/kubernetes");\nnew core.v1.ConfigMap("floor", { data: { key: "value" } });\n',
    );
    return createStack(bench, folder, name, {});
}

/** The dev stack's program as it is, in a namespace of the benchmark's. */
export async function createDev(bench: BenchEnvironment, name = "dev"): Promise<Program> {
    const folder = await copyProject(bench, name);
    return createStack(bench, folder, name, devConfig(bench));
}

/** The same program as `pulumi new` sets one up: TypeScript is compiled and type-checked by ts-node at each run. */
export async function createWithDefaultTypeScript(bench: BenchEnvironment): Promise<Program> {
    const name = "typescript";
    const folder = await copyProject(bench, name);
    await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: "multitier", runtime: "nodejs" }));
    await writeFile(
        join(folder, "tsconfig.json"),
        JSON.stringify({
            compilerOptions: {
                target: "es2023",
                module: "nodenext",
                moduleResolution: "nodenext",
                strict: true,
                sourceMap: true,
                types: ["node"],
            },
            files: ["index.ts"],
        }),
    );
    return createStack(bench, folder, name, devConfig(bench));
}

/** Gives a program another stack, of which nothing is deployed yet. */
export async function createStack(
    { pulumi, environment, signal }: BenchEnvironment,
    folder: string,
    stack: string,
    config: Readonly<Record<string, unknown>>,
): Promise<Program> {
    await writeFile(join(folder, `Pulumi.${stack}.yaml`), stringify({ config }));
    await run(pulumi, ["stack", "init", stack, "--cwd", folder, "--non-interactive"], {
        environment,
        signal,
    });
    return { folder, stack };
}

/** The dev stack's settings, but for what would touch the real one. */
export function devConfig({ context }: BenchEnvironment): Record<string, unknown> {
    return {
        ...readStackFile(join(projectFolder, "Pulumi.dev.yaml")),
        "multitier:context": context,
        "multitier:namespace": namespaces.up,
        // The ingress controller would mix the routes of two Ingresses of one host.
        "multitier:host": "bench.example.test",
    };
}

async function programFolder({ folder }: BenchEnvironment, name: string): Promise<string> {
    const program = join(folder, name);
    await mkdir(program);
    await symlink(join(projectFolder, "node_modules"), join(program, "node_modules"), "junction");
    return program;
}

async function copyProject(bench: BenchEnvironment, name: string): Promise<string> {
    const program = await programFolder(bench, name);
    for (const part of ["index.ts", "components", "settings", "loader", "package.json", "Pulumi.yaml"]) {
        await cp(join(projectFolder, part), join(program, part), { recursive: true });
    }
    // The images' tags come from these sources.
    await symlink(join(projectFolder, "app"), join(program, "app"), "junction");
    return program;
}
