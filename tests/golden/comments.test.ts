import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { longestComment, markdown } from "../../cli/preview/markdown.ts";
import type { PreviewReport } from "../../cli/preview/report.ts";
import { cases, commentFile, reportOn } from "./comments";

/** The cases that endanger data. */
const atRisk = ["renamed-without-alias", "volume-ephemeral", "volume-replaced"];

for (const [name, which] of Object.entries(cases)) {
    describe(`the comment on ${which.title}`, () => {
        let report: PreviewReport;
        before(async () => {
            report = await reportOn(which);
        });

        it("is the committed one (after a wanted change: npm run golden, and review the diff)", () => {
            const file = commentFile(name);
            expect(markdown(report)).to.equal(existsSync(file) ? readFileSync(file, "utf8") : "");
        });

        it(atRisk.includes(name) ? "has data at risk on top" : "has no data at risk", () => {
            expect(report.dataAtRisk.length > 0).to.equal(atRisk.includes(name));
        });

        it("fits into a comment", () => {
            expect(markdown(report).length).to.be.at.most(longestComment);
        });
    });
}
