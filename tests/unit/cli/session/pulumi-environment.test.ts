import { expect } from "chai";

import { pulumiEnvironment } from "../../../../cli/session/pulumi-environment.ts";
import { stackFileCopy } from "../../../../cli/session/stack-folder.ts";
import { keepEnvironment } from "../keep-environment.ts";
import { resolvedStack } from "./resolved-stack.ts";

describe("the environment of the Pulumi CLI", () => {
    keepEnvironment();

    it("names the proxies that the command's own does, for the CLI and its plugins", () => {
        const proxies = {
            HTTPS_PROXY: "http://proxy.example:3128",
            http_proxy: "http://proxy.example:3129",
            NO_PROXY: "10.0.0.0/8",
        };
        Object.assign(process.env, proxies);
        expect(pulumiEnvironment(resolvedStack(), {})).to.include(proxies);
    });

    it("gives the program the settings that the command has read, and no others that a variable names", () => {
        const variables = { PULUMI_OPTION_CONFIG_FILE: "elsewhere", PULUMI_OPTION_CONFIG: "elsewhere" };
        Object.assign(process.env, variables);
        const backend = { managed: false, description: "s3://state", environment: {} };
        expect(pulumiEnvironment(resolvedStack({ backend }), {})).to.not.have.any.keys(
            ...Object.keys(variables),
        );
        const managed = resolvedStack();
        const environment = pulumiEnvironment(managed, {});
        expect(environment["PULUMI_OPTION_CONFIG_FILE"]).to.equal(stackFileCopy(managed.ref));
        expect(environment).to.not.have.property("PULUMI_OPTION_CONFIG");
    });
});
