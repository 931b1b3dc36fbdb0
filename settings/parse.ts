import * as v from "valibot";
import { ApplicationTier, applicationImage } from "./application-images";
import { checkStructure } from "./check-structure";
import { Finding, IsSecret, mistakeOf } from "./finding";
import { nearestName } from "./nearest";
import { configNamespace, Path } from "./path";
import { checkRules } from "./rules";
import { defaultReplicas, ParsedSettings, settingsSchema } from "./schema";
import { Mistake, SettingsError } from "./settings-error";
import { isMapping, quoted } from "./shown";
import { SoundSettings } from "./sound-settings";
import { expectedAt, valueSchema } from "./structure";

/** The settings of a tier whose image is built from `app/`: with either `replicas` or `autoscaling`. */
export type StatelessTierSettings = ParsedSettings[ApplicationTier] & { readonly image: string };

/** Everything that a stack says, with all defaults filled in. The schema documents each setting. */
export interface Settings extends Omit<ParsedSettings, ApplicationTier | "ingress"> {
    readonly client: StatelessTierSettings;
    readonly server: StatelessTierSettings;
    readonly worker: StatelessTierSettings;
    readonly ingress: ParsedSettings["ingress"] & { readonly externalPort: number };
}

/** About the stack whose config is parsed. */
export interface ParseOptions {
    /** Whose settings they are, for the error's message. Default: "the stack". */
    readonly source?: string;
    /** Tells of a full key, as in `multitier:host`, whether its value is secret and not to be shown. Default: none is. */
    readonly isSecret?: (fullKey: string) => boolean;
}

/**
 * Pulumi hands top-level values to a program as text, mappings and lists as JSON; whoever reads the stack's file finds
 * them as YAML has them. Both become what the schema expects; what can't, stays as it is and fails there.
 */
function decoded(key: string, value: unknown): unknown {
    const schema = isKnownKey(key) ? valueSchema(settingsSchema.entries[key]) : undefined;
    if (schema === undefined) {
        return value;
    }
    if (schema.type === "string") {
        return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    }
    if (typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

function isKnownKey(key: string): key is keyof typeof settingsSchema.entries {
    return Object.hasOwn(settingsSchema.entries, key);
}

/** The config under the project's namespace, by the rest of its keys; Pulumi reads a key without a namespace as such. */
function ownConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const prefix = `${configNamespace}:`;
    return Object.fromEntries(
        Object.entries(config)
            .filter(([key, value]) => (key.startsWith(prefix) || !key.includes(":")) && value !== undefined)
            .map(([key, value]) => {
                const ownKey = key.startsWith(prefix) ? key.slice(prefix.length) : key;
                return [ownKey, decoded(ownKey, value)];
            }),
    );
}

/** Other namespaces are others' business, but one that is nearly the project's is a slip. */
function misspelledNamespaces(config: Readonly<Record<string, unknown>>): Mistake[] {
    return Object.keys(config).flatMap((key) => {
        const [namespace = "", ...rest] = key.split(":");
        return rest.length > 0 &&
            namespace !== configNamespace &&
            nearestName(namespace, [configNamespace]) !== undefined
            ? [
                  {
                      key: quoted(key),
                      problem: `did you mean ${quoted(`${configNamespace}:${rest.join(":")}`)}?`,
                  },
              ]
            : [];
    });
}

function valueFinding(config: unknown, path: Path): Finding {
    const expected = `expected ${expectedAt(settingsSchema, path) ?? "another kind of value"}`;
    let value = config;
    for (const key of path) {
        const holder: unknown = value;
        if (Array.isArray(holder) && typeof key === "number") {
            value = holder[key];
        } else if (isMapping(holder) && Object.hasOwn(holder, key)) {
            value = holder[key];
        } else {
            return { path, problem: `missing; ${expected}` };
        }
    }
    return { path, value, problem: expected };
}

/** One finding for each place at which values fail the schema. */
function valueFindings(config: unknown, issues: readonly v.BaseIssue<unknown>[]): Finding[] {
    const paths = issues.map((issue) =>
        (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key))),
    );
    return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()].map((path) =>
        valueFinding(config, path),
    );
}

function withDefaultImage(
    tier: ApplicationTier,
    settings: ParsedSettings[ApplicationTier],
): StatelessTierSettings {
    return {
        ...settings,
        image: settings.image ?? applicationImage(tier),
        ...(settings.autoscaling === undefined && { replicas: settings.replicas ?? defaultReplicas[tier] }),
    };
}

/** Fills in the defaults that depend on other settings or on the sources of the application. */
function completed(settings: ParsedSettings): Settings {
    const { ingress } = settings;
    return {
        ...settings,
        client: withDefaultImage("client", settings.client),
        server: withDefaultImage("server", settings.server),
        worker: withDefaultImage("worker", settings.worker),
        ingress: {
            ...ingress,
            externalPort: ingress.externalPort ?? (ingress.tlsSecretName === undefined ? 80 : 443),
        },
    };
}

/**
 * Checks a stack's config as a whole. Raises one {@link SettingsError} with every mistake in it: unknown settings,
 * wrong values, and rules across settings.
 *
 * @param config By full key: as Pulumi hands it to a program, or as read from `Pulumi.<stack>.yaml`. Keys of other
 *   namespaces are left alone.
 */
export function parseSettings(
    config: Readonly<Record<string, unknown>>,
    options: ParseOptions = {},
): Settings {
    const { source = "the stack", isSecret: isSecretKey = () => false } = options;
    const isSecret: IsSecret = (key) => isSecretKey(`${configNamespace}:${key}`) || isSecretKey(key);
    const structure = checkStructure(settingsSchema, ownConfig(config));
    const parsed = v.safeParse(settingsSchema, structure.config, { abortPipeEarly: true });
    const findings = [...structure.findings, ...valueFindings(structure.config, parsed.issues ?? [])];
    findings.push(...checkRules(new SoundSettings(parsed.output, structure.config, findings, isSecret)));
    const mistakes = [
        ...misspelledNamespaces(config),
        ...findings.map((finding) => mistakeOf(finding, isSecret)),
    ];
    if (mistakes.length > 0 || !parsed.success) {
        throw new SettingsError(mistakes, source);
    }
    return completed(parsed.output);
}
