import { expect } from "chai";
import { parseSettings } from "../../../settings/parse";
import { shown } from "../../../settings/shown";
import { SettingsError } from "../../../settings/settings-error";
import { asText, keysOf, leastConfig, mistakesIn, mistakesWith } from "./examples";

describe("parsing settings", () => {
    describe("defaults", () => {
        it("fills in everything but the context", () => {
            const settings = parseSettings(leastConfig);
            expect(settings.namespace).to.equal("shop");
            expect(settings.host).to.equal("localhost");
            expect(settings.protect).to.equal(false);
            expect(settings.ingress.await).to.equal(true);
            expect(settings.credentials).to.deep.equal({ mysql: 1, mysqlRoot: 1, redis: 1 });
            expect(settings.mysql.resources.limits).to.have.all.keys("cpu", "memory", "ephemeral-storage");
        });

        it("keeps the defaults beside what a stack gives of the same group", () => {
            const settings = parseSettings({
                ...leastConfig,
                "multitier:mysql": { resources: { limits: { memory: "3Gi" } } },
            });
            expect(settings.mysql.resources.limits).to.include({ memory: "3Gi", cpu: "2" });
            expect(settings.mysql.database).to.equal("app");
        });

        it("takes the standard port of the URL's scheme", () => {
            const port = (ingress: object) =>
                parseSettings({ ...leastConfig, "multitier:ingress": ingress }).ingress.externalPort;
            expect(port({})).to.equal(80);
            expect(port({ tlsSecretName: "certificate" })).to.equal(443);
            expect(port({ tlsSecretName: "certificate", externalPort: 8443 })).to.equal(8443);
        });

        it("gives a tier a number of pods unless it is autoscaled", () => {
            const server = (settings: object) =>
                parseSettings({ ...leastConfig, "multitier:server": { image: "server:1", ...settings } })
                    .server;
            expect(server({}).replicas).to.equal(2);
            expect(server({ replicas: 0 }).replicas).to.equal(0);
            expect(server({ autoscaling: { maxReplicas: 5 } })).to.not.have.property("replicas");
            expect(server({ autoscaling: { maxReplicas: 5 } }).autoscaling).to.deep.equal({
                minReplicas: 2,
                maxReplicas: 5,
                targetCpuUtilization: 70,
            });
        });

        it("takes the application's images from its sources", () => {
            const settings = parseSettings({ "multitier:context": "kind-multitier" });
            expect(settings.client.image).to.match(/^localhost\/multitier\/client:[0-9a-f]{12}$/);
        });
    });

    describe("what Pulumi hands over", () => {
        it("reads the same from text, as a program gets it, and from YAML, as a tool finds it", () => {
            const fromYaml = {
                ...leastConfig,
                "multitier:protect": true,
                "multitier:ingress": { externalPort: 8080 },
            };
            expect(parseSettings(asText(fromYaml))).to.deep.equal(parseSettings(fromYaml));
        });

        it("takes a text that looks like a number as the text that it is", () => {
            expect(parseSettings({ ...leastConfig, "multitier:namespace": 42 }).namespace).to.equal("42");
            expect(parseSettings({ ...leastConfig, "multitier:namespace": "42" }).namespace).to.equal("42");
        });

        it("takes quantities without a suffix, which YAML makes numbers", () => {
            const requests = { cpu: 0.5, memory: 268435456 };
            const settings = parseSettings({
                ...leastConfig,
                "multitier:mysql": { resources: { requests } },
            });
            expect(settings.mysql.resources.requests).to.include({ cpu: "0.5", memory: "268435456" });
        });

        it("leaves the config of other packages alone", () => {
            expect(
                mistakesIn({
                    ...leastConfig,
                    "kubernetes:context": 5,
                    "pulumi:disable-default-providers": ["x"],
                }),
            ).to.deep.equal([]);
        });

        it("refuses a setting under another name of the project, where Pulumi puts what is set without a namespace", () => {
            const config = { ...leastConfig, "storefront:host": "x", "storefront:mine": "y" };
            expect(mistakesIn(config)).to.deep.equal([]);
            expect(mistakesIn(config, { project: "storefront" })).to.deep.equal([
                { key: '"storefront:host"', problem: 'did you mean "multitier:host"?' },
            ]);
        });

        it("takes a key without a namespace for the project's own, as Pulumi does", () => {
            expect(parseSettings({ ...leastConfig, host: "shop.example.com" }).host).to.equal(
                "shop.example.com",
            );
        });
    });

    describe("unknown settings", () => {
        const nearest: readonly (readonly [Record<string, unknown>, string, string])[] = [
            [{ hots: "x" }, "multitier:hots", "did you mean multitier:host?"],
            [
                { server: { replcias: 3 } },
                "multitier:server.replcias",
                "did you mean multitier:server.replicas?",
            ],
            [
                { ingress: { classname: "x" } },
                "multitier:ingress.classname",
                "did you mean multitier:ingress.className?",
            ],
            [{ maxMemory: "1Gi" }, "multitier:maxMemory", "did you mean multitier:redis.maxMemory?"],
            [
                { mysql: { storage: { flavour: 1 } } },
                "multitier:mysql.storage.flavour",
                "known here: size, className, ephemeral",
            ],
        ];
        for (const [settings, key, suggestion] of nearest) {
            it(`answers ${key} with: ${suggestion}`, () => {
                const [mistake, ...others] = mistakesWith(settings);
                expect(others).to.deep.equal([]);
                expect(mistake?.key).to.equal(key);
                expect(mistake?.problem).to.contain(suggestion);
            });
        }

        it("notices a misspelled namespace, which Pulumi would silently ignore", () => {
            const [mistake] = mistakesIn({ ...leastConfig, "multiteir:host": "x" });
            expect(mistake?.key).to.contain("multiteir:host");
            expect(mistake?.problem).to.contain("multitier:host");
        });

        for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
            it(`has no setting called ${name}, at any depth`, () => {
                const nested: unknown = JSON.parse(`{ "image": "mysql:9", "${name}": { "user": "root" } }`);
                expect(keysOf(mistakesWith({ mysql: nested }))).to.deep.equal([`multitier:mysql.${name}`]);
                expect(keysOf(mistakesIn({ ...leastConfig, [`multitier:${name}`]: "x" }))).to.deep.equal([
                    `multitier:${name}`,
                ]);
                expect(Object.hasOwn(Object.prototype, "user")).to.equal(false);
            });
        }

        it("refuses a label that would be lost, rather than lose it", () => {
            const podLabels: unknown = JSON.parse('{ "app": "traefik", "__proto__": "x" }');
            expect(keysOf(mistakesWith({ ingress: { controller: { podLabels } } }))).to.deep.equal([
                "multitier:ingress.controller.podLabels.__proto__",
            ]);
        });
    });

    describe("values", () => {
        const wrong: Readonly<Record<string, readonly unknown[]>> = {
            context: ["", " padded ", "two\nlines", {}, []],
            kubeconfig: ["", "  ", "apiVersion: v1\nkind: Config", '{"apiVersion":"v1"}'],
            namespace: [
                "default",
                "kube-system",
                "kube-anything",
                "Shop",
                "-shop",
                "shop-",
                "a.b",
                "a".repeat(64),
                "",
            ],
            clusterDomain: ["Cluster.Local", "cluster..local", ".local", "local.", "a".repeat(254)],
            host: [
                "http://shop.example.com",
                "shop.example.com:8080",
                "shop.example.com/path",
                "*.example.com",
                "127.0.0.1",
                "::1",
                "Shop.example.com",
                "shop_example.com",
                "",
            ],
            protect: ["yes", "True", 1, "", null],
            imagePullSecrets: ["registry", { name: "registry" }, ["Registry"], [1]],
            userId: [10001, "None", "", null],
            "ingress.externalPort": [0, 65536, 80.5, "8080", Number.NaN, Number.POSITIVE_INFINITY, null],
            "ingress.className": ["", "Traefik", 5],
            "ingress.await": ["true", 0],
            "ingress.controller.podLabels": [{}, "x", ["a"]],
            "ingress.controller.cidrs": ["10.0.0.0/8", ["10.0.0.0"], ["nodes"]],
            "dns.namespace": ["", "Kube-System", 5],
            "dns.port": [0, 65536, "53"],
            "dns.cidrs": ["10.0.0.0/8", ["10.0.0.0"], ["10.0.0.0/33"], ["fd00::/129"], ["localhost/8"], [1]],
            "server.image": [
                "server",
                "server:latest",
                "server:",
                "Server:1",
                "https://x/server:1",
                "server:1 ",
                "a@sha256:1",
            ],
            "server.replicas": [-1, 1.5, "2", 1001, null, []],
            "server.autoscaling": [true, 3, null],
            "server.autoscaling.maxReplicas": [0, "5"],
            "server.autoscaling.targetCpuUtilization": [0, 0.7],
            "server.resources.requests.cpu": [
                "0",
                "-1",
                "0.0001",
                "1.0005",
                "1 CPU",
                "lots",
                Number.NaN,
                true,
            ],
            "server.resources.limits.memory": [
                "512m",
                "512",
                "1GB",
                "1gi",
                0,
                "0.5",
                "9Ei",
                "268435456.5",
                "268435456500m",
                268435456.5,
            ],
            "redis.storage.size": ["0", "-1Gi", "1TB"],
            "mysql.database": [
                "mysql",
                "sys",
                "information_schema",
                "9lives",
                "a-b",
                "App",
                "a".repeat(65),
                "a`b",
            ],
            "mysql.user": ["root", "a".repeat(33), "app'@'%", "", "App"],
            "credentials.mysql": [0, 1.5, "2"],
        };
        for (const [path, values] of Object.entries(wrong)) {
            for (const value of values) {
                it(`refuses ${path} = ${shown(value)}`, () => {
                    const [first = "", ...rest] = path.split(".");
                    const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
                    const autoscaling =
                        path.startsWith("server.autoscaling.") && !path.endsWith("maxReplicas");
                    const mistakes = mistakesWith({ [first]: nested });
                    const expected = mistakes.filter(({ key }) => key.startsWith(`multitier:${path}`));
                    expect(expected).to.have.lengthOf(1);
                    expect(mistakes).to.have.lengthOf(autoscaling ? 2 : 1);
                });
            }
        }

        const right: Readonly<Record<string, readonly unknown[]>> = {
            context: ["arn:aws:eks:eu-central-1:1:cluster/shop", "admin@home lab", "k"],
            kubeconfig: ["~/.kube/config", "C:\\Users\\me\\.kube\\config", "/a path/config"],
            namespace: ["shop", "7", "a".repeat(63), "kubernetes"],
            host: ["localhost", "shop.example.com", "xn--bcher-kva.example", "1.example"],
            "server.image": [
                "server:1",
                "localhost:5000/a/b/server:v1.2_3-4",
                `ghcr.io/o/server@sha256:${"a".repeat(64)}`,
                `server:1@sha256:${"0".repeat(64)}`,
                "server:latest-stable",
            ],
            "server.resources.requests.cpu": ["1m", "0.25", ".1", 0.1],
            "server.resources.limits.memory": ["1Gi", "256M", "1e9", 1073741824],
            "mysql.database": ["app", "a_b", "a".repeat(64)],
        };
        for (const [path, values] of Object.entries(right)) {
            for (const value of values) {
                it(`takes ${path} = ${shown(value)}`, () => {
                    const [first = "", ...rest] = path.split(".");
                    const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
                    expect(
                        mistakesWith({ [first]: nested, ...(first === "server" && { protect: false }) }),
                    ).to.deep.equal([]);
                });
            }
        }

        it("says that the context is missing, and how to find one", () => {
            const [mistake] = mistakesIn({ ...leastConfig, "multitier:context": undefined });
            expect(mistake).to.include({ key: "multitier:context" }).and.not.have.property("value");
            expect(mistake?.problem).to.match(/^missing; .*kubectl config get-contexts/);
        });

        it("names the one wrong name in a list", () => {
            expect(keysOf(mistakesWith({ imagePullSecrets: ["right", "Wrong"] }))).to.deep.equal([
                "multitier:imagePullSecrets[1]",
            ]);
        });

        it("reports one mistake for one value, however many ways it is wrong in", () => {
            expect(mistakesWith({ namespace: `-${"A".repeat(100)}` })).to.have.lengthOf(1);
        });

        for (const [name, value] of Object.entries({
            server: "{not json",
            mysql: [],
            ingress: null,
            redis: 5,
        })) {
            it(`expects a mapping under ${name} where it finds ${JSON.stringify(value)}`, () => {
                const mistakes = mistakesWith({ [name]: value });
                expect(keysOf(mistakes)).to.deep.equal([`multitier:${name}`]);
                expect(mistakes[0]?.problem).to.contain("expected a mapping of ");
            });
        }

        it("says of an encrypted value in a file that it can't be read", () => {
            const mistakes = mistakesWith({
                host: { secure: "AAABAMk" },
                mysql: { user: { secure: "AAABAMk" } },
            });
            expect(keysOf(mistakes)).to.deep.equal(["multitier:host", "multitier:mysql.user"]);
            expect(JSON.stringify(mistakes)).to.contain("--secret").and.not.contain("AAABAMk");
        });

        it("calls an encrypted value secret wherever it stands, in a list and among labels too", () => {
            const secure = { secure: "AAABAMk" };
            const mistakes = mistakesWith({
                imagePullSecrets: ["right", secure],
                ingress: { controller: { podLabels: { app: secure } } },
                redis: secure,
                server: { autoscaling: secure },
            });
            expect(keysOf(mistakes)).to.have.members([
                "multitier:imagePullSecrets[1]",
                "multitier:ingress.controller.podLabels.app",
                "multitier:redis",
                "multitier:server.autoscaling",
            ]);
            for (const { value, problem } of mistakes) {
                expect({ value, problem }).to.include({ value: "[secret]" });
                expect(problem).to.contain("--secret");
            }
        });
    });

    describe("the message", () => {
        function messageOf(
            config: Readonly<Record<string, unknown>>,
            isSecret?: (key: string) => boolean,
        ): string {
            try {
                parseSettings(config, { source: "Pulumi.test.yaml", ...(isSecret && { isSecret }) });
            } catch (error) {
                if (error instanceof SettingsError) {
                    return error.message;
                }
                throw error;
            }
            throw new Error("expected mistakes");
        }

        it("counts the mistakes, names the file, and has key, value and what was expected of each", () => {
            expect(
                messageOf({
                    ...leastConfig,
                    "multitier:host": "http://x",
                    "multitier:redis": { maxMemroy: "1Gi" },
                }),
            ).to.equal(`2 mistakes in the settings of Pulumi.test.yaml:

  multitier:redis.maxMemroy = "1Gi"
      there is no such setting; did you mean multitier:redis.maxMemory?
  multitier:host = "http://x"
      expected a DNS name in lower case, such as shop.example.com: no scheme, port, path or wildcard, and no IP address
`);
        });

        it("shortens values and keeps control characters off the terminal", () => {
            const message = messageOf({
                ...leastConfig,
                "multitier:host": `\u001b[31m\u202e${"x".repeat(1_000_000)}`,
                [`multitier:${"\u001b]0;".repeat(1000)}`]: "x",
            });
            expect(message).to.have.length.below(1000);
            expect(message).to.not.contain("\u001b").and.not.contain("\u202e");
        });

        it("shows no secret value, with or without the project's name before its key", () => {
            for (const key of ["multitier:host", "host"]) {
                const message = messageOf({ ...leastConfig, [key]: "hunter2!" }, (secret) => secret === key);
                expect(message).to.contain("multitier:host = [secret]").and.not.contain("hunter2");
            }
        });

        it("lists fifty mistakes and counts the rest", () => {
            const unknown = Array.from({ length: 60 }, (_, index) => [`multitier:key${index}`, "x"] as const);
            const message = messageOf({ ...leastConfig, ...Object.fromEntries(unknown) });
            expect(message).to.match(
                /^60 mistakes in the settings of Pulumi\.test\.yaml:\n\n {2}multitier:key0 = "x"\n/,
            );
            expect(message.match(/there is no such setting; known here/g)).to.have.lengthOf(50);
            expect(message).to.contain("multitier:key49").and.not.contain("multitier:key50");
            expect(message).to.match(/\n {2}and 10 more\n$/);
        });

        it("shows no secret value, in messages about other settings neither", () => {
            const message = messageOf(
                {
                    ...leastConfig,
                    "multitier:host": "hunter2!",
                    "multitier:redis": { maxMemory: "777Mi" },
                    "multitier:hots": "hunter3",
                },
                (key) => ["multitier:host", "multitier:hots", "multitier:redis"].includes(key),
            );
            expect(message).to.contain("multitier:host = [secret]");
            expect(message).to.not.match(/hunter|777Mi/);
        });
    });
});
