import { readFileSync } from "node:fs";
import { join } from "node:path";
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
        expect(kubectlCommand(access)).to.equal(
            "/nowhere/bin/kubectl --kubeconfig '/home/ann/my clusters/kubeconfig' " +
                "--context kind-multitier --namespace two-apps",
        );
    });

    it("is a bare word where the shell finds the same one, and names no file that it finds by itself", () => {
        const [folder = ""] = (process.env["PATH"] ?? "").split(":");
        const command = kubectlCommand({
            ...access,
            kubectl: join(folder, "kubectl"),
            kubeconfig: undefined,
        });
        expect(command).to.equal("kubectl --context kind-multitier --namespace two-apps");
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
