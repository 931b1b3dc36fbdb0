// Requests the page and the API of an application again and again, over connections that are kept and over new ones,
// until its standard input ends. Then it writes what came of them, as JSON.
import { Agent, request } from "node:http";
import process from "node:process";
import { URL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";

const [, , site = "", host = "", least = "0"] = process.argv;

/** Pause of a visitor between two requests, in ms, by path: the API works harder for one. */
const pauses = { "/": 10, "/api/jobs": 60 };

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
        sent.on("timeout", () => {
            sent.destroy(new Error(`no answer for ${patience} ms`));
        });
        sent.on("error", (error) => {
            resolve(error.message);
        });
        sent.end();
    });
}

const results = await Promise.all(
    Object.entries(pauses).map(async ([path, pause]) => {
        /** @type {{ started: number, ended: number, mistake: string }[]} */
        const failures = [];
        let requests = 0;
        const come = async (/** @type {boolean} */ keepAlive) => {
            const agent = new Agent({ keepAlive });
            while (!over || (path === "/" && requests < Number(least))) {
                requests += 1;
                const started = Date.now();
                const mistake = await visit(path, agent);
                if (mistake !== undefined) {
                    const connection = keepAlive ? "kept connection" : "new connection";
                    failures.push({ started, ended: Date.now(), mistake: `${connection}: ${mistake}` });
                }
                await sleep(pause);
            }
            agent.destroy();
        };
        await Promise.all([true, true, false, false].map(come));
        return [path, { requests, failures }];
    }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
