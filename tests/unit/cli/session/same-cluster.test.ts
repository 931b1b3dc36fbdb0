import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";

import { ownClusterOf } from "../../../../cli/kind/kind-context.ts";
import { application, stackRef } from "../../../../cli/session/project.ts";
import { resolveStack, type ResolvedStack } from "../../../../cli/session/resolve-stack.ts";
import { recordDeployedTo, type TargetOptions } from "../../../../cli/session/target.ts";
import { kubeconfigText } from "./kubeconfig-text.ts";

describe("the cluster that a stack was deployed to, under another name", () => {
    let folder: string;
    let former: string;
    let moved: string;
    let server: Server;
    let address: string;
    let uid: string;
    const usersKubeconfig = process.env["KUBECONFIG"];

    before(async () => {
        server = createServer((_, response) => {
            response.writeHead(200, { "content-type": "application/json" });
            response.end(JSON.stringify({ metadata: { name: "kube-system", uid } }));
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        const listening = server.address();
        address = `http://127.0.0.1:${typeof listening === "object" ? (listening?.port ?? 0) : 0}`;
    });
    after(() => {
        server.closeAllConnections();
        server.close();
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "multitier-same-cluster-"));
        [former, moved] = [join(folder, "former"), join(folder, "moved")];
        uid = "uid-1";
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
        if (usersKubeconfig === undefined) {
            Reflect.deleteProperty(process.env, "KUBECONFIG");
        } else {
            process.env["KUBECONFIG"] = usersKubeconfig;
        }
    });

    function write(file: string, context: string): void {
        const cluster = { "insecure-skip-tls-verify": true };
        writeFileSync(file, kubeconfigText({ contexts: [context], server: address, cluster }));
    }

    /** Resolves a stack that was deployed to the context `prod` of the former kubeconfig, unless it is said otherwise. */
    async function resolved(
        settings: TargetOptions,
        told: TargetOptions = {},
        deployedTo: { readonly own?: boolean; readonly kubeconfig?: string; readonly context?: string } = {},
    ): Promise<ResolvedStack> {
        const ref = stackRef({ ...application, stacksFolder: folder }, "prod");
        await recordDeployedTo(ref, {
            ...{ own: false, kubeconfig: former, context: "prod", clusterUid: "uid-1" },
            ...deployedTo,
        });
        const { context, kubeconfig } = settings;
        const text = stringify({
            config: { "multitier:context": context, "multitier:kubeconfig": kubeconfig },
        });
        return await resolveStack(ref, told, { name: "Pulumi.prod.yaml", text, ownFile: true });
    }

    async function refusal(resolving: Promise<unknown>): Promise<{ message: string; remedy: unknown }> {
        const error: unknown = await resolving.catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(Error).and.to.have.property("remedy");
        return error instanceof Error
            ? { message: error.message, remedy: Reflect.get(error, "remedy") }
            : { message: "", remedy: "" };
    }

    it("is recognized where its kubeconfig was moved, as the settings or KUBECONFIG say", async () => {
        write(moved, "prod");
        const { target } = await resolved({ context: "prod", kubeconfig: moved });
        expect(target).to.include({ kubeconfig: moved, context: "prod", own: undefined });
        process.env["KUBECONFIG"] = `${join(folder, "nothing")}${delimiter}${moved}`;
        const { target: found, renamed } = await resolved({ context: "prod" });
        expect(found.kubeconfig).to.equal(process.env["KUBECONFIG"]);
        expect(renamed).to.equal(true);
    });

    it("is recognized where its context was renamed, as the settings or the command line say", async () => {
        write(former, "production");
        const named = await resolved({ context: "production", kubeconfig: former });
        expect(named.target.context).to.equal("production");
        const told = await resolved(
            { context: "kind-multitier" },
            { context: "production", kubeconfig: former },
        );
        expect(told.config).to.deep.equal({ "multitier:context": "production" });
    });

    it("is looked for in the user's kubeconfig where the command line named it and that file is gone", async () => {
        write(moved, "prod");
        process.env["KUBECONFIG"] = moved;
        const { target } = await resolved({ context: "kind-multitier" });
        expect(target).to.include({ kubeconfig: moved, context: "prod", own: undefined });
    });

    it("stays the project's own, which down --cluster removes, by whatever name it is reached", async () => {
        write(moved, "theirs");
        const own = ownClusterOf("kind-multitier-nowhere");
        const { target } = await resolved(
            { context: "theirs", kubeconfig: moved },
            {},
            { own: true, context: "kind-multitier-nowhere", kubeconfig: own?.kubeconfig ?? "" },
        );
        expect(target.own).to.deep.equal(own);
    });

    it("is never silently another one", async () => {
        write(former, "prod");
        write(moved, "prod");
        uid = "uid-2";
        const { message, remedy } = await refusal(resolved({ context: "prod", kubeconfig: moved }));
        expect(message).to.equal(
            `This stack is deployed to the context prod (${former}), not to prod of ${moved}: that is another cluster.`,
        );
        expect(remedy)
            .to.contain(`To work with it where it is: --context prod --kubeconfig ${former}`)
            .and.contain("--stack");
    });

    it("is not asked for under a name that is gone", async () => {
        write(moved, "prod");
        uid = "uid-2";
        const another = { context: "prod", kubeconfig: moved };
        const { remedy } = await refusal(resolved(another));
        expect(remedy)
            .to.contain(`There is no kubeconfig ${former}.`)
            .and.contain("--context NAME --kubeconfig FILE")
            .and.not.contain("--context prod");
        write(former, "production");
        expect((await refusal(resolved(another))).remedy)
            .to.contain(`${former} has no context prod; it has: production.`)
            .and.not.contain("--context prod");
    });

    it("is not taken for granted where the cluster doesn't answer, or the context isn't there", async () => {
        writeFileSync(moved, kubeconfigText({ contexts: ["prod"] }));
        const unanswered = await refusal(resolved({ context: "prod", kubeconfig: moved }));
        expect(unanswered.message).to.contain(`not to prod of ${moved}: The cluster of the context prod`);
        const missing = await refusal(resolved({ context: "other", kubeconfig: moved }));
        expect(missing.message).to.contain(`${moved} has no context other`);
    });
});
