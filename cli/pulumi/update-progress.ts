import { firstFew } from "../terminal/text.ts";

/** Words for the engine's operations on a resource; other operations are not counted. */
const done: Readonly<Record<string, string>> = {
    create: "created",
    "create-replacement": "replaced",
    update: "updated",
    delete: "deleted",
    same: "unchanged",
    refresh: "refreshed",
    import: "imported",
};

/** The last error only sums up those before it. */
const sums = ["update failed", "preview failed", "resource deletion failed"];

/** Number of the resources under way that are named. */
const namedAtMost = 3;

interface Followed {
    readonly metadata: { readonly urn: string; readonly op: string };
}

/** The parts of an engine's event that are followed, from the Automation API or from the CLI's event log. */
export interface FollowedEvent {
    readonly resourcePreEvent?: Followed | undefined;
    readonly resOutputsEvent?: Followed | undefined;
    readonly resOpFailedEvent?: Followed | undefined;
    readonly diagnosticEvent?:
        | { readonly severity: string; readonly message: string; readonly urn?: string | undefined }
        | undefined;
}

interface Resource {
    readonly kind: string;
    readonly name: string;
}

/** Follows an update by the engine's events. */
export class UpdateProgress {
    readonly #underWay = new Map<string, Resource>();
    readonly #counts = new Map<string, number>();
    readonly #begun = new Set<string>();
    readonly #finished = new Set<string>();
    readonly #errors: string[] = [];
    readonly #notes = new Map<string, string>();

    /** Takes in one event; @returns whether what there is to say has changed. */
    take(event: FollowedEvent): boolean {
        const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
        if (resourcePreEvent !== undefined) {
            const { urn, op } = resourcePreEvent.metadata;
            if (done[op] !== undefined && !isGrouping(urn)) {
                this.#begun.add(`${op} ${urn}`);
                this.#underWay.set(urn, describeUrn(urn));
            }
            return true;
        }
        if (resOutputsEvent !== undefined) {
            const { urn, op } = resOutputsEvent.metadata;
            const word = done[op];
            if (word !== undefined && !isGrouping(urn) && !this.#finished.has(`${op} ${urn}`)) {
                this.#begun.add(`${op} ${urn}`);
                this.#finished.add(`${op} ${urn}`);
                this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
                this.#underWay.delete(urn);
            }
            return true;
        }
        if (resOpFailedEvent !== undefined) {
            this.#underWay.delete(resOpFailedEvent.metadata.urn);
            return true;
        }
        if (diagnosticEvent !== undefined) {
            return this.#takeDiagnostic(diagnosticEvent);
        }
        return false;
    }

    #takeDiagnostic({ severity, message, urn }: NonNullable<FollowedEvent["diagnosticEvent"]>): boolean {
        const text = plain(message);
        if (severity === "error" && text !== "") {
            const where = urn === undefined || urn === "" ? "" : `${shown(describeUrn(urn))}: `;
            if (!sums.includes(text)) {
                this.#errors.push(where + text);
            }
        } else if (severity.startsWith("info") && text.startsWith("[")) {
            // The Kubernetes provider's word on what a resource waits for: "[1/2] Waiting for …".
            this.#notes.set(urn ?? "", text.replace(/^\[[^\]]*\]\s*/, "").split("\n", 1)[0] ?? "");
        }
        return true;
    }

    /** The errors that the engine reported, each with its resource. */
    get errors(): readonly string[] {
        return this.#errors;
    }

    /** True if nothing was created, changed or deleted. */
    get unchanged(): boolean {
        return [...this.#counts.keys()].every((word) => word === "unchanged" || word === "refreshed");
    }

    /** One line: how far it is, and what it waits for. */
    line(): string {
        if (this.#begun.size === 0) {
            return "running the program";
        }
        const waiting = [...this.#underWay];
        const progress = `${this.#finished.size}/${this.#begun.size} ${this.#countsInWords()}`.trimEnd();
        if (waiting.length === 0) {
            return progress;
        }
        const names = waiting.map(([urn, resource]) => {
            const note = this.#notes.get(urn);
            return note === undefined ? shown(resource) : `${shown(resource)} (${note})`;
        });
        return `${progress}, waiting for ${firstFew(names, namedAtMost)}`;
    }

    /** The result in a few words: "42 created", "no changes (42 resources)". */
    summary(): string {
        // A refresh finishes each resource twice.
        const resources = new Set([...this.#finished].map((key) => key.slice(key.indexOf(" ") + 1))).size;
        return this.unchanged
            ? `no changes (${resources} ${resources === 1 ? "resource" : "resources"})`
            : this.#countsInWords();
    }

    #countsInWords(): string {
        return [...this.#counts].map(([word, count]) => `${count} ${word}`).join(", ");
    }
}

/** Components, providers and the stack itself only group others: they are nothing that one waits for. */
function isGrouping(urn: string): boolean {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    return !type.startsWith("kubernetes:") && !type.startsWith("random:");
}

function describeUrn(urn: string): Resource {
    const parts = urn.split("::");
    return { kind: parts[2]?.split(":").at(-1) ?? "", name: parts.slice(3).join("::") };
}

/** Names within a component mostly say the kind already: "mysql-deployment". */
function shown({ kind, name }: Resource): string {
    return name.endsWith(`-${kind.toLowerCase()}`) ? name : `${kind} ${name}`;
}

/** The engine marks colours as `<{%fg 1%}>`. */
function plain(message: string): string {
    return message.replace(/<\{%.*?%\}>/g, "").trim();
}
