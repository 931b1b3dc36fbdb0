// A service that counts its answers in Redis, for all its pods together, and asks MySQL for its version.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import process from "node:process";

import { patience, serve } from "./serve.mjs";

const { MYSQL_HOST, MYSQL_PORT, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD_FILE } = process.env;

/** Opens a connection, says something, and gives back the answer as soon as it is complete. */
async function ask(host, port, words, isComplete) {
    const socket = connect({ host, port: Number(port), timeout: patience });
    socket.on("timeout", () => socket.destroy(new Error(`${host} doesn't answer`)));
    socket.setEncoding("latin1").write(words);
    let answer = "";
    for await (const part of socket) {
        answer += part;
        if (isComplete(answer)) {
            return answer;
        }
    }
    throw new Error(`${host} answers only: ${answer}`);
}

serve({
    redis: async () => {
        const password = await readFile(REDIS_PASSWORD_FILE, "utf8");
        // Both commands at once, each answered by a line: +OK, and the number behind a colon.
        const isComplete = (answer) => answer.split("\r\n").length > 2;
        const answer = await ask(REDIS_HOST, REDIS_PORT, `AUTH ${password}\r\nINCR answers\r\n`, isComplete);
        return answer.trim().replace("+OK\r\n:", "answer number ");
    },
    mysql: async () => {
        // MySQL speaks first: four bytes of header, one of protocol version, its own version up to a zero.
        const greeting = await ask(MYSQL_HOST, MYSQL_PORT, "", (answer) => answer.includes("\0", 5));
        return `version ${greeting.slice(5, greeting.indexOf("\0", 5))}`;
    },
});
