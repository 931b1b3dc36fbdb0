import { expect } from "chai";
import { manifestsOf } from "../../../bench/manifests";

const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});

const state = JSON.stringify({
    version: 3,
    deployment: {
        resources: [
            { urn: "a", type: "pulumi:pulumi:Stack" },
            { urn: "b", type: "random:index/randomPassword:RandomPassword", inputs: { length: 32 } },
            {
                urn: "c",
                type: "kubernetes:core/v1:Secret",
                inputs: {
                    __fieldManager: "pulumi",
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: {
                        name: "mysql-2f",
                        namespace: "from",
                        annotations: { "pulumi.com/autonamed": "true", note: "kept" },
                    },
                    stringData: secret({ password: "geheim", host: "mysql.from.svc" }),
                },
            },
        ],
    },
});

describe("the manifests that kubectl applies for comparison", () => {
    it("are the stack's Kubernetes objects in another namespace, without what is Pulumi's", () => {
        expect(JSON.parse(manifestsOf(state, "from", "to"))).to.deep.equal({
            apiVersion: "v1",
            kind: "List",
            items: [
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: { name: "mysql-2f", namespace: "to", annotations: { note: "kept" } },
                    stringData: { password: "geheim", host: "mysql.to.svc" },
                },
            ],
        });
    });

    it("are not made of something that is no exported state", () => {
        expect(() => manifestsOf("{}", "from", "to")).to.throw();
    });
});
