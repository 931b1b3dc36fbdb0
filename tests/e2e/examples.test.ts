import { expect } from "chai";

import { compute } from "./application.ts";
import { eventually } from "./eventually.ts";
import { kubectl, podUids } from "./live-cluster.ts";
import { cluster } from "./options.ts";
import { requireApplication, workspace } from "./suite.ts";
import { type Typed, typeInto } from "./typing.ts";

/** The output that a command of a lab shows a learner. */
interface Step {
    /** A part of the command, by which it is told from the others. */
    readonly command: string;
    readonly shows: readonly RegExp[];
    /** The typed answers, each with the question. Default: the command asks nothing. */
    readonly typed?: (earlier: readonly string[]) => readonly Typed[];
    /** True where the cluster's network learns of the step before only after a moment. Default: false */
    readonly soon?: true;
}

/** The labs by their examples: all their commands, in order. */
const labs: Readonly<Record<string, readonly Step[]>> = {
    "user-payment": [
        {
            command: "get pods,svc -o wide",
            shows: [/pod\/user-service-\S+ +1\/1 +Running/, /service\/user-service +ClusterIP +10\./],
        },
        {
            command: "exec svc/payment-service -- getent hosts user-service",
            shows: [/^(10\.\S+) +user-service[^]*^\1 +user-service/m],
        },
        {
            command: "exec svc/payment-service -- node",
            shows: [
                /"pod": "payment-service-/,
                /"http:\/\/user-service:8080": {\s+"pod": "user-service-/,
                /"http:\/\/user-service\.user-payment\.svc\.cluster\.local:8080": {\s+"pod": "user-service-/,
            ],
        },
        { command: "delete pod", shows: [/pod "user-service-\S+" deleted/] },
        { command: "wait pod", shows: [/condition met/] },
        { command: "get pods,svc -o wide", shows: [/service\/user-service +ClusterIP +10\./] },
        { command: "exec svc/payment-service -- node", shows: [/"pod": "user-service-/] },
    ],
    "two-apps": [
        {
            command: "get deployments,svc",
            shows: [/deployment\S+app1\S* +1\/1/, /service\/app2 +ClusterIP +10\.\S+ +<none> +8080/],
        },
        { command: "exec svc/app1 -- node", shows: [/"pod": "app2-/] },
        { command: "get pods", shows: [/^app2-\S+ +1\/1/m] },
        {
            command: "cat /etc/resolv.conf",
            shows: [/^search two-apps\.svc\.cluster\.local /m, /^nameserver 10\./m],
        },
        { command: "get networkpolicies", shows: [/^app1-to-app2-/m] },
        // This cluster's network doesn't enforce the policy.
        { command: "exec svc/app2 -- node", shows: [/"pod": "app1-/] },
    ],
    "frontend-backend": [
        {
            command: "get svc",
            shows: [
                /^backend +ClusterIP .* 8080\/TCP/m,
                /^frontend +ClusterIP .* 8080\/TCP/m,
                /^mysql +ClusterIP .* 3306\/TCP/m,
                /^redis +ClusterIP .* 6379\/TCP/m,
            ],
        },
        {
            command: "describe svc backend",
            shows: [/Selector: .*app\.kubernetes\.io\/name=backend/, /Endpoints: +10\.\S+:8080/],
        },
        { command: "get endpointslices", shows: [/^backend-\S+ +IPv4 +8080 +10\.[\d.]+ /m] },
        { command: "http://backend:8080", shows: [/answer number 1\b/, /"mysql": "version 9\./] },
        {
            command: "http://backend.frontend-backend.svc.cluster.local:8080",
            shows: [/answer number 2\b/],
        },
        { command: "--replicas=3", shows: [/deployment\.apps\/backend\S* scaled/] },
        { command: "wait deployment", shows: [/condition met/] },
        { command: "get endpointslices", shows: [/8080 +10\.[\d.]+,10\.[\d.]+,10\.[\d.]+/] },
        { command: "http://backend:8080 30", shows: [/(?:'backend-\S+': \d+[^]*){3}/], soon: true },
        { command: "get pods", shows: [/(?:^backend-\S+ +1\/1[^]*){3}/m] },
        { command: "--replicas=1", shows: [/scaled/] },
    ],
    "mysql-lab": [
        {
            command: "get svc mysql-service",
            shows: [/^mysql-service +ClusterIP +10\.\S+ +<none> +3306\/TCP/m],
        },
        { command: "getent hosts mysql-service", shows: [/^10\.\S+ +mysql-service/m] },
        { command: "get secret", shows: [/^[A-Za-z0-9]{32}$/m] },
        {
            command: "-u root -p",
            shows: [/\binformation_schema\b/, /\bmysql\b/, /Bye/],
            typed: (earlier) => [
                { after: /Enter password: $/, text: `${earlier[2]?.trim() ?? ""}\n` },
                { after: /mysql> $/, text: "SHOW DATABASES;\n" },
                { after: /rows in set[^]*mysql> $/, text: "exit\n" },
            ],
        },
        { command: "-u app", shows: [/^app$/m, /^(?![^]*^mysql$)/m] },
    ],
};

/** The examples' own settings name the cluster of the person who clones the project. */
const here = ["--context", cluster.context];

/** The commands of a lab, as `npm run example` prints them: what comes first, and the lab's own. */
function printedCommands(output: string): { readonly preparation: string; readonly commands: string[] } {
    const lab = output.split("\nThe lab:\n")[1] ?? "";
    const [preparation = "", ...commands] = lab
        .split("\n")
        .filter((line) => /^ {2}\S/.test(line))
        .map((line) => line.trim());
    return { preparation, commands };
}

describe("the examples beside the stack dev", () => {
    const printed = new Map<string, string>();
    let pods: Awaited<ReturnType<typeof podUids>>;

    before(async () => {
        requireApplication();
        pods = await podUids();
    });

    for (const [name, steps] of Object.entries(labs)) {
        it(`${name} comes up with its DNS names`, async () => {
            const { output } = await workspace()
                .start("example", [name, ...here])
                .endWith(0);
            expect(output).to.match(new RegExp(String.raw`\.${name}\.svc\.cluster\.local:\d+`));
            printed.set(name, output);
        });

        it(`${name} shows in its lab what it says`, async () => {
            const { preparation, commands } = printedCommands(printed.get(name) ?? "");
            expect(commands).to.have.length(steps.length);
            const outputs: string[] = [];
            for (const [index, step] of steps.entries()) {
                const command = commands[index] ?? "";
                expect(command).to.contain(step.command);
                const pasted = `${preparation}\n${command}`;
                const look = async () => {
                    const output =
                        step.typed === undefined
                            ? (await workspace().startProgram("bash", ["-c", pasted]).endWith(0)).output
                            : await typeInto(pasted, step.typed(outputs), workspace().environment);
                    for (const pattern of step.shows) {
                        expect(output, command).to.match(pattern);
                    }
                    return output;
                };
                outputs.push(await (step.soon ? eventually(`${command} to show all`, 20, look) : look()));
            }
        });
    }

    for (const name of Object.keys(labs)) {
        it(`verify finds everything as expected in ${name}, with the others beside it`, async () => {
            await workspace()
                .start("verify", ["--example", name, ...here])
                .endWith(0);
        });
    }

    it("are removed one by one, with all that is theirs and nothing else", async () => {
        const remaining = new Set(Object.keys(labs));
        for (const name of Object.keys(labs)) {
            await workspace()
                .start("example", [name, "--down", ...here])
                .endWith(0);
            remaining.delete(name);
            const found = await kubectl("get", "namespaces", "--output=name");
            const there = Object.keys(labs).filter((each) => found.split("\n").includes(`namespace/${each}`));
            expect(there).to.have.members([...remaining]);
        }
    });

    it("have left the application alone", async () => {
        expect(await podUids()).to.deep.equal(pods);
        expect((await compute(70)).result).to.equal("190392490709135");
    });
});
