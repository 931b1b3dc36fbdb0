import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as v from "valibot";
import { parse } from "yaml";
import { goldenFile, goldenStacks } from "../golden/rendered-stack.ts";
import { checkovFindings, kubeScoreFindings, type ScanFinding } from "./findings.ts";
import { provideCheckov, provideKubeScore } from "./scanners.ts";

const waiversSchema = v.array(
    v.strictObject({
        scanner: v.picklist(["kube-score", "checkov"]),
        check: v.string(),
        /** A regular expression that matches the whole of the objects' names. */
        objects: v.string(),
        reason: v.pipe(v.string(), v.minLength(20)),
    }),
);

const waivers = v.parse(
    waiversSchema,
    parse(readFileSync(join(import.meta.dirname, "waivers.yaml"), "utf8")),
);

function waives({ scanner, check, objects }: (typeof waivers)[number], finding: ScanFinding): boolean {
    return (
        scanner === finding.scanner &&
        check === finding.check &&
        new RegExp(`^(${objects})$`).test(finding.object)
    );
}

describe("the scanners", () => {
    const found: ScanFinding[] = [];

    for (const stack of goldenStacks().keys()) {
        for (const [scanner, scan] of [
            ["kube-score", async (file: string) => kubeScoreFindings(await provideKubeScore(), file)],
            ["checkov", async (file: string) => checkovFindings(await provideCheckov(), file)],
        ] as const) {
            it(`${scanner} finds nothing in the stack ${stack} that isn't waived with a reason`, async () => {
                const findings = await scan(goldenFile(stack));
                found.push(...findings);
                const unwaived = findings.filter(
                    (finding) => !waivers.some((waiver) => waives(waiver, finding)),
                );
                expect(
                    unwaived.map(({ check, object, text }) => `${check} ${object}: ${text}`),
                ).to.deep.equal([]);
            });
        }
    }

    it("still find all that is waived", () => {
        const unused = waivers.filter((waiver) => !found.some((finding) => waives(waiver, finding)));
        expect(unused.map(({ check, objects }) => `${check} ${objects}`)).to.deep.equal([]);
    });
});
