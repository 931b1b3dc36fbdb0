import { once } from "node:events";
import { createServer, get } from "node:http";
import { hostname } from "node:os";
import console from "node:console";
import process from "node:process";

/** Limit for another service's answer, in ms. */
export const patience = 3_000;

/**
 * Fetches a URL by a connection of its own: a Service picks a pod for each connection, not for each request.
 *
 * @param {string} url
 * @returns {Promise<unknown>} the JSON that it answers
 */
export async function fetchJson(url) {
    const request = get(url, { agent: false, timeout: patience });
    request.on("timeout", () => request.destroy(new Error(`${url} doesn't answer`)));
    const [response] = await once(request, "response");
    const text = (await response.setEncoding("utf8").toArray()).join("");
    if (response.statusCode !== 200) {
        throw new Error(`${url} answers ${response.statusCode}: ${text}`);
    }
    return JSON.parse(text);
}

/**
 * Answers every request with the pod's name, the version, and what others say just then.
 *
 * @param {Record<string, () => Promise<unknown>>} questions by who is asked
 */
export function serve(questions) {
    const { PORT, VERSION } = process.env;
    const server = createServer(async (request, response) => {
        if (request.url === "/readyz") {
            response.end("ok\n");
            return;
        }
        const answers = Object.entries(questions).map(async ([name, ask]) => [
            name,
            await ask().catch(String),
        ]);
        const fetched = Object.fromEntries(await Promise.all(answers));
        const body = { pod: hostname(), version: VERSION, ...(answers.length > 0 && { fetched }) };
        console.log(`${request.method} ${request.url} from ${request.socket.remoteAddress}`);
        response.setHeader("content-type", "application/json").end(JSON.stringify(body));
    });
    server.listen(Number(PORT));
    process.on("SIGTERM", () => server.close());
}
