import { expect } from "chai";

import { CommandFailure } from "../../../cli/terminal/failure.ts";
import type { ResourceChange } from "../../../cli/preview/change.ts";
import type { EngineRun } from "../../../cli/preview/engine-preview.ts";
import { namespacesOf, refuseDataLoss } from "../../../cli/preview/refuse-data-loss.ts";
import { answerUnasked } from "../../../cli/terminal/prompt.ts";
import type { KnownObject } from "../../../cli/session/state-file.ts";

const claimType = "kubernetes:core/v1:PersistentVolumeClaim";
const namespaceType = "kubernetes:core/v1:Namespace";

function known(kind: string, name: string, urn: string): KnownObject {
    const namespace = kind === "Namespace" ? undefined : "shop";
    return { kind, name, namespace, uid: "uid", protect: false, urn: `urn:pulumi:dev::multitier::${urn}` };
}

const state = [
    known("Namespace", "shop", `${namespaceType}::ns`),
    known("PersistentVolumeClaim", "mysql-data", `${claimType}::claim`),
    known("ConfigMap", "files", "kubernetes:core/v1:ConfigMap::files"),
];

const claims = [{ namespace: "shop", name: "mysql-data" }];

function change(type: string, over: Partial<ResourceChange>): ResourceChange {
    const inputs =
        type === namespaceType
            ? { metadata: { name: "shop" } }
            : { metadata: { name: "mysql-data", namespace: "shop" } };
    const urn = `${type}::${type === namespaceType ? "ns" : "claim"}`;
    const before = { inputs, protect: false };
    return {
        urn,
        type,
        name: "claim",
        tier: "mysql",
        operation: "same",
        before,
        after: before,
        properties: [],
        ...over,
    };
}

const [sameNamespace, sameClaim] = [change(namespaceType, {}), change(claimType, {})];
const replacedClaim = change(claimType, {
    operation: "replace",
    properties: [{ path: "spec.storageClassName", before: "standard", after: "fast", replaces: true }],
});

/** A preview that tells of nothing. */
const emptyRun: EngineRun = {
    changes: [],
    changesNothing: false,
    summary: "",
    errors: [],
    failure: undefined,
};

/** Runs the check and returns its end, its questions and its messages. */
async function check(
    run: Partial<EngineRun>,
    { answer = false, there = claims }: { readonly answer?: boolean; readonly there?: typeof claims } = {},
): Promise<{
    readonly failure: CommandFailure | undefined;
    readonly asked: string[];
    readonly said: string[];
}> {
    const [asked, said]: [string[], string[]] = [[], []];
    const say = (text: string): void => {
        said.push(text);
    };
    const failure: unknown = await refuseDataLoss(
        {
            known: state,
            claims: there,
            preview: () => Promise.resolve({ ...emptyRun, ...run }),
            allow: "npm run up -- --allow-data-loss",
        },
        {
            report: say,
            done: say,
            confirm: (question, otherwise) => {
                asked.push(`${question} [${otherwise ?? "yes"}]`);
                return Promise.resolve(answer);
            },
        },
    ).then(
        () => undefined,
        (error: unknown) => error,
    );
    if (failure !== undefined && !(failure instanceof CommandFailure)) {
        throw new Error("Expected a CommandFailure.", { cause: failure });
    }
    return { failure, asked, said };
}

describe("an up that would replace a claim", () => {
    it("is refused with the claim, the input that changes, and what to do", async () => {
        const { failure, asked } = await check({ changes: [sameNamespace, replacedClaim] });
        expect(failure?.message)
            .to.include("PersistentVolumeClaim mysql-data is replaced")
            .and.include('spec.storageClassName changes ("standard" → "fast")')
            .and.include("Nothing was changed");
        expect(failure?.remedy).to.include("npm run up -- --allow-data-loss").and.include("--yes doesn't");
        expect(asked).to.have.length(1);
        expect(asked[0]).to.match(/mysql-data[^]*\[no\]$/);
    });

    it("goes on where a person allows it", async () => {
        const { failure, said } = await check({ changes: [replacedClaim] }, { answer: true });
        expect(failure).to.equal(undefined);
        expect(said.join()).to.include("you allow");
    });

    it("is refused where the engine's preview fails after that", async () => {
        const { failure } = await check({
            changes: [replacedClaim],
            errors: ["field is immutable"],
            failure: new Error("exit code 255"),
        });
        expect(failure?.message).to.include("mysql-data is replaced");
    });

    it("goes on where the cluster has no such claim, as after a removal that was interrupted", async () => {
        const { failure } = await check({ changes: [replacedClaim] }, { there: [] });
        expect(failure).to.equal(undefined);
    });
});

describe("an up that would delete a namespace", () => {
    const renamed = change(namespaceType, {
        operation: "replace",
        properties: [{ path: "metadata.name", before: "shop", after: "shop2", replaces: true }],
    });

    it("is refused with the claims that are in it, also those that no state knows", async () => {
        const there = [
            ...claims,
            { namespace: "shop", name: "by-hand" },
            { namespace: "other", name: "not-in-it" },
        ];
        const { failure } = await check({ changes: [renamed, sameClaim] }, { there });
        expect(failure?.message)
            .to.include("Namespace shop is replaced")
            .and.include('metadata.name changes ("shop" → "shop2")')
            .and.include("(mysql-data, by-hand)")
            .and.not.include("not-in-it");
    });

    it("goes on where there is no claim in it", async () => {
        const there = [{ namespace: "other", name: "not-in-it" }];
        expect((await check({ changes: [renamed, sameClaim] }, { there })).failure).to.equal(undefined);
    });
});

describe("an up that touches no data", () => {
    it("asks nothing", async () => {
        const { failure, asked, said } = await check({ changes: [sameNamespace, sameClaim] });
        expect(failure).to.equal(undefined);
        expect(asked).to.deep.equal([]);
        expect(said).to.deep.equal(["no data at risk"]);
    });

    it("goes on where the engine's preview fails after it came to every claim and namespace", async () => {
        const failed = { errors: ["conflict with k9s"], failure: new Error("exit code 255") };
        const { failure, said } = await check({ ...failed, changes: [sameNamespace, sameClaim] });
        expect(failure).to.equal(undefined);
        expect(said.join()).to.include("conflict with k9s");
    });

    it("has what the engine's preview did not come to previewed alone, and goes on if that is safe", async () => {
        const asked: unknown[] = [];
        const conflict = { errors: ["conflict with kubectl-patch"], failure: new Error("exit code 255") };
        const said: string[] = [];
        const say = (text: string): void => {
            said.push(text);
        };
        const confirm = (): Promise<boolean> => Promise.resolve(false);
        await refuseDataLoss(
            {
                known: state,
                claims,
                preview: (targets) => {
                    asked.push(targets);
                    return Promise.resolve(
                        targets === undefined
                            ? { ...emptyRun, ...conflict, changes: [sameNamespace] }
                            : { ...emptyRun, changes: [sameClaim] },
                    );
                },
                allow: "",
            },
            { report: say, done: say, confirm },
        );
        expect(asked).to.deep.equal([undefined, [`urn:pulumi:dev::multitier::${claimType}::claim`]]);
        expect(said.join()).to.include("conflict with kubectl-patch");
    });

    it("is refused where that finds the claim replaced", async () => {
        const failure: unknown = await refuseDataLoss(
            {
                known: state,
                claims,
                preview: (targets) =>
                    Promise.resolve({
                        ...emptyRun,
                        failure: targets === undefined ? new Error("exit code 255") : undefined,
                        changes: targets === undefined ? [sameNamespace] : [replacedClaim],
                    }),
                allow: "",
            },
            { report: () => undefined, done: () => undefined, confirm: () => Promise.resolve(false) },
        ).catch((error: unknown) => error);
        expect(failure).to.match(/mysql-data is replaced/);
    });

    it("is refused where the engine's preview fails before it came to every claim, with the reason", async () => {
        const failed = { errors: ["image is missing"], failure: new Error("exit code 255") };
        const { failure } = await check({ ...failed, changes: [sameNamespace] });
        expect(failure?.message).to.equal("image is missing");
        expect(failure?.remedy).to.include("--allow-data-loss");
        const { failure: another } = await check({ ...failed, changes: [sameClaim] });
        expect(another?.message).to.equal("image is missing");
        const { failure: mute } = await check({ failure: new Error("exit code 255") });
        expect(mute?.message).to.equal("exit code 255");
    });
});

describe("the namespaces that are asked for claims", () => {
    it("are those of the state, and those of its claims", () => {
        const elsewhere = { ...known("PersistentVolumeClaim", "data", "u"), namespace: "elsewhere" };
        expect(namespacesOf([...state, elsewhere])).to.deep.equal(["shop", "elsewhere"]);
        expect(namespacesOf([known("Namespace", "empty", "u")])).to.deep.equal(["empty"]);
        expect(namespacesOf([known("ConfigMap", "files", "u")])).to.deep.equal([]);
    });
});

describe("a question that nobody is asked", () => {
    it("whether data may be lost is answered with no, with --yes too", () => {
        expect(answerUnasked("no", false, false)?.answer).to.equal(false);
        expect(answerUnasked("no", true, false)?.answer).to.equal(false);
        expect(answerUnasked("no", true, true)?.answer).to.equal(false);
    });

    it("is answered with yes otherwise", () => {
        expect(answerUnasked("yes", false, false)?.answer).to.equal(true);
        expect(answerUnasked("yes", true, true)?.answer).to.equal(true);
    });

    it("is none where a person is at a terminal and has not said --yes", () => {
        expect(answerUnasked("no", false, true)).to.equal(undefined);
        expect(answerUnasked("yes", false, true)).to.equal(undefined);
    });
});
