import { expect } from "chai";

import { BuildConsent } from "../../../../cli/supply/build-consent.ts";
import { CommandFailure } from "../../../../cli/terminal/failure.ts";
import { SiteUnavailable } from "../../../../cli/tools/site-request.ts";
import { obtain, type Ways } from "../../../../cli/supply/obtain.ts";

type Outcome = "downloaded" | Error;

const names = ["pulumi", "kind", "kubectl"] as const;
type Name = (typeof names)[number];

/** Records what is done to each thing, in order. */
function recording(
    outcomes: Partial<Record<Name, Outcome>>,
    more: Partial<Ways<Name>> = {},
): { readonly ways: Ways<Name>; readonly events: string[] } {
    const events: string[] = [];
    const ways: Ways<Name> = {
        offline: false,
        missing: (things) => Promise.resolve(things),
        download: (name) => {
            const outcome = outcomes[name] ?? "downloaded";
            if (outcome instanceof Error) {
                return Promise.reject(outcome);
            }
            events.push(`download ${name}`);
            return Promise.resolve();
        },
        agree: (things, reason) => {
            events.push(`agree ${things.join(" ")}: ${reason}`);
            return Promise.resolve();
        },
        make: (things) => {
            events.push(`make ${things.join(" ")}`);
            return Promise.resolve();
        },
        ...more,
    };
    return { ways, events };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return await work.then(
        () => undefined,
        (error: unknown) => error,
    );
}

describe("things that are missing", () => {
    it("are downloaded while their sites answer, and nothing is made", async () => {
        const { ways, events } = recording({});
        await obtain(names, ways);
        expect(events).to.deep.equal(["download pulumi", "download kind", "download kubectl"]);
    });

    it("are made if their own site is silent; the others are downloaded all the same", async () => {
        const { ways, events } = recording({
            kind: new SiteUnavailable("https://kind says nothing for 30 s."),
        });
        await obtain(names, ways);
        expect(events).to.deep.equal([
            "download pulumi",
            "download kubectl",
            "agree kind: https://kind says nothing for 30 s",
            "make kind",
        ]);
    });

    it("are made together, asked about once, with each site's reason once", async () => {
        const refusal = new SiteUnavailable("a answers 403.");
        const { ways, events } = recording({
            pulumi: refusal,
            kind: refusal,
            kubectl: new SiteUnavailable("b is not reached: connect ECONNREFUSED."),
        });
        await obtain(names, ways);
        expect(events).to.deep.equal([
            "agree pulumi kind kubectl: a answers 403; b is not reached: connect ECONNREFUSED",
            "make pulumi kind kubectl",
        ]);
    });

    it("are not made if a download fails for another reason", async () => {
        const { ways, events } = recording({
            pulumi: new SiteUnavailable("silent"),
            kind: new CommandFailure("The checksum differs.", "Run this again."),
        });
        const failure = await failureOf(obtain(names, ways));
        expect(failure).to.have.property("message", "The checksum differs.");
        expect(events).to.deep.equal(["download kubectl"]);
    });

    it("are all named if several downloads fail", async () => {
        const { ways } = recording({
            kind: new CommandFailure("kind failed.", "Run this again."),
            kubectl: new CommandFailure("kubectl failed.", "Run this again."),
        });
        const failure = await failureOf(obtain(names, ways));
        expect(failure).to.include({ message: "kind failed.\nkubectl failed.", remedy: "Run this again." });
    });

    it("are not made if the person declines", async () => {
        const { ways, events } = recording(
            { kind: new SiteUnavailable("silent") },
            { agree: () => Promise.reject(new CommandFailure("no")) },
        );
        expect(await failureOf(obtain(names, ways))).to.have.property("message", "no");
        expect(events).not.to.include("make kind");
    });

    it("are made, and no site is asked, with --offline", async () => {
        const { ways, events } = recording({}, { offline: true });
        await obtain(names, ways);
        expect(events).to.deep.equal([
            "agree pulumi kind kubectl: --offline says so",
            "make pulumi kind kubectl",
        ]);
    });

    for (const offline of [false, true]) {
        it(`are the only ones that are got or asked about, ${offline ? "offline" : "online"}`, async () => {
            const { ways, events } = recording({}, { offline, missing: () => Promise.resolve(["kind"]) });
            await obtain(names, ways);
            expect(events).to.deep.equal(
                offline ? ["agree kind: --offline says so", "make kind"] : ["download kind"],
            );
        });
    }

    it("are not got nor asked about where everything is present", async () => {
        const { ways, events } = recording({}, { offline: true, missing: () => Promise.resolve([]) });
        await obtain(names, ways);
        expect(events).to.deep.equal([]);
    });

    it("are not made with --offline either, if the answer is no", async () => {
        const { ways, events } = recording(
            {},
            { offline: true, agree: () => Promise.reject(new CommandFailure("no")) },
        );
        expect(await failureOf(obtain(names, ways))).to.have.property("message", "no");
        expect(events).to.deep.equal([]);
    });

    it("that are none cause nothing", async () => {
        const { ways, events } = recording({}, { offline: true });
        await obtain([], ways);
        expect(events).to.deep.equal([]);
    });
});

describe("a long build", () => {
    const build = { things: ["kind", "kubectl"], reason: "dl.k8s.io answers 403", minutes: 5 };

    /** A person who gives one answer; what they read is recorded. */
    function person(answer: boolean): {
        readonly questions: string[];
        readonly lines: string[];
        readonly confirm: (question: string) => Promise<boolean>;
        readonly report: (line: string) => void;
    } {
        const questions: string[] = [];
        const lines: string[] = [];
        return {
            questions,
            lines,
            confirm: (question) => {
                questions.push(question);
                return Promise.resolve(answer);
            },
            report: (line) => {
                lines.push(line);
            },
        };
    }

    it("is asked about with what, why and how long, once for a command", async () => {
        const consent = new BuildConsent(false);
        const { questions, lines, ...dialogue } = person(true);
        await consent.ask(build, dialogue);
        await consent.ask({ ...build, things: ["the node image"] }, dialogue);
        expect(questions).to.have.length(1);
        expect(questions[0])
            .to.include("kind, kubectl")
            .and.include("dl.k8s.io answers 403")
            .and.include("up to 5 minutes");
        expect(lines).to.have.length(1);
        expect(lines[0]).to.include("the node image").and.include("dl.k8s.io answers 403");
    });

    it("doesn't begin if the answer is no", async () => {
        const failure = await failureOf(new BuildConsent(false).ask(build, person(false)));
        expect(failure).to.be.instanceOf(CommandFailure);
        expect(failure).to.have.property("message").that.includes("dl.k8s.io answers 403");
    });

    it("is told in one line and not asked about with --offline", async () => {
        const { questions, lines, ...dialogue } = person(false);
        await new BuildConsent(true).ask({ ...build, reason: "--offline says so" }, dialogue);
        expect(questions).to.deep.equal([]);
        expect(lines).to.deep.equal([
            "making kind, kubectl from package registries (up to 5 minutes the first time), since --offline says so",
        ]);
    });
});
