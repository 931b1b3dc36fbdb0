import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { loadSettings } from "../../../settings/load";
import { SettingsError } from "../../../settings/settings-error";
import { asText, leastConfig } from "./examples";

describe("loading a stack's settings in its program", () => {
    let before: Record<string, string>;
    beforeEach(async () => {
        before = pulumi.runtime.allConfig();
        await pulumi.runtime.setMocks(
            { call: () => ({}), newResource: () => ({ id: undefined, state: {} }) },
            "multitier",
            "test",
        );
    });
    afterEach(() => {
        pulumi.runtime.setAllConfig(before);
    });

    function load(config: Readonly<Record<string, unknown>>, secretKeys: string[] = []) {
        pulumi.runtime.setAllConfig(asText({ ...leastConfig, ...config }), secretKeys);
        return loadSettings();
    }

    function failureOf(run: () => unknown): unknown {
        try {
            run();
        } catch (error) {
            return error;
        }
        return undefined;
    }

    it("reads them from the stack's config", () => {
        const settings = load({ "multitier:protect": true, "multitier:redis": { maxMemory: "64Mi" } });
        expect(settings.protect).to.equal(true);
        expect(settings.redis.maxMemory).to.equal("64Mi");
    });

    it("fails with all mistakes in one error, of which Pulumi prints the message only", () => {
        const error = failureOf(() => load({ "multitier:host": "http://x", "multitier:protect": "maybe" }));
        expect(error).to.be.instanceOf(SettingsError);
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        expect(String(error)).to.match(
            /2 mistakes in the settings of Pulumi\.test\.yaml:[^]*protect[^]*host/,
        );
    });

    it("refuses settings under the project's name where that is another", async () => {
        const mocks = { call: () => ({}), newResource: () => ({ id: undefined, state: {} }) };
        await pulumi.runtime.setMocks(mocks, "storefront", "test");
        expect(String(failureOf(() => load({ "storefront:host": "x" })))).to.contain(
            'did you mean "multitier:host"?',
        );
    });

    it("takes encrypted settings, but shows none", () => {
        expect(load({ "multitier:host": "secret.example.com" }, ["multitier:host"]).host).to.equal(
            "secret.example.com",
        );
        const error = failureOf(() => load({ "multitier:host": "hunter2!" }, ["multitier:host"]));
        expect(String(error)).to.contain("multitier:host = [secret]").and.not.contain("hunter2");
    });

    it("shows what isn't encrypted: the SDK, which doesn't declare it, still tells which values are", () => {
        const error = failureOf(() =>
            load({ "multitier:host": "hunter2!", "multitier:namespace": "No" }, ["multitier:host"]),
        );
        expect(String(error))
            .to.contain('multitier:namespace = "No"')
            .and.contain("multitier:host = [secret]");
    });
});
