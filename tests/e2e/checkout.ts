import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { parseDocument } from "yaml";

/** A bare checkout of the project as it is now, in a folder of its own: without anything installed or built. */
export class Checkout {
    readonly folder: string;

    constructor(folder: string) {
        this.folder = folder;
    }

    /**
     * Copies what git has or would take from a work tree, and commits it there.
     *
     * @param source the work tree
     */
    async copyFrom(source: string): Promise<void> {
        const { stdout } = await execa(
            "git",
            ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            {
                cwd: source,
            },
        );
        for (const file of stdout.split("\0").filter((name) => name !== "")) {
            // git still lists what has been deleted and not committed.
            if (existsSync(join(source, file))) {
                await mkdir(dirname(join(this.folder, file)), { recursive: true });
                await copyFile(join(source, file), join(this.folder, file));
            }
        }
        await this.#git("init", "--quiet");
        await this.commit();
    }

    /** Commits all that was changed. */
    async commit(): Promise<void> {
        await this.#git("add", "--all");
        const author = [
            "-c",
            "user.name=e2e",
            "-c",
            "user.email=e2e@localhost",
            "-c",
            "commit.gpgsign=false",
        ];
        await this.#git(...author, "commit", "--quiet", "--no-verify", "--allow-empty", "--message=e2e");
    }

    /** The output of `git status --porcelain`: nothing when all is committed. */
    async status(): Promise<string> {
        return await this.#git("status", "--porcelain");
    }

    /** Sets settings of a stack, by their paths below `multitier:`, and commits that. */
    async set(settings: Readonly<Record<string, unknown>>, stack = "dev"): Promise<void> {
        const file = join(this.folder, `Pulumi.${stack}.yaml`);
        const document = parseDocument(await readFile(file, "utf8"));
        for (const [path, value] of Object.entries(settings)) {
            const [key = "", ...rest] = path.split(".");
            document.setIn(["config", `multitier:${key}`, ...rest], document.createNode(value));
        }
        await writeFile(file, document.toString());
        await this.commit();
    }

    /** Replaces a text in a file, which has to have it, and commits that. */
    async replace(file: string, text: string, replacement: string): Promise<void> {
        const path = join(this.folder, file);
        const content = await readFile(path, "utf8");
        if (!content.includes(text)) {
            throw new Error(`${file} has no "${text}" any more: change what this test edits.`);
        }
        await writeFile(path, content.replace(text, replacement));
        await this.commit();
    }

    /** Writes a file, and commits that. */
    async write(file: string, content: string): Promise<void> {
        await writeFile(join(this.folder, file), content);
        await this.commit();
    }

    /** Reads a file. */
    async read(file: string): Promise<string> {
        return await readFile(join(this.folder, file), "utf8");
    }

    async #git(...args: string[]): Promise<string> {
        return (await execa("git", args, { cwd: this.folder })).stdout;
    }
}
