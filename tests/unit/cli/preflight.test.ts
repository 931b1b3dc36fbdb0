import { expect } from "chai";
import type { LiveClaim, LiveStorageClass } from "../../../cli/kubernetes/live-object.ts";
import { checkStorage } from "../../../cli/kubernetes/preflight.ts";

function claim(size: string, storageClassName: string): LiveClaim {
    return {
        metadata: { name: "mysql-data", labels: { "app.kubernetes.io/name": "mysql" } },
        spec: { storageClassName, resources: { requests: { storage: size } } },
    };
}

function storageClass(
    name: string,
    options: { expands?: boolean; isDefault?: boolean } = {},
): LiveStorageClass {
    return {
        metadata: {
            name,
            annotations: {
                "storageclass.kubernetes.io/is-default-class": String(options.isDefault ?? false),
            },
        },
        allowVolumeExpansion: options.expands ?? false,
    };
}

const classes = [storageClass("standard", { isDefault: true }), storageClass("elastic", { expands: true })];
const wanted = { tier: "mysql", size: "4Gi", className: undefined };

describe("volumes that the settings ask for, against those that are there", () => {
    it("fit when nothing has changed, however the same size is written", () => {
        expect(
            checkStorage([{ ...wanted, size: "4096Mi" }], [claim("4Gi", "standard")], classes),
        ).to.deep.equal([]);
    });

    it("can't shrink", () => {
        const [problem] = checkStorage([{ ...wanted, size: "2Gi" }], [claim("4Gi", "elastic")], classes);
        expect(problem).to.contain("multitier:mysql.storage.size = 2Gi").and.contain("can't shrink");
        expect(problem).to.contain("Set it to 4Gi or more").and.contain("npm run down");
    });

    it("can't grow where the class doesn't allow it", () => {
        const [problem] = checkStorage([{ ...wanted, size: "8Gi" }], [claim("4Gi", "standard")], classes);
        expect(problem)
            .to.contain("standard doesn't allow volumes to grow")
            .and.contain("Set it back to 4Gi");
    });

    it("can grow where the class allows it", () => {
        expect(checkStorage([{ ...wanted, size: "8Gi" }], [claim("4Gi", "elastic")], classes)).to.deep.equal(
            [],
        );
    });

    it("are others in another class, of any size, where the cluster has that class", () => {
        const shrunk = { ...wanted, size: "1Gi" };
        const live = [claim("4Gi", "standard")];
        expect(checkStorage([{ ...shrunk, className: "elastic" }], live, classes)).to.deep.equal([]);
        expect(checkStorage([{ ...shrunk, className: "standard" }], live, classes)).to.have.length(1);
        const [problem] = checkStorage([{ ...shrunk, className: "fast" }], live, classes);
        expect(problem).to.contain("className = fast").and.contain("no such StorageClass");
    });

    it("need a class that exists, and a default where none is named", () => {
        expect(checkStorage([{ ...wanted, className: "fast" }], [], classes)[0]).to.contain(
            "standard, elastic",
        );
        expect(checkStorage([wanted], [], [storageClass("elastic")])[0]).to.contain(
            "no default StorageClass",
        );
        expect(checkStorage([wanted], [], classes)).to.deep.equal([]);
    });

    it("are reported all at once", () => {
        const redis = { tier: "redis", size: "1Gi", className: "fast" };
        expect(
            checkStorage([{ ...wanted, size: "1Gi" }, redis], [claim("4Gi", "standard")], classes),
        ).to.have.length(2);
    });
});
