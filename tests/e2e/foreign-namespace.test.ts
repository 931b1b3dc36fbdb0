import { expect } from "chai";

import { api, kubectl } from "./live-cluster.ts";
import { requireApplication, workspace } from "./suite.ts";
import { cluster } from "./options.ts";

const theirs = "somebody-elses";

const settings = `config:
  pulumi:disable-default-providers: [kubernetes]
  multitier:context: ${cluster.context}
  multitier:namespace: ${theirs}
  multitier:ingress: { externalPort: ${cluster.port} }
`;

describe("a stack whose namespace exists already and is somebody else's", () => {
    let output: string;
    let uid: string | undefined;
    before(async () => {
        requireApplication();
        await kubectl("create", "namespace", theirs);
        await kubectl("create", "configmap", "precious", "--namespace", theirs);
        uid = (await api().core.readNamespace({ name: theirs })).metadata?.uid;
        await workspace().checkout.write("Pulumi.other.yaml", settings);
        ({ output } = await workspace().start("up", ["--stack", "other"]).endWith(1));
    });
    after(async () => {
        await kubectl("delete", "namespace", theirs, "--ignore-not-found", "--wait=false");
    });

    it("is refused with the namespace's name", () => {
        expect(output).to.match(/✖.*somebody-elses/);
    });

    it("leaves that namespace as it was, also when it is removed again", async () => {
        await workspace().down(["--stack", "other"]);
        const { metadata } = await api().core.readNamespace({ name: theirs });
        expect(metadata?.uid).to.equal(uid);
        expect(metadata?.deletionTimestamp).to.equal(undefined);
        expect(Object.keys(metadata?.labels ?? {})).to.deep.equal(["kubernetes.io/metadata.name"]);
        expect(await kubectl("get", "configmaps", "-n", theirs, "-o", "name")).to.include(
            "configmap/precious",
        );
        expect(await kubectl("get", "all,secrets,networkpolicies", "-n", theirs, "-o", "name")).to.equal("");
    });
});
