import { expect } from "chai";
import { checkIngressClass } from "../../../cli/kubernetes/preflight.ts";
import {
    CommandFailure,
    describeBriefly,
    describeFailure,
    StepFailure,
} from "../../../cli/terminal/failure.ts";
import { application, exampleProject } from "../../../cli/session/project.ts";
import { describeResult } from "../../../cli/commands/up-summary.ts";

const services = {
    mysql: {
        name: "mysql",
        qualifiedName: "mysql.shop",
        fqdn: "mysql.shop.svc.cluster.local",
        port: 3306,
        endpoint: "mysql.shop.svc.cluster.local:3306",
    },
};

describe("a command's last words", () => {
    it("say which step failed, why, what to do and where the log is, without a stack trace", () => {
        const failure = new StepFailure("Cluster", new CommandFailure("Port 8080 is taken.", "Free it."));
        expect(describeFailure(failure, "/logs/up.log")).to.equal(
            "✖ Cluster: Port 8080 is taken.\n  Free it.\n  The full log: /logs/up.log",
        );
    });

    it("say why and what to do also where there are no steps and no log", () => {
        const failure = new CommandFailure("There is no cluster.", "Make it:\n  npm run up");
        expect(describeBriefly(failure)).to.equal("✖ There is no cluster.\n  Make it:\n    npm run up");
        expect(describeBriefly(new Error("It broke."))).to.equal("✖ It broke.");
    });

    it("keep the end of a long output, where the reason usually is", () => {
        const output = Array.from({ length: 200 }, (_, line) => `line ${line}`).join("\n");
        const text = describeFailure(
            new StepFailure("Images", new Error(`podman build failed\n${output}`)),
            "/log",
        );
        expect(text.split("\n")).to.have.length.below(30);
        expect(text).to.contain("podman build failed").and.contain("line 199");
    });

    it("are the URL and each tier's DNS names when all went well", () => {
        const text = describeResult(
            { url: "http://localhost:8080/", namespace: "shop", services },
            application.commands("dev"),
        );
        expect(text).to.contain("http://localhost:8080/").and.contain("Remove it all: npm run down");
        expect(text).to.match(/mysql\s+mysql\.shop\s+mysql\.shop\.svc\.cluster\.local:3306/);
    });

    it("are the DNS names, and how to remove just that, where nothing can be reached from outside", () => {
        const commands = exampleProject("mysql-lab").commands("dev");
        const text = describeResult({ namespace: "mysql-lab", services }, commands);
        expect(text).to.contain("mysql.shop").and.not.contain("http://");
        expect(text).to.match(/npm run example -- mysql-lab --down$/);
    });
});

describe("the result of a program that exports something else", () => {
    it("is what it exports", () => {
        expect(describeResult({ answer: 42 }, application.commands("dev"))).to.contain("answer: 42");
    });
});

describe("the IngressClass of the settings", () => {
    it("must be one that the cluster has", () => {
        expect(checkIngressClass("traefik", ["nginx", "traefik"])).to.deep.equal([]);
        expect(checkIngressClass("traefik", ["nginx"])[0]).to.contain("It has: nginx");
        expect(checkIngressClass("traefik", [])[0]).to.contain("install an ingress controller");
    });
});
