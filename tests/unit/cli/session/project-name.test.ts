import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

import { projectFolder } from "../../../../cli/session/project.ts";

/** A checkout whose `Pulumi.yaml` has another name, with a data folder of its own. */
class RenamedCheckout {
    readonly folder = mkdtempSync(join(tmpdir(), "multitier-renamed-"));
    readonly dataFolder = join(this.folder, "data", "multitier");

    constructor(name: string) {
        for (const part of readdirSync(projectFolder).filter(
            (each) => !/^(?:\.|bench|tests|docs)/.test(each),
        )) {
            const [from, to] = [join(projectFolder, part), join(this.folder, part)];
            // What is linked is found where it is, not here.
            if (part === "node_modules") {
                symlinkSync(from, to);
            } else {
                cpSync(from, to, { recursive: true, filter: (file) => !file.includes("node_modules") });
            }
        }
        writeFileSync(join(this.folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    }

    /** Evaluates an expression over the modules of its commands. */
    evaluated(modules: Readonly<Record<string, string>>, expression: string): unknown {
        const imports = Object.entries(modules).map(
            ([file, names]) =>
                `import { ${names} } from ${JSON.stringify(pathToFileURL(join(this.folder, "cli", file)).href)};`,
        );
        const script = `${imports.join("\n")}\nconsole.log(JSON.stringify(await (${expression})));`;
        const { stdout, stderr } = spawnSync(
            process.execPath,
            ["--import", "tsx", "--input-type=module", "--eval", script],
            {
                encoding: "utf8",
                cwd: this.folder,
                env: {
                    ...process.env,
                    XDG_DATA_HOME: join(this.folder, "data"),
                    XDG_CACHE_HOME: this.folder,
                },
            },
        );
        if (stdout === "") {
            throw new Error(stderr);
        }
        return JSON.parse(stdout);
    }

    /** Lays a record as `up` leaves it. */
    record(stacksFolder: string, stack: string): void {
        const folder = join(this.dataFolder, stacksFolder, stack);
        mkdirSync(folder, { recursive: true });
        const record = { own: true, kubeconfig: "/k", context: "kind-multitier", clusterUid: "1" };
        writeFileSync(join(folder, "deployed-to.json"), JSON.stringify(record));
    }

    remove(): void {
        rmSync(this.folder, { recursive: true });
    }
}

describe("a project that is called otherwise than the template", () => {
    let checkout: RenamedCheckout;
    beforeEach(() => {
        checkout = new RenamedCheckout("storefront");
    });
    afterEach(() => {
        checkout.remove();
    });

    it("is Pulumi's under that name, with settings that begin with multitier:", () => {
        const resolved = checkout.evaluated(
            {
                "session/project.ts": "application, stackRef",
                "session/resolve-stack.ts": "resolveStack",
                "session/settings-source.ts": "stackSource",
                "session/cluster.ts": "connectToTarget",
                "session/backend.ts": "stateFile",
                "explain/explain.ts": "remedyHints",
            },
            `(async () => {
                const ref = stackRef(application, "pr-17");
                const { config, needs, source } = await resolveStack(ref, { context: "kind-multitier-x" });
                const { name, stacksFolder } = ref.project;
                const state = stateFile(name, "dev");
                const setting = remedyHints(ref).setting("server", "image");
                return { name, title: ref.title, stacksFolder, state, config, namespace: needs.namespace, setting, text: source.text };
            })()`,
        );
        expect(resolved).to.deep.include({
            name: "storefront",
            title: "the stack pr-17",
            stacksFolder: join(checkout.dataFolder, "projects", "storefront"),
            state: join(checkout.dataFolder, "state", ".pulumi", "stacks", "storefront", "dev.json"),
            config: { "multitier:context": "kind-multitier-x" },
            namespace: "shop-pr-17",
            setting: "multitier:server.image",
        });
    });

    it("keeps its stacks apart from those of another name, whose cluster it doesn't remove", () => {
        checkout.record("stacks", "dev");
        checkout.record("projects/blog", "dev");
        checkout.record("projects/storefront", "dev");
        const titles = checkout.evaluated(
            { "session/target.ts": "stacksOn" },
            `stacksOn({ name: "multitier", context: "kind-multitier", kubeconfig: "/k" }).then((refs) => refs.map(({ title }) => title))`,
        );
        expect(titles).to.have.members([
            "the stack dev",
            "the stack dev of multitier",
            "the stack dev of blog",
        ]);
    });

    it("is told by down of what runs under the name that it had before, and how to take it over", () => {
        checkout.record("stacks", "dev");
        const text = checkout.evaluated(
            { "session/project.ts": "application, stackRef", "commands/down.ts": "down" },
            `down(stackRef(application, "dev"), { offline: false, cluster: false }, {})`,
        );
        expect(text)
            .to.match(
                /^Nothing to remove: the stack dev is not deployed\.\nOne of the project multitier is\./,
            )
            .and.contain("stack rename organization/storefront/dev");
    });
});
