import * as v from "valibot";

import { hostName, ownNamespace } from "../../settings/fields.ts";
import { configNamespace } from "../../settings/path.ts";
import { settingsSchema } from "../../settings/schema.ts";
import { isMapping } from "../../settings/shown.ts";
import { CommandFailure } from "../terminal/failure.ts";
import { defaultStack } from "./project.ts";
import { stackConfig, stackDocument } from "./stack-file-text.ts";

/** The file of the stack from which the stacks of pull requests take their settings. */
export const baseFile = `Pulumi.${defaultStack}.yaml`;

/** The settings that a pull request's stack has of its own. */
const own = [
    {
        key: "namespace",
        field: ownNamespace,
        otherwise: v.getDefault(settingsSchema.entries.namespace),
        longest: 63,
        of: (namespace: string, stack: string): string => `${namespace}-${stack}`,
    },
    {
        key: "host",
        field: hostName,
        otherwise: v.getDefault(settingsSchema.entries.host),
        longest: 253,
        of: (host: string, stack: string): string => `${stack}.${host}`,
    },
] as const;

/**
 * True if a stack is a pull request's by its name, as `pr-17` is. No other name stands for settings that nobody has
 * written: one that is mistyped must not become a stack.
 */
export function isPullRequestStack(name: string): boolean {
    return /^pr-[1-9][0-9]*$/.test(name);
}

/**
 * The settings of a pull request's stack: those of the stack `dev`, but with a namespace and a host of its own, such as
 * `shop-pr-17` and `pr-17.localhost`. So all of them can be in one cluster.
 *
 * @param name the stack's name, `pr-<number>`
 * @param base the text of `Pulumi.dev.yaml`
 * @param projectText the text of `Pulumi.yaml`
 * @returns the text that `Pulumi.<name>.yaml` would have
 * @throws CommandFailure if the namespace or the host comes out too long, or a value is encrypted for `dev` alone
 */
export function pullRequestSettings(name: string, base: string, projectText?: string): string {
    const document = stackDocument(base, baseFile);
    const config = stackConfig({ name: baseFile, text: base, projectText });
    const encrypted = Object.keys(config).filter((key) => hasEncrypted(config[key]));
    if (encrypted.length > 0) {
        throw new CommandFailure(
            `The stack ${name} takes its settings from ${baseFile}, where ${encrypted.join(", ")} can be read by ` +
                `the stack ${defaultStack} alone: Pulumi encrypts for one stack.`,
            `Write Pulumi.${name}.yaml, with a value of its own.`,
        );
    }
    // Two stacks can't be in one namespace: their Services have the same names.
    for (const key of ["existingNamespace", `${configNamespace}:existingNamespace`]) {
        if (document.hasIn(["config", key])) {
            document.deleteIn(["config", key]);
        }
    }
    for (const { key, field, otherwise, longest, of } of own) {
        const fullKey = `${configNamespace}:${key}`;
        const value = config[fullKey] ?? otherwise;
        if (!v.is(field, value)) {
            // It is as mistaken here as it is there, and the reader of the settings says so.
            continue;
        }
        const derived = of(value, name);
        if (derived.length > longest) {
            throw new CommandFailure(
                `The stack ${name} takes its settings from ${baseFile}, which makes its ${key} ${derived}: ` +
                    `${derived.length} characters, where at most ${longest} are allowed.`,
                `Give ${baseFile} a shorter ${fullKey}, or write Pulumi.${name}.yaml.`,
            );
        }
        // Pulumi reads a key without a namespace as one of the project's own.
        if (document.hasIn(["config", key])) {
            document.deleteIn(["config", key]);
        }
        document.setIn(["config", fullKey], derived);
    }
    return document.toString({ lineWidth: 0 });
}

/** Pulumi writes an encrypted value as a mapping with the only key `secure`, at any depth. */
function hasEncrypted(value: unknown): boolean {
    return isMapping(value)
        ? "secure" in value || Object.values(value).some(hasEncrypted)
        : Array.isArray(value) && value.some(hasEncrypted);
}
