import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { kubectlFunction, labText } from "../../../cli/commands/lab-text.ts";
import { allProjects, application, exampleNames, exampleProject } from "../../../cli/session/project.ts";

const access = {
    kubectl: "/nowhere/bin/kubectl",
    kubeconfig: "/home/ann/my clusters/kubeconfig:/etc/kubeconfig",
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

describe("kubectl in a person's shell", () => {
    it("names file, context and namespace, so that the person's own settings neither matter nor change", () => {
        expect(kubectlFunction(access)).to.equal(
            "kubectl() { KUBECONFIG='/home/ann/my clusters/kubeconfig:/etc/kubeconfig' " +
                '/nowhere/bin/kubectl --context kind-multitier -n two-apps "$@"; }',
        );
    });

    it("names no file that kubectl finds by itself", () => {
        expect(kubectlFunction({ ...access, kubeconfig: undefined })).to.equal(
            'kubectl() { /nowhere/bin/kubectl --context kind-multitier -n two-apps "$@"; }',
        );
    });
});

describe("a lab as it is printed", () => {
    it("is that section of the README, behind what its commands need", () => {
        expect(labText(readme, "kubectl() { K; }").split("\n").slice(1).join("\n")).to.equal(
            "\n  kubectl() { K; }\n\nLook with kubectl:\n\n  kubectl get svc\n  kubectl get pods | wc -l; kubectl version\n\nDone.",
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
            const commands = labText(text, "kubectl() { kubectl; }")
                .split("\n")
                .filter((line) => line.startsWith("  ") && !line.startsWith("   "));
            expect(commands).to.have.length.above(2);
            for (const command of commands.slice(1)) {
                expect(command).to.match(/^ {2}kubectl /);
            }
        });
    }

    it("are refused under a name that none has, with those there are", () => {
        expect(() => exampleProject("two-app"))
            .to.throw('no example "two-app"')
            .with.property("remedy")
            .that.contains("two-apps");
    });

    it("are named to a person who names none", () => {
        expect(() => exampleProject(undefined))
            .to.throw("Which example?")
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
