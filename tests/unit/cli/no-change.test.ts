import { expect } from "chai";

import { parseEvents } from "../../../cli/preview/engine-event.ts";
import { tellsOfNoChange } from "../../../cli/preview/engine-preview.ts";

const urn = "urn:pulumi:dev::multitier::pulumi:pulumi:Stack::multitier-dev";

/** The last events of a preview, as the engine writes them. */
function told(changes: Readonly<Record<string, number>>, before: object, after: object): boolean {
    const type = "pulumi:pulumi:Stack";
    const events = [
        {
            resOutputsEvent: {
                metadata: {
                    op: "same",
                    urn,
                    type,
                    old: { type, outputs: before },
                    new: { type, outputs: after },
                },
            },
        },
        { summaryEvent: { isPreview: true, resourceChanges: changes } },
    ];
    return tellsOfNoChange(parseEvents(events.map((event) => JSON.stringify(event)).join("\n")));
}

describe("a preview that tells of no change", () => {
    const outputs = { url: "http://localhost:8080/", services: { mysql: { port: 3306 } } };

    it("has all resources the same, and the stack's outputs too", () => {
        expect(told({ same: 53 }, outputs, structuredClone(outputs))).to.equal(true);
    });

    it("is none where a resource or a component changes", () => {
        expect(told({ same: 52, update: 1 }, outputs, outputs)).to.equal(false);
        expect(told({ same: 53, create: 1 }, outputs, outputs)).to.equal(false);
    });

    it("is none where an output changes alone", () => {
        expect(told({ same: 53 }, outputs, { ...outputs, url: "http://localhost:9090/" })).to.equal(false);
        expect(told({ same: 53 }, {}, outputs)).to.equal(false);
    });

    it("is none where the engine has not come to an end", () => {
        expect(tellsOfNoChange([])).to.equal(false);
    });
});
