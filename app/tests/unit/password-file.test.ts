import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PasswordFileError, readPassword } from "../../shared/password-file.ts";

let folder: string;
before(async () => {
    folder = await mkdtemp(join(tmpdir(), "password-"));
});
after(async () => {
    await rm(folder, { recursive: true });
});

test("a password is read without its line end, and again after it changed", async () => {
    const file = join(folder, "password");
    await writeFile(file, "first\n");
    assert.equal(await readPassword(file), "first");
    await writeFile(file, "second");
    assert.equal(await readPassword(file), "second");
});

test("a missing or an empty file is an error that names it", async () => {
    const missing = join(folder, "missing");
    const empty = join(folder, "empty");
    await writeFile(empty, "\n");
    for (const file of [missing, empty]) {
        await assert.rejects(
            readPassword(file),
            (error) => error instanceof PasswordFileError && error.message.includes(file),
        );
    }
});
