import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@redis/client";
import { createConnection } from "mysql2/promise";

/** The programs to test against. */
const MYSQLD = process.env["MYSQLD"] ?? "mysqld";
const REDIS_SERVER = process.env["REDIS_SERVER"] ?? "redis-server";

/** The ID of Debian's user nobody, for mysqld refuses to run as root. */
const NOBODY = 65_534;

const app = join(import.meta.dirname, "..", "..");

/** Why the tests can't run on this machine, or undefined. */
export function missingService(): string | undefined {
    for (const [variable, program, unwanted] of [
        ["MYSQLD", MYSQLD, "MariaDB"],
        ["REDIS_SERVER", REDIS_SERVER, undefined],
    ] as const) {
        try {
            const version = execFileSync(program, ["--version"], { encoding: "utf8", stdio: "pipe" });
            if (unwanted !== undefined && version.includes(unwanted)) {
                return `${program} is ${unwanted}; name another in ${variable}`;
            }
        } catch {
            return `${program} can't be run; name another in ${variable}`;
        }
    }
    return undefined;
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    if (typeof address !== "object" || address === null) {
        throw new Error("No port was assigned");
    }
    return address.port;
}

/** Repeats until `found` gives something, for at most so many seconds. */
export async function eventually<Value>(
    what: string,
    seconds: number,
    found: () => Promise<Value | undefined>,
): Promise<Value> {
    const end = Date.now() + seconds * 1000;
    let last: unknown;
    while (Date.now() < end) {
        try {
            const value = await found();
            if (value !== undefined) {
                return value;
            }
        } catch (error) {
            last = error;
        }
        await sleep(100);
    }
    throw new Error(`Not within ${seconds} s: ${what}`, { cause: last });
}

/** A process of the tests, with what it wrote. */
export class Program {
    output = "";
    readonly #process: ChildProcess;
    readonly #exited: Promise<number | null>;

    constructor(
        command: string,
        args: readonly string[],
        environment: NodeJS.ProcessEnv = {},
        user?: number,
    ) {
        this.#process = spawn(command, args, {
            env: { PATH: process.env["PATH"], ...environment },
            stdio: ["ignore", "pipe", "pipe"],
            ...(user === undefined ? {} : { uid: user, gid: user }),
        });
        const keep = (chunk: Buffer) => {
            this.output += chunk.toString();
        };
        this.#process.stdout?.on("data", keep);
        this.#process.stderr?.on("data", keep);
        this.#exited = new Promise((resolve) => {
            this.#process.on("exit", resolve);
            this.#process.on("error", () => {
                resolve(null);
            });
        });
    }

    signal(signal: NodeJS.Signals): void {
        this.#process.kill(signal);
    }

    /** Its exit code, or null when a signal ended it. */
    async exit(): Promise<number | null> {
        return await this.#exited;
    }

    async end(signal: NodeJS.Signals): Promise<number | null> {
        this.signal(signal);
        return await this.#exited;
    }
}

/** A real MySQL and a real Redis on loopback, and the tiers' built programs beside them. */
export class Application {
    readonly folder = mkdtempSync(join(tmpdir(), "application-"));
    readonly #programs: Program[] = [];
    #mysql: Program | undefined;
    #redis: Program | undefined;

    private constructor(
        private readonly mysqlPort: number,
        private readonly redisPort: number,
    ) {
        chmodSync(this.folder, 0o755);
        mkdirSync(join(this.folder, "redis"));
        mkdirSync(join(this.folder, "mysql"));
        this.writePassword("mysql", "firstMysqlPassword");
        this.writePassword("redis", "firstRedisPassword");
    }

    static async create(): Promise<Application> {
        const application = new Application(await freePort(), await freePort());
        await application.#initialiseMysql();
        await Promise.all([application.startMysql(), application.startRedis()]);
        return application;
    }

    writePassword(service: "mysql" | "redis", password: string): void {
        writeFileSync(join(this.folder, `${service}-password`), password);
    }

    password(service: "mysql" | "redis"): string {
        return readFileSync(join(this.folder, `${service}-password`), "utf8");
    }

    async startMysql(): Promise<void> {
        const password = this.password("mysql");
        const script = join(this.folder, "init.sql");
        writeFileSync(
            script,
            "CREATE DATABASE IF NOT EXISTS shop;\n" +
                `CREATE USER IF NOT EXISTS 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY '${password}';\n` +
                `ALTER USER 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY '${password}';\n` +
                "GRANT ALL ON shop.* TO 'shop'@'%';\n",
        );
        this.#mysql = this.#runMysqld([
            `--port=${this.mysqlPort}`,
            "--bind-address=127.0.0.1",
            `--socket=${join(this.folder, "mysql", "socket")}`,
            "--mysqlx=OFF",
            `--init-file=${script}`,
        ]);
        await eventually("MySQL accepts connections", 60, () => this.sql("SELECT 1"));
    }

    async stopMysql(): Promise<void> {
        await this.#mysql?.end("SIGTERM");
    }

    async startRedis(): Promise<void> {
        this.#redis = new Program(REDIS_SERVER, [
            ...["--port", String(this.redisPort), "--bind", "127.0.0.1"],
            ...["--requirepass", this.password("redis"), "--dir", join(this.folder, "redis"), "--save", ""],
        ]);
        this.#programs.push(this.#redis);
        await eventually("Redis accepts connections", 10, () => this.redis(["PING"]));
    }

    async stopRedis(): Promise<void> {
        await this.#redis?.end("SIGKILL");
    }

    /** Carries out statements as the app's user. */
    async sql(...statements: string[]): Promise<unknown> {
        const connection = await createConnection({
            host: "127.0.0.1",
            port: this.mysqlPort,
            user: "shop",
            password: this.password("mysql"),
            database: "shop",
        });
        try {
            let result: unknown;
            for (const statement of statements) {
                [result] = await connection.query(statement);
            }
            return result;
        } finally {
            await connection.end();
        }
    }

    async redis(command: string[]): Promise<unknown> {
        const client = createClient({
            socket: { host: "127.0.0.1", port: this.redisPort, reconnectStrategy: false },
            password: this.password("redis"),
        });
        client.on("error", () => undefined);
        await client.connect();
        try {
            return await client.sendCommand(command);
        } finally {
            client.destroy();
        }
    }

    /** Starts a tier and waits until it is ready. */
    async start(tier: "server" | "worker"): Promise<{ program: Program; origin: string }> {
        const port = await freePort();
        const origin = `http://127.0.0.1:${port}`;
        const program = new Program(process.execPath, [join(app, tier, "dist", "main.cjs")], {
            PORT: String(port),
            MYSQL_HOST: "127.0.0.1",
            MYSQL_PORT: String(this.mysqlPort),
            MYSQL_DATABASE: "shop",
            MYSQL_USER: "shop",
            MYSQL_PASSWORD_FILE: join(this.folder, "mysql-password"),
            REDIS_HOST: "127.0.0.1",
            REDIS_PORT: String(this.redisPort),
            REDIS_PASSWORD_FILE: join(this.folder, "redis-password"),
        });
        this.#programs.push(program);
        await eventually(`the ${tier} is ready`, 20, async () => {
            return (await fetch(`${origin}/readyz`)).ok ? true : undefined;
        });
        return { program, origin };
    }

    /** Ends everything, and leaves nothing behind. */
    async destroy(): Promise<void> {
        await Promise.all(this.#programs.map((program) => program.end("SIGKILL")));
        rmSync(this.folder, { recursive: true });
    }

    async #initialiseMysql(): Promise<void> {
        if (process.getuid?.() === 0) {
            chownSync(join(this.folder, "mysql"), NOBODY, NOBODY);
        }
        const initialisation = this.#runMysqld(["--initialize-insecure"]);
        if ((await initialisation.exit()) !== 0) {
            throw new Error(`MySQL could not be initialised: ${initialisation.output}`);
        }
    }

    #runMysqld(args: string[]): Program {
        const datadir = `--datadir=${join(this.folder, "mysql", "data")}`;
        const program = new Program(
            MYSQLD,
            ["--no-defaults", datadir, "--secure-file-priv=NULL", ...args],
            {},
            process.getuid?.() === 0 ? NOBODY : undefined,
        );
        this.#programs.push(program);
        return program;
    }
}
