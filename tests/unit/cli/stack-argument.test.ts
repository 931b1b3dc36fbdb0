import { expect } from "chai";
import { stackOf } from "../../../cli/commands/pulumi.ts";

describe("the stack that the arguments of npm run pulumi name", () => {
    it("is dev where they name none", () => {
        expect(stackOf(["preview", "--diff"])).to.equal("dev");
        expect(stackOf([])).to.equal("dev");
    });

    it("is theirs, however it is written", () => {
        for (const args of [
            ["preview", "--stack", "production"],
            ["-s", "production", "preview"],
            ["preview", "--stack=production"],
        ]) {
            expect(stackOf(args), args.join(" ")).to.equal("production");
        }
    });

    it("is not looked for behind --, where values begin", () => {
        expect(stackOf(["config", "set", "key", "--", "--stack=x"])).to.equal("dev");
    });
});
