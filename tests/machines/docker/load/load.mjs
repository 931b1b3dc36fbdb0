// Requests the page and the API of an application at a steady rate, over connections that are kept and over new ones,
// until its standard input ends. Then it writes what came of them, as JSON.
import { Agent, request } from "node:http";
import process from "node:process";
import { URL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";

const [, , site = "", host = "", least = "0"] = process.argv;

/** Requests a second, by path: the API works harder for one. A busy machine gets fewer, since each visitor waits. */
const rates = { "/": 100, "/api/jobs": 20 };

/** The visitors of a path, each with one request at a time, and for each whether its connection is kept. */
const visitors = [true, true, false, false];

/** Limit for the silence of a connection, in ms. */
const patience = 10_000;

let over = false;
process.stdin.resume().on("end", () => {
    over = true;
});

/**
 * Sends a request, and returns what is wrong with the answer.
 *
 * @param {string} path
 * @param {Agent} agent
 * @returns {Promise<string | undefined>}
 */
function visit(path, agent) {
    return new Promise((resolve) => {
        let connected = false;
        const options = { agent, headers: { host }, timeout: patience };
        const sent = request(new URL(path, site), options, (response) => {
            response.on("error", (error) => {
                resolve(`after ${response.statusCode}: ${error.message}`);
            });
            response.on("end", () => {
                resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`);
            });
            response.resume();
        });
        sent.on("socket", (socket) => {
            connected = !socket.connecting;
            socket.once("connect", () => {
                connected = true;
            });
        });
        sent.on("timeout", () => {
            sent.destroy(new Error(`no ${connected ? "answer" : "connection"} for ${patience} ms`));
        });
        sent.on("error", (error) => {
            resolve(error.message);
        });
        sent.end();
    });
}

const results = await Promise.all(
    Object.entries(rates).map(async ([path, rate]) => {
        /** @type {{ started: number, ended: number, mistake: string }[]} */
        const failures = [];
        let requests = 0;
        const interval = (1000 * visitors.length) / rate;
        const come = async (/** @type {boolean} */ keepAlive) => {
            const agent = new Agent({ keepAlive });
            while (!over || (path === "/" && requests < Number(least))) {
                requests += 1;
                const started = Date.now();
                const mistake = await visit(path, agent);
                const ended = Date.now();
                if (mistake !== undefined) {
                    const connection = keepAlive ? "kept connection" : "new connection";
                    failures.push({ started, ended, mistake: `${connection}: ${mistake}` });
                }
                await sleep(Math.max(0, started + interval - ended));
            }
            agent.destroy();
        };
        await Promise.all(visitors.map(come));
        return [path, { requests, failures }];
    }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
