import { readFile } from "node:fs/promises";

/** A password could not be read from its file. */
export class PasswordFileError extends Error {
    override readonly name = "PasswordFileError";
}

/**
 * The password in a file, without the line end that an editor may have left.
 * Read again for every connection, so that a changed file needs no restart.
 *
 * @throws PasswordFileError when the file is missing, unreadable or empty
 */
export async function readPassword(file: string): Promise<string> {
    let content: string;
    try {
        content = await readFile(file, "utf8");
    } catch (error) {
        throw new PasswordFileError(`Cannot read the password file ${file}`, { cause: error });
    }
    const password = content.replace(/\r?\n$/, "");
    if (password === "") {
        throw new PasswordFileError(`The password file ${file} is empty`);
    }
    return password;
}
