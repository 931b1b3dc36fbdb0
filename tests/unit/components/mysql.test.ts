import { spawnSync } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { MySql, MySqlArgs, topologyOf } from "../../../components";
import { clientOptions, initFile, initializeScript } from "../../../components/mysql-initialization";
import { CreatedResource, createdResources, redacted } from "../../../rendering/created-resources";
import { resourceNamed, valueAt } from "../../created-resource";

const credentials = {
    password: pulumi.secret("appsecret"),
    rootPassword: pulumi.secret("rootsecret"),
    secretName: "credentials-mysql",
};

function mysql(args: Partial<MySqlArgs> = {}): Promise<CreatedResource[]> {
    return createdResources(() => new MySql("mysql", { namespace: "shop", credentials, ...args }));
}

async function container(): Promise<unknown> {
    const { inputs } = resourceNamed(await mysql(), "Deployment", "mysql-deployment");
    return valueAt(inputs, "spec.template.spec.containers.0");
}

describe("MySQL", () => {
    it("has its database in the topology, where verify reads it", async () => {
        let topology: unknown;
        await createdResources(() => {
            const named = new MySql("orders-db", { namespace: "shop", credentials, database: "orders" });
            topology = topologyOf([named, new MySql("mysql", { namespace: "shop", credentials })]);
        });
        expect(valueAt(topology, "tiers.orders-db.database")).to.equal("orders");
        expect(valueAt(topology, "tiers.mysql.database")).to.equal("app");
    });

    it("runs mysqld itself on the renamed data folder, with the users' statements from the Secret", async () => {
        const main = await container();
        expect(valueAt(main, "command")).to.deep.equal(["mysqld"]);
        expect(valueAt(main, "args.0")).to.equal("--no-defaults");
        expect(valueAt(main, "args")).to.include.members([
            "--datadir=/var/lib/mysql/data",
            "--init-file=/run/secrets/mysql/init.sql",
            "--secure-file-priv=NULL",
        ]);
    });

    it("writes no binary log, which nobody would read and which would fill the volume", async () => {
        expect(valueAt(await container(), "args")).to.include("--skip-log-bin");
    });

    it("mounts its volume above the data folder, so that initialisation can end in one rename", async () => {
        expect(valueAt(await container(), "volumeMounts")).to.deep.include({
            name: "data",
            mountPath: "/var/lib/mysql",
        });
    });

    it("is initialised by a container of the same image and security before it starts", async () => {
        const { inputs } = resourceNamed(await mysql(), "Deployment", "mysql-deployment");
        const spec = valueAt(inputs, "spec.template.spec");
        const initialize = valueAt(spec, "initContainers.0");
        expect(valueAt(initialize, "command")).to.deep.equal(["sh", "-c", initializeScript]);
        for (const shared of ["image", "securityContext", "resources", "volumeMounts"]) {
            expect(valueAt(initialize, shared)).to.deep.equal(valueAt(spec, `containers.0.${shared}`));
        }
    });

    it("is ready when the app user can log in to its database over TCP, and alive without any password", async () => {
        const main = await container();
        expect(valueAt(main, "readinessProbe.exec.command")).to.deep.equal([
            "mysql",
            "--defaults-file=/run/secrets/mysql/client.cnf",
            "--connect-timeout=5",
            "--database=app",
            "--execute=SELECT 1",
        ]);
        const liveness = JSON.stringify(valueAt(main, "livenessProbe"));
        expect(liveness).to.contain("--protocol=TCP").and.not.contain("/run/secrets");
    });

    it("has ten minutes and more for a first initialisation", async () => {
        const { inputs, options } = resourceNamed(await mysql(), "Deployment", "mysql-deployment");
        expect(valueAt(inputs, "spec.progressDeadlineSeconds")).to.be.above(600);
        expect(options.customTimeouts?.create).to.equal("960s");
    });

    it("shows its passwords in its Secret alone", async () => {
        const resources = await mysql();
        expect(JSON.stringify(resources.map(({ inputs }) => inputs)))
            .to.not.contain("appsecret")
            .and.not.contain("rootsecret");
        expect(
            resources
                .filter(({ secretInputs }) => secretInputs.length > 0)
                .map(({ name, secretInputs }) => [name, secretInputs]),
        ).to.deep.equal([["mysql-secret-files", ["stringData"]]]);
        expect(
            valueAt(resourceNamed(resources, "Secret", "mysql-secret-files").inputs, "stringData"),
        ).to.deep.equal({
            "run_secrets_mysql_init.sql": redacted,
            "run_secrets_mysql_client.cnf": redacted,
            "run_secrets_mysql_root-password": redacted,
        });
    });

    it("tells who connects to it the database, the user and where the password is", async () => {
        let connection: unknown;
        await createdResources(() => {
            connection = new MySql("mysql", { namespace: "shop", credentials, database: "orders" })
                .connection;
        });
        expect(connection).to.deep.equal({
            env: { DATABASE: "orders", USER: "app" },
            password: { secretName: "credentials-mysql" },
        });
    });

    it("can keep its data in a volume that ends with the pod", async () => {
        const resources = await mysql({ storage: { size: "1Gi", ephemeral: true } });
        expect(resources.filter(({ type }) => type.endsWith(":PersistentVolumeClaim"))).to.deep.equal([]);
        const { inputs } = resourceNamed(resources, "Deployment", "mysql-deployment");
        expect(valueAt(inputs, "spec.template.spec.volumes")).to.deep.include({
            name: "data",
            emptyDir: { sizeLimit: "1Gi" },
        });
    });
});

describe("the initialisation of MySQL's volume", () => {
    /** Runs the script on a volume, with programs that write down what they are called for. */
    function initialize(files: readonly string[], mysqld = "mkdir -p") {
        const folder = mkdtempSync(join(tmpdir(), "multitier-mysql-"));
        try {
            const [volume, programs, log] = ["volume", "programs", "log"].map((name) => join(folder, name));
            if (volume === undefined || programs === undefined || log === undefined) {
                throw new Error("There is no folder.");
            }
            mkdirSync(volume);
            mkdirSync(programs);
            for (const file of files) {
                mkdirSync(join(volume, file), { recursive: true });
            }
            const program = (name: string, body: string): void => {
                writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
            };
            const datadir = "$(echo \"$@\" | sed 's/.*--datadir=//; s/ .*//')";
            program("mysqld", `echo mysqld >> ${log}; ${mysqld} "${datadir}/tables"`);
            program(
                "sync",
                `echo "sync $(ls -A ${volume} | sed 's/init-.*/init/' | tr '\\n' ' ')" >> ${log}`,
            );
            const script = initializeScript.replaceAll("/var/lib/mysql", volume);
            const env = { PATH: `${programs}${delimiter}${process.env["PATH"] ?? ""}` };
            const { status } = spawnSync("sh", ["-c", script], { env, encoding: "utf8" });
            const calls = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
            return { status, calls, left: readdirSync(volume, { recursive: true }).map(String).sort() };
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    }

    it("writes everything to the disk before the folder gets its name, so that a power cut leaves none or a whole one", () => {
        expect(initialize([])).to.deep.equal({
            status: 0,
            calls: ["mysqld", "sync .init"],
            left: ["data", "data/tables"],
        });
    });

    it("removes what a killed initialisation has left, which would fill the volume", () => {
        expect(initialize([".init-aB3dE6/tables"]).left).to.deep.equal(["data", "data/tables"]);
    });

    it("leaves nothing that looks like a database when it fails", () => {
        const { status, left } = initialize([], "false");
        expect(status).to.not.equal(0);
        expect(left).to.not.include("data");
    });

    it("touches neither an initialised database nor one that the image's entrypoint has made", () => {
        expect(initialize(["data/tables"])).to.deep.equal({
            status: 0,
            calls: [],
            left: ["data", "data/tables"],
        });
        expect(initialize(["mysql.ibd"])).to.deep.equal({ status: 1, calls: [], left: ["mysql.ibd"] });
    });
});

describe("the statements that make MySQL's users match the Secret", () => {
    const users = { database: "app", user: "shop", password: "apppassword", rootPassword: "rootpassword" };
    const statements = initFile(users).trimEnd().split("\n");

    it("are one a line, each ended", () => {
        expect(statements.every((statement) => /^[^;]+;$/.test(statement))).to.equal(true);
    });

    it("name root first and the app user last, so that its login proves that all ran", () => {
        expect(statements[0]).to.contain("'root'@'localhost'");
        expect(statements.at(-1)).to.equal("GRANT ALL PRIVILEGES ON `app`.* TO 'shop'@'%';");
    });

    it("can be run at every start: nothing is created without IF NOT EXISTS", () => {
        const creating = statements.filter((statement) => statement.startsWith("CREATE"));
        expect(creating).to.have.length(3);
        expect(creating.every((statement) => statement.includes(" IF NOT EXISTS "))).to.equal(true);
    });

    it("let the consumers keep the old password until they have rolled", () => {
        expect(statements).to.include(
            "ALTER USER 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY 'apppassword' RETAIN CURRENT PASSWORD;",
        );
    });

    it("give the app user no right beyond its database, whatever its name has of wildcards", () => {
        const grants = initFile({ ...users, database: "shop_db" })
            .split("\n")
            .filter((statement) => statement.startsWith("GRANT") && statement.includes("'shop'"));
        expect(grants).to.deep.equal(["GRANT ALL PRIVILEGES ON `shop\\_db`.* TO 'shop'@'%';"]);
    });

    it("come with an options file for clients, so that no password stands in a command line", () => {
        expect(clientOptions("shop", "apppassword")).to.equal(
            "[client]\nuser=shop\npassword=apppassword\nhost=127.0.0.1\nprotocol=TCP\n",
        );
    });
});
