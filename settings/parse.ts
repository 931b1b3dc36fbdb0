import * as v from "valibot";
import { defaultExternalPorts } from "../components/defaults";
import { ApplicationTier, applicationImage } from "./application-images";
import { checkStructure, IsSecret, mistakeOf, valueFindings } from "./findings";
import { nearestName } from "./nearest";
import { configNamespace } from "./path";
import { checkRules } from "./rules";
import { builtTierDefaults, ParsedSettings, settingsSchema } from "./schema";
import { Mistake, SettingsError } from "./settings-error";
import { quoted } from "./shown";
import { valueSchema } from "./structure";

type Config = Readonly<Record<string, unknown>>;

/** About the stack whose config is parsed. */
export interface ParseOptions {
    /** Whose settings they are, for the error's message. Default: "the stack". */
    readonly source?: string;
    /** The name of the Pulumi project. Default: the settings' namespace. */
    readonly project?: string;
    /** Tells of a full key, as in `multitier:host`, whether its value is secret and not to be shown. Default: none is. */
    readonly isSecret?: (fullKey: string) => boolean;
}

/**
 * Pulumi hands top-level values to a program as text, mappings and lists as JSON; the stack's file has
 * them as YAML. Both become what the schema expects; what can't, stays as it is and fails there.
 */
function decoded(key: string, value: unknown): unknown {
    const schema = Object.entries(settingsSchema.entries).find(([name]) => name === key)?.[1];
    const type = schema && valueSchema(schema).type;
    if (type === "string") {
        return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    }
    if (type === undefined || typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

/** The config under the settings' namespace, by the rest of its keys; one without a namespace counts as such. */
function ownConfig(config: Config): Config {
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

/**
 * Other namespaces are others' business, but one that is nearly the settings' is a slip. So is a setting under the
 * project's own name, where Pulumi puts what is set without a namespace.
 */
function misspelledNamespaces(config: Config, project: string): Mistake[] {
    return Object.keys(config).flatMap((key) => {
        const [namespace = "", ...rest] = key.split(":");
        const isMeant = namespace === project && Object.hasOwn(settingsSchema.entries, rest.join(":"));
        const isSlip =
            rest.length > 0 &&
            namespace !== configNamespace &&
            (isMeant || nearestName(namespace, [configNamespace]));
        const meant = quoted([configNamespace, ...rest].join(":"));
        return isSlip ? [{ key: quoted(key), problem: `did you mean ${meant}?` }] : [];
    });
}

function withImage(tier: ApplicationTier, settings: ParsedSettings[ApplicationTier]) {
    return {
        ...settings,
        image: settings.image ?? applicationImage(tier),
        ...(settings.autoscaling ? {} : { replicas: settings.replicas ?? builtTierDefaults[tier].replicas }),
    };
}

/** Fills in the defaults that depend on other settings or on the sources of the application. */
function completed(settings: ParsedSettings) {
    const { client, server, worker, ingress } = settings;
    const scheme = ingress.tlsSecretName === undefined ? "http" : "https";
    return {
        ...settings,
        // The application's, whether the stack creates it or not.
        namespace: settings.existingNamespace ?? settings.namespace,
        client: withImage("client", client),
        server: withImage("server", server),
        worker: withImage("worker", worker),
        ingress: { ...ingress, externalPort: ingress.externalPort ?? defaultExternalPorts[scheme] },
    };
}

/** Everything that a stack says, with all defaults filled in. The schema documents each setting. */
export type Settings = Readonly<ReturnType<typeof completed>>;

/**
 * Checks a stack's config as a whole. Raises one {@link SettingsError} with every mistake in it: unknown settings,
 * wrong values, and rules across settings.
 *
 * @param config By full key: as Pulumi hands it to a program, or as read from `Pulumi.<stack>.yaml`. Keys of other
 *   namespaces are left alone.
 */
export function parseSettings(config: Config, options: ParseOptions = {}): Settings {
    const { source = "the stack", project = configNamespace, isSecret: isSecretKey = () => false } = options;
    const isSecret: IsSecret = (key) => isSecretKey(`${configNamespace}:${key}`) || isSecretKey(key);
    const { config: given, findings } = checkStructure(settingsSchema, ownConfig(config));
    const parsed = v.safeParse(settingsSchema, given, { abortPipeEarly: true });
    findings.push(...valueFindings(parsed.issues ?? [], findings));
    findings.push(...checkRules(parsed.output, given, findings, isSecret));
    const own = findings.map((finding) => mistakeOf(finding, isSecret));
    const mistakes = [...misspelledNamespaces(config, project), ...own];
    if (mistakes.length > 0 || !parsed.success) {
        throw new SettingsError(mistakes, source);
    }
    return completed(parsed.output);
}
