import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";

import { tierLabel } from "../../components/labels.ts";
import { truncate } from "../terminal/text.ts";
import type { Context } from "./context.ts";
import { databaseOf, queryAsUser } from "./login-checks.ts";
import { outsideRequest } from "./outside-request.ts";
import { checkRow, type Observation, type Row } from "./row.ts";

const jobSchema = v.object({
    id: v.number(),
    state: v.string(),
    result: v.nullable(v.string()),
    reason: v.nullable(v.string()),
});

/** The number that is submitted, and its Fibonacci number. */
const submitted = 90;
const computed = "2880067194370816120";

/** The longest time that the worker may take, in ms. */
const patience = 15_000;

/** Sends a job all the way: the Ingress, the server, Redis, the worker, MySQL, and back. */
export async function checkEndToEnd(context: Context): Promise<Row> {
    const { client, declared } = context;
    return await checkRow(
        {
            group: "End to end",
            from: "outside",
            to: "all tiers",
            what: `POST /api/jobs {"number": ${String(submitted)}}, until it is computed; its row in MySQL`,
            expected: computed,
        },
        0,
        async () => {
            const { status, body } = await outsideRequest(client, declared, {
                path: "/api/jobs",
                json: { number: submitted },
            });
            if (status !== 202) {
                return {
                    observed: `${String(status)} ${truncate(body, 120)}`,
                    asExpected: false,
                    why: `The server took no job. Its log says why: ${logsOf("server", declared.namespace)}`,
                };
            }
            const { id } = v.parse(jobSchema, JSON.parse(body));
            return await followJob(context, id);
        },
    );
}

async function followJob(context: Context, id: number): Promise<Observation> {
    const { client, declared, tiers } = context;
    const deadline = performance.now() + patience;
    for (;;) {
        const { body } = await outsideRequest(client, declared, { path: `/api/jobs/${String(id)}` });
        const { state, result, reason } = v.parse(jobSchema, JSON.parse(body));
        if (state === "computed") {
            const mysql = tiers.find(({ protocol }) => protocol === "mysql");
            if (mysql === undefined) {
                return { observed: result ?? "nothing", asExpected: result === computed };
            }
            const table = `\`${databaseOf(mysql)}\`.jobs WHERE id = ${String(id)}`;
            const text = await queryAsUser(context, mysql, `SELECT result FROM ${table}`);
            await queryAsUser(context, mysql, `DELETE FROM ${table}`);
            return {
                observed: result === text ? text : `${String(result)}, but in MySQL ${text || "no row"}`,
                asExpected: result === computed && text === computed,
            };
        }
        if (state === "failed" || performance.now() > deadline) {
            return {
                observed: `job ${String(id)} ${state} ${reason ?? `after ${patience / 1000} s`}`,
                asExpected: false,
                why:
                    "The job was stored but no worker computed it: the worker does not run, or can't reach Redis or MySQL. " +
                    `Its log says which: ${logsOf("worker", declared.namespace)}`,
            };
        }
        await sleep(300);
    }
}

function logsOf(tier: string, namespace: string): string {
    return `kubectl -n ${namespace} logs -l ${tierLabel}=${tier}`;
}
