import { expect } from "chai";

import { optionsTakenByNpm } from "../../../cli/terminal/npm-options.ts";

const options = ["--cluster", "--save-plan", "--yes"];

describe("options that npm keeps for itself", () => {
    it("are those of the command's that npm has put into the environment", () => {
        const environment = { npm_config_cluster: "true", npm_config_save_plan: "plan.json", PATH: "" };
        expect(optionsTakenByNpm(options, environment)).to.deep.equal(["--cluster", "--save-plan"]);
    });

    it("are none where `--` stands before them, whatever npm's own settings are", () => {
        expect(optionsTakenByNpm(options, { npm_config_yes: "true", npm_config_audit: "" })).to.deep.equal(
            [],
        );
    });
});
