import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as fc from "fast-check";
import {
    AppIngress,
    Application,
    ArgumentsError,
    Client,
    connectToCluster,
    Credentials,
    MySql,
    Redis,
    Server,
    Tier,
    TierArgs,
} from "../../../components";
import { createdResources } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

const minimal: TierArgs = { namespace: "shop", image: "example/api:1", port: 8080 };
const login = { password: "p", secretName: "s" };

/** The paths of the mistakes that a constructor finds. */
function mistakesOf(create: () => unknown): string[] {
    try {
        create();
    } catch (error) {
        if (error instanceof ArgumentsError) {
            return error.mistakes.map(({ argument }) => argument);
        }
        throw error;
    }
    return [];
}

/** Creates a component from arguments that its types don't allow. */
function construct(component: new (...args: never[]) => object, ...args: readonly unknown[]): void {
    Reflect.construct(component, args);
}

/** Arguments as they come where no types are checked. */
function untyped<Args>(args: Args, more: object): Args {
    return Object.assign({}, args, more);
}

describe("an argument that a component doesn't know", () => {
    const cluster = (): object => connectToCluster("cluster", { context: "kind-multitier" });
    const tier = (args: object) => () => new Tier("api", untyped(minimal, args));
    const cases: Readonly<Record<string, [create: () => unknown, argument: string]>> = {
        "of a tier": [tier({ replica: 2 }), "replica"],
        "of its autoscaling": [
            tier({ autoscaling: { minReplicas: 1, maxReplicas: 2, targetCpu: 50 } }),
            "autoscaling.targetCpu",
        ],
        "of its persistent volume": [
            tier({ persistentVolumes: { data: { mountPath: "/data", size: "1Gi", className: "fast" } } }),
            "persistentVolumes.data.className",
        ],
        "of its ephemeral volume": [
            tier({ ephemeralVolumes: { tmp: { mountPath: "/tmp", sizeLimit: "1Gi", size: "1Gi" } } }),
            "ephemeralVolumes.tmp.size",
        ],
        "of its connection": [tier({ connection: { environment: {} } }), "connection.environment"],
        "of its connection's password": [
            tier({ connection: { password: { secretName: "s", key: "k" } } }),
            "connection.password.key",
        ],
        "of a server, though a tier knows it": [
            () => new Server("server", untyped({ namespace: "shop", image: "s:1" }, { port: 9000 })),
            "port",
        ],
        "of MySQL": [
            () =>
                new MySql(
                    "mysql",
                    untyped(
                        { namespace: "shop", credentials: { ...login, rootPassword: "r" } },
                        { databse: "a" },
                    ),
                ),
            "databse",
        ],
        "of Redis' storage": [
            () =>
                new Redis("redis", {
                    namespace: "shop",
                    credentials: login,
                    storage: untyped({ size: "1Gi" }, { sise: "1Gi" }),
                }),
            "storage.sise",
        ],
        "of the credentials' versions": [
            () =>
                new Credentials("credentials", {
                    namespace: "shop",
                    versions: untyped({}, { mysqlroot: 2 }),
                }),
            "versions.mysqlroot",
        ],
        "of an Ingress' controller": [
            () =>
                new AppIngress("ingress", {
                    namespace: "shop",
                    host: "localhost",
                    routes: { "/": new Client("client", { namespace: "shop", image: "c:1" }) },
                    controller: untyped({ namespace: "traefik", podLabels: {} }, { labels: {} }),
                }),
            "controller.labels",
        ],
        "of an application": [
            () => {
                construct(Application, "app", {
                    cluster: cluster(),
                    namespace: "shop",
                    namespaceProvider: 1,
                });
            },
            "namespaceProvider",
        ],
        "of a cluster connection": [
            () => connectToCluster("cluster", untyped({ context: "kind-multitier" }, { contxt: "x" })),
            "contxt",
        ],
    };
    for (const [which, [create, argument]] of Object.entries(cases)) {
        it(`is refused by its path: ${which}`, async () => {
            await createdResources(() => {
                expect(mistakesOf(create)).to.deep.equal([argument]);
            });
        });
    }

    it("is told with those that there are, as a message without a stack trace, and without its value", () => {
        const create = (): Tier => new Tier("api", untyped(minimal, { passwrod: "hunter2" }));
        expect(create)
            .to.throw(
                ArgumentsError,
                /passwrod: got an unknown argument; expected one of additionalEgress, app, /,
            )
            .that.satisfies((error: unknown) => pulumi.RunError.isInstance(error))
            .and.satisfies((error: Error) => !error.message.includes("hunter2"));
    });
});

describe("an argument that is missing or of another kind", () => {
    const cases: Readonly<Record<string, [create: () => unknown, arguments_: string[]]>> = {
        "a tier without an image": [() => new Tier("api", untyped(minimal, { image: undefined })), ["image"]],
        "a tier without a namespace or an application": [
            () => new Tier("api", untyped(minimal, { namespace: undefined })),
            ["namespace"],
        ],
        "a peer that is none": [
            () => new Tier("api", untyped(minimal, { connectsTo: ["mysql", undefined] })),
            ["connectsTo[0]", "connectsTo[1]"],
        ],
        "MySQL without credentials, beside another mistake": [
            () => {
                construct(MySql, "mysql", { namespace: "shop", database: "a`b" });
            },
            ["credentials", "database"],
        ],
        "MySQL with Redis' credentials": [
            () => {
                construct(MySql, "mysql", { namespace: "shop", credentials: login });
            },
            ["credentials.rootPassword"],
        ],
        "an application with the providers of its own choice": [
            () => {
                construct(Application, "app", {
                    namespace: "shop",
                    cluster: { provider: 1, nonAdoptingProvider: 1 },
                });
            },
            ["cluster"],
        ],
        "an application in no namespace": [
            () => {
                construct(Application, "app", { cluster: connectToCluster("cluster", { context: "a" }) });
            },
            ["namespace"],
        ],
        "an application in a namespace to create and in one that exists": [
            () => {
                construct(Application, "app", {
                    cluster: connectToCluster("cluster", { context: "a" }),
                    namespace: "shop",
                    existingNamespace: "team-a",
                });
            },
            ["namespace"],
        ],
        "a cluster connection without a context, which would be the current one": [
            () => connectToCluster("cluster", untyped({ context: "" }, { context: undefined })),
            ["context"],
        ],
        "an Ingress' host and port": [
            () =>
                new AppIngress("ingress", {
                    namespace: "shop",
                    host: "http://localhost",
                    externalPort: 0,
                    routes: { "/": new Client("client", { namespace: "shop", image: "c:1" }) },
                    controller: { namespace: "traefik", podLabels: {} },
                }),
            ["host", "externalPort"],
        ],
    };
    for (const [which, [create, expected]] of Object.entries(cases)) {
        it(`is refused by its path: ${which}`, async () => {
            await createdResources(() => {
                expect(mistakesOf(create)).to.deep.equal(expected);
            });
        });
    }
});

describe("strange names, paths and sizes", () => {
    const volume = (name: string): Partial<TierArgs> => ({
        persistentVolumes: { [name]: { mountPath: "/data", size: "1Gi" } },
    });
    const at = (mountPath: string): Partial<TierArgs> => ({
        ephemeralVolumes: { data: { mountPath, sizeLimit: "1Gi" } },
    });
    const refused: Readonly<Record<string, [args: Partial<TierArgs>, argument: string]>> = {
        "an empty part of a path": [{ files: { "/etc//a": "" } }, 'files["/etc//a"]'],
        "a path upwards": [{ secretFiles: { "/etc/../a": "" } }, 'secretFiles["/etc/../a"]'],
        "a path with a dot": [at("/data/."), "ephemeralVolumes.data.mountPath"],
        "a path that ends in a slash": [at("/data/"), "ephemeralVolumes.data.mountPath"],
        "the root": [at("/"), "ephemeralVolumes.data.mountPath"],
        "a path with a colon, which the API refuses": [at("/a:b"), "ephemeralVolumes.data.mountPath"],
        "a path below a file": [{ files: { "/etc/a": "", "/etc/a/b": "" } }, 'files["/etc/a/b"]'],
        "a volume's name of 65 letters": [volume("a".repeat(65)), `persistentVolumes.${"a".repeat(65)}`],
        "a volume's name with capitals": [volume("Data"), "persistentVolumes.Data"],
        "the name of the volume of files": [volume("secret-files"), "persistentVolumes.secret-files"],
        "one name persistent and ephemeral": [
            { ...volume("data"), ephemeralVolumes: { data: { mountPath: "/tmp", sizeLimit: "1Gi" } } },
            "ephemeralVolumes.data",
        ],
        "a size that is none": [
            { persistentVolumes: { data: { mountPath: "/data", size: "banana" } } },
            "persistentVolumes.data.size",
        ],
        "a size of nothing": [
            { ephemeralVolumes: { data: { mountPath: "/data", sizeLimit: "0" } } },
            "ephemeralVolumes.data.sizeLimit",
        ],
        "an env var's name with =": [{ env: { "A=B": "c" } }, 'env["A=B"]'],
        "an init container with the tier's name": [{ initCommands: { api: ["true"] } }, "initCommands.api"],
        "a sleep below 0": [{ preStopSleepSeconds: -1 }, "preStopSleepSeconds"],
        "half a second": [{ terminationGracePeriodSeconds: 0.5 }, "terminationGracePeriodSeconds"],
    };
    for (const [which, [args, argument]] of Object.entries(refused)) {
        it(`are refused by their path: ${which}`, () => {
            expect(mistakesOf(() => new Tier("api", { ...minimal, ...args }))).to.deep.equal([argument]);
        });
    }

    it("are refused by the path that their creator wrote: MySQL's and Redis' sizes", () => {
        const credentials = { ...login, rootPassword: "r" };
        const args = { namespace: "shop", credentials };
        for (const storage of [{ size: "banana" }, { size: "banana", ephemeral: true }]) {
            expect(mistakesOf(() => new MySql("mysql", { ...args, storage }))).to.deep.equal([
                "storage.size",
            ]);
        }
        const redis = { namespace: "shop", credentials: login };
        expect(mistakesOf(() => new Redis("redis", { ...redis, maxMemory: "much" }))).to.deep.equal([
            "maxMemory",
        ]);
        const storage = { size: "1Gi", ephemeral: true, className: "fast" };
        expect(mistakesOf(() => new Redis("redis", { ...redis, storage }))).to.deep.equal([
            "storage.className",
        ]);
    });

    it("are refused where a peer's password would have a volume's name that is too long", async () => {
        await createdResources(() => {
            const store = new Tier("s".repeat(60), {
                ...minimal,
                connection: { password: { secretName: "s" } },
            });
            expect(mistakesOf(() => new Tier("api", { ...minimal, connectsTo: [store] }))).to.deep.equal([
                "connectsTo[0]",
            ]);
        });
    });

    it("of files become keys of their own, even if they differ by a slash and an underscore alone", async () => {
        const files = { "/etc/a_b": "one", "/etc/a/b": "two", "/etc/a file": "three", "/etc/plain": "four" };
        const resources = await createdResources(() => new Tier("api", { ...minimal, files }));
        const data = valueAt(resourceNamed(resources, "ConfigMap", "api-files").inputs, "data");
        const { inputs } = resourceNamed(resources, "Deployment", "api-deployment");
        const mounts = listAt(inputs, "spec.template.spec.containers.0.volumeMounts");
        for (const [path, content] of Object.entries(files)) {
            const mount = mounts.find((each) => valueAt(each, "mountPath") === path);
            const key = String(valueAt(mount, "subPath"));
            expect(key).to.match(/^[-._a-zA-Z0-9]{1,253}$/);
            expect(Object(data)).to.have.property(key, content);
        }
        expect(Object(data)).to.have.property("etc_plain");
    });

    it("are refused, or make what the API accepts", async () => {
        const word = fc.string({
            minLength: 1,
            maxLength: 12,
            unit: fc.constantFrom("a", "Z", "0", "_", "-", ".", "/", " ", ":"),
        });
        const path = fc.oneof(
            word,
            word.map((rest) => `/${rest}`),
        );
        const args = fc.record({
            files: fc.dictionary(path, fc.constant("x"), { maxKeys: 3 }),
            secretFiles: fc.dictionary(path, fc.constant("x"), { maxKeys: 2 }),
            ephemeralVolumes: fc.dictionary(
                word,
                fc.record({ mountPath: path, sizeLimit: fc.constantFrom("1Gi", "1", "x") }),
                { maxKeys: 2 },
            ),
        });
        await fc.assert(
            fc.asyncProperty(args, async (strange) => {
                const mistakes = mistakesOf(() => new Tier("api", { ...minimal, ...strange, port: 1 }));
                // Few of them are accepted; only those count as a run.
                fc.pre(mistakes.join() === "port");
                const resources = await createdResources(() => new Tier("api", { ...minimal, ...strange }));
                const { inputs } = resourceNamed(resources, "Deployment", "api-deployment");
                const volumes = listAt(inputs, "spec.template.spec.volumes").map((each) =>
                    valueAt(each, "name"),
                );
                const mounts = listAt(inputs, "spec.template.spec.containers.0.volumeMounts");
                const paths = mounts.map((each) => String(valueAt(each, "mountPath")));
                expect(new Set(volumes).size).to.equal(volumes.length);
                expect(
                    volumes.every((each) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(String(each))),
                ).to.equal(true);
                expect(new Set(paths).size).to.equal(paths.length);
                expect(paths.every((each) => each.startsWith("/") && !each.includes(":"))).to.equal(true);
                expect(mounts.every((each) => volumes.includes(valueAt(each, "name")))).to.equal(true);
                const [files, keys] = [
                    Object.keys(strange.files).length,
                    Object.keys(
                        Object(
                            valueAt(resources.find(({ name }) => name === "api-files")?.inputs, "data"),
                        ) as object,
                    ),
                ];
                expect(keys).to.have.length(files);
                expect(keys.every((each) => /^[-._a-zA-Z0-9]{1,253}$/.test(each))).to.equal(true);
            }),
            { numRuns: 10, maxSkipsPerRun: 500 },
        );
    });
});

function listAt(value: unknown, path: string): unknown[] {
    const found = valueAt(value, path);
    return Array.isArray(found) ? found : [];
}
