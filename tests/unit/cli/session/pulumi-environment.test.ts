import { expect } from "chai";

import { pulumiEnvironment } from "../../../../cli/session/pulumi-environment.ts";
import { resolvedStack } from "./resolved-stack.ts";

describe("the environment of the Pulumi CLI", () => {
    const before = { ...process.env };
    afterEach(() => {
        process.env = before;
    });

    it("names the proxies that the command's own does, for the CLI and its plugins", () => {
        const proxies = {
            HTTPS_PROXY: "http://proxy.example:3128",
            http_proxy: "http://proxy.example:3129",
            NO_PROXY: "10.0.0.0/8",
        };
        process.env = { ...before, ...proxies };
        expect(pulumiEnvironment(resolvedStack(), {})).to.include(proxies);
    });
});
