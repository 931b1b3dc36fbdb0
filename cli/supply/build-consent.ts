import { CommandFailure } from "../terminal/failure.ts";
import type { ReportProgress } from "../terminal/steps.ts";

/** Something that is about to be made from package registries. */
export interface Build {
    /** The things by name. */
    readonly things: readonly string[];
    /** The reason, as it ends the sentence "… is made here, since". */
    readonly reason: string;
    /** About the longest that it takes on two cores, with nothing in any cache. */
    readonly minutes: number;
}

/** Callbacks by which a person is asked and told. */
export interface Dialogue {
    /** Asks a yes-or-no question; without a terminal, tells the question and that the answer is yes. */
    readonly confirm: (question: string) => Promise<boolean>;
    /** Tells a line. */
    readonly report: ReportProgress;
}

/** Asks before something is built that takes long. A yes holds for the rest of the command. */
export class BuildConsent {
    #given: boolean;

    /** @param given Whether the person has asked for it already (--offline). */
    constructor(given: boolean) {
        this.#given = given;
    }

    /** @throws CommandFailure if the answer is no. */
    async ask({ things, reason, minutes }: Build, { confirm, report }: Dialogue): Promise<void> {
        const list = things.join(", ");
        const duration = `up to ${String(minutes)} minutes the first time`;
        if (this.#given) {
            report(`making ${list} from package registries (${duration}), since ${reason}`);
            return;
        }
        const question = `Make ${list} here, from package registries (${duration})? It can't be downloaded: ${reason}.`;
        if (!(await confirm(question))) {
            throw new CommandFailure(
                `${list}: not downloaded, since ${reason}; and not made here, as you answered no.`,
                "Run this again when the site answers, or install it yourself.",
            );
        }
        this.#given = true;
    }
}
