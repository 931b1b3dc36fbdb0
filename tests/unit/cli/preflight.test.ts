import { expect } from "chai";
import type { LiveClaim, LiveIngress, LiveStorageClass } from "../../../cli/kubernetes/live-object.ts";
import { checkAgainstCluster, checkHost, checkStorage, isTooOld } from "../../../cli/kubernetes/preflight.ts";
import { parseSettings } from "../../../settings/parse.ts";
import { fakeCluster } from "./kind/fake-cluster.ts";
import { ownershipOf } from "../../../cli/kubernetes/stack-labels.ts";

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

describe("the host that the settings ask for, against the Ingresses that are there", () => {
    const labels = ownershipOf("multitier", "staging");
    const ingress = (instance: string, host: string, ingressClassName = "traefik"): LiveIngress => ({
        metadata: {
            name: "app-ingress",
            namespace: "shop",
            labels: { "app.kubernetes.io/part-of": "multitier", "app.kubernetes.io/instance": instance },
        },
        spec: { ingressClassName, rules: [{}, { host }] },
    });
    const check = (...ingresses: LiveIngress[]): string[] =>
        checkHost("localhost", "traefik", ingresses, "shop", labels);

    it("is refused where another stack's Ingress has it, which is named", () => {
        const [problem] = check(ingress("dev", "localhost"));
        expect(problem)
            .to.contain("multitier:host = localhost")
            .and.contain("Ingress app-ingress in the namespace shop");
    });

    it("is the stack's own in whichever namespace its Ingress is", () => {
        expect(check(ingress("staging", "localhost"))).to.deep.equal([]);
    });

    it("is left to the namespace's identifier in the own namespace, where this project may have had another name", () => {
        const former = ingress("staging", "localhost");
        const partOf = { "app.kubernetes.io/part-of": "former" };
        const metadata = { ...former.metadata, labels: { ...former.metadata?.labels, ...partOf } };
        expect(check({ ...former, metadata })).to.deep.equal([]);
        expect(check({ ...former, metadata: { ...metadata, namespace: "other" } })).to.have.length(1);
    });

    it("is free where others have another host, another controller, or none", () => {
        const withoutRules = { ...ingress("dev", ""), spec: { ingressClassName: "traefik" } };
        expect(
            check(ingress("dev", "dev.localhost"), ingress("dev", "localhost", "nginx"), withoutRules),
        ).to.deep.equal([]);
    });
});

describe("the settings against a cluster", () => {
    const settings = parseSettings({ "multitier:context": "kind-multitier" });
    const labels = ownershipOf("multitier", "staging");

    const forbidden = { status: 403, body: { message: "forbidden" } };

    /** The refusal of a cluster in which dev has the host, or whose Ingresses or classes may not be listed. */
    async function refusal(
        ingresses: { readonly status?: number; readonly body: object },
        reports: string[] = [],
        classes?: typeof forbidden,
    ): Promise<string> {
        await using cluster = await fakeCluster((_, path) => {
            if (path.endsWith("/ingresses")) {
                return ingresses;
            }
            if (path.endsWith("classes") && classes !== undefined) {
                return classes;
            }
            const items = path.endsWith("/ingressclasses")
                ? [{ metadata: { name: settings.ingress.className } }]
                : path.endsWith("/storageclasses")
                  ? [storageClass("standard", { isDefault: true })]
                  : [];
            return { body: { items } };
        });
        const report = (line: string): void => {
            reports.push(line);
        };
        return await checkAgainstCluster(cluster.client, settings, labels, report).then(
            () => "",
            (error: unknown) => String(error),
        );
    }

    it("are refused where another stack has their host", async () => {
        const dev = {
            metadata: { name: "app-ingress", namespace: "shop", labels: {} },
            spec: { ingressClassName: settings.ingress.className, rules: [{ host: settings.host }] },
        };
        expect(await refusal({ body: { items: [dev] } })).to.include(
            "Ingress app-ingress in the namespace shop",
        );
    });

    it("are not held up by a lack of rights to see the cluster's classes, of which one line tells", async () => {
        const reports: string[] = [];
        expect(await refusal({ body: { items: [] } }, reports, forbidden)).to.equal("");
        expect(reports).to.deep.equal([
            "not checked, since you may not list them: IngressClasses, StorageClasses",
        ]);
    });

    it("are not held up by a lack of rights to see others' Ingresses", async () => {
        const reports: string[] = [];
        expect(await refusal(forbidden, reports)).to.equal("");
        expect(reports.join()).to.include("the Ingresses of other namespaces");
        expect(await refusal({ status: 500, body: { message: "broken" } })).to.include("broken");
    });
});

describe("what a user may not list", () => {
    const claim = { metadata: { labels: { "app.kubernetes.io/name": "mysql" } } };

    it("is no mistake in a setting, but that a volume can't shrink is known all the same", () => {
        const wanted = { tier: "mysql", size: "8Gi", className: "fast" };
        expect(checkStorage([wanted], [], undefined)).to.deep.equal([]);
        const spec = { storageClassName: "fast", resources: { requests: { storage: "4Gi" } } };
        expect(checkStorage([wanted], [{ ...claim, spec }], undefined)).to.deep.equal([]);
        const larger = { ...spec, resources: { requests: { storage: "16Gi" } } };
        expect(checkStorage([wanted], [{ ...claim, spec: larger }], undefined).join()).to.include(
            "can't shrink",
        );
    });
});

describe("the version of a cluster", () => {
    it("is too old without the preStop sleep, also where the provider signs it", () => {
        expect(isTooOld("1", "29")).to.equal(true);
        expect(isTooOld("1", "29+")).to.equal(true);
        expect(isTooOld("1", "30")).to.equal(false);
        expect(isTooOld("1", "36+")).to.equal(false);
        expect(isTooOld("2", "0")).to.equal(false);
    });
});
