import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { kubectlCommand, labText } from "../../../cluster/lab.ts";
import { allProjects, application, exampleNames, exampleProject } from "../../../cluster/project.ts";

const access = {
    kubectl: "/nowhere/bin/kubectl",
    kubeconfig: "/home/ann/my clusters/kubeconfig",
    context: "kind-multitier",
    namespace: "two-apps",
};

const readme = `# two-apps

    npm run example -- two-apps

## Lab

Look with kubectl:

\`\`\`sh
kubectl get svc
kubectl get pods | wc -l; kubectl version
\`\`\`

Done.

## More

Not a part of it.
`;

describe("kubectl in a printed command", () => {
    it("names file, context and namespace, so that the person's own settings neither matter nor change", () => {
        expect(kubectlCommand(access, "")).to.equal(
            "/nowhere/bin/kubectl --kubeconfig '/home/ann/my clusters/kubeconfig' " +
                "--context kind-multitier -n two-apps",
        );
    });

    it("is short for what lies in the person's home folder", () => {
        const kubeconfig = join(homedir(), "clusters/kubeconfig");
        expect(kubectlCommand({ ...access, kubeconfig }, "")).to.contain(
            " --kubeconfig ~/clusters/kubeconfig ",
        );
    });

    it("names no file that kubectl finds by itself", () => {
        expect(kubectlCommand({ ...access, kubeconfig: undefined }, "")).to.equal(
            "/nowhere/bin/kubectl --context kind-multitier -n two-apps",
        );
    });

    it("is a bare word only where the shell finds the same one, and not another before it", () => {
        const folders = ["first", "second"].map((name) => {
            const folder = join(mkdtempSync(join(tmpdir(), "lab-")), name);
            mkdirSync(folder);
            writeFileSync(join(folder, "kubectl"), "");
            return folder;
        });
        const kubectl = join(folders[1] ?? "", "kubectl");
        const told = folders.map((_, index) =>
            kubectlCommand({ ...access, kubectl }, folders.slice(index).join(delimiter)),
        );
        folders.forEach((folder) => {
            rmSync(dirname(folder), { recursive: true });
        });
        expect(told[0]).to.match(/second\/kubectl --/);
        expect(told[1]).to.match(/^kubectl --/);
    });
});

describe("a lab as it is printed", () => {
    it("is that section of the README, with its commands made complete and its texts left alone", () => {
        expect(labText(readme, "K -n x")).to.equal(
            "Look with kubectl:\n\n  K -n x get svc\n  K -n x get pods | wc -l; K -n x version\n\nDone.",
        );
    });

    it("is asked for in vain where a README has none", () => {
        expect(() => labText("# No lab\n", "kubectl")).to.throw('no section "## Lab"');
    });
});

describe("the examples", () => {
    for (const name of exampleNames()) {
        it(`are told how to be started, and have a lab in which each command asks kubectl: ${name}`, () => {
            const text = readFileSync(join(exampleProject(name).folder, "README.md"), "utf8");
            expect(text).to.contain(`npm run example -- ${name}`);
            const commands = labText(text, "KUBECTL")
                .split("\n")
                .filter((line) => line.startsWith("  ") && !line.startsWith("   "));
            expect(commands).to.have.length.above(1);
            for (const command of commands) {
                expect(command).to.match(/^ {2}KUBECTL /);
            }
        });
    }

    it("are refused under a name that none has, with those there are", () => {
        expect(() => exampleProject("two-app"))
            .to.throw('no example "two-app"')
            .with.property("remedy")
            .that.contains("two-apps");
    });

    it("share neither a project, a namespace, a state nor a folder with each other or the application", () => {
        const projects = allProjects();
        expect(projects).to.include(application);
        for (const key of ["name", "folder", "stacksFolder"] as const) {
            expect(new Set(projects.map((project) => project[key])).size, key).to.equal(projects.length);
        }
    });
});
