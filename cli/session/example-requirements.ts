import * as v from "valibot";

import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { application, defaultStack, stackRef, type StackRef } from "./project.ts";
import type { CreatedResource } from "../../rendering/created-resources.ts";
import { renderProgram } from "../../rendering/render-program.ts";
import type { DeploymentRequirements } from "./deployment-requirements.ts";
import { stackSource, type StackSource } from "./settings-source.ts";
import { readSettings, stackConfig } from "./stack-file-text.ts";

const providerSchema = v.object({ context: v.string(), kubeconfig: v.optional(v.string()) });
const namespaceSchema = v.object({ metadata: v.object({ name: v.string() }) });
const containersSchema = v.array(v.object({ image: v.string() }));
const deploymentSchema = v.object({
    spec: v.object({
        template: v.object({
            spec: v.object({
                containers: containersSchema,
                initContainers: v.optional(containersSchema, []),
            }),
        }),
    }),
});

/** The requirements that follow from a program's own resources. */
export type ProgramNeeds = Pick<DeploymentRequirements, "context" | "kubeconfig" | "namespace" | "images">;

/**
 * Reads off what a program needs from what it would create, so that nothing is said twice.
 *
 * @throws Error if it creates anything but one namespace, or v.ValiError if a resource has another form
 */
export function requirementsOf(resources: readonly CreatedResource[]): ProgramNeeds {
    const ofType = (ending: string): unknown[] =>
        resources.filter(({ type }) => type.endsWith(ending)).map(({ inputs }) => inputs);
    const [namespace, ...others] = ofType(":Namespace");
    if (namespace === undefined || others.length > 0) {
        throw new Error("Expected a program that creates one namespace.");
    }
    const { context, kubeconfig } = v.parse(providerSchema, ofType("pulumi:providers:kubernetes")[0]);
    const images = ofType(":Deployment").flatMap((deployment) => {
        const { containers, initContainers } = v.parse(deploymentSchema, deployment).spec.template.spec;
        return [...initContainers, ...containers].map(({ image }) => image);
    });
    return {
        context,
        // As the component says that none is named.
        kubeconfig: kubeconfig === "" ? undefined : kubeconfig,
        namespace: v.parse(namespaceSchema, namespace).metadata.name,
        images: [...new Set(images)],
    };
}

/**
 * Reads off the requirements of an example's stack.
 *
 * @param config config keys that the command line sets
 * @throws CommandFailure if there is a mistake in its settings
 */
export async function readExampleNeeds(
    { project, name }: StackRef,
    source: StackSource,
    config: Readonly<Record<string, string>>,
): Promise<DeploymentRequirements> {
    // They share the cluster of the application, whichever of them comes first.
    const { ingress } = readSettings(stackSource(stackRef(application, defaultStack)), {});
    try {
        const entries = { ...stackConfig(source), ...config };
        const resources = await renderProgram(project.folder, name, entries, project.name);
        return {
            ...requirementsOf(resources),
            builtTiers: [],
            localTiers: [],
            hostPort: ingress.externalPort,
            check: () => Promise.resolve(),
        };
    } catch (error) {
        throw new CommandFailure(
            `${project.name}, ${source.name}: ${messageOf(error)}`,
            "Nothing was changed. Correct this and run it again.",
            {
                cause: error,
            },
        );
    }
}
