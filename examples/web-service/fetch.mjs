// What curl is elsewhere: shows what a URL answers; with a number behind it, which pod answered how often.
import console from "node:console";
import process from "node:process";

import { fetchJson } from "./serve.mjs";

const [, , url, times] = process.argv;
try {
    if (times === undefined) {
        console.log(JSON.stringify(await fetchJson(url), undefined, 2));
    } else {
        const answers = {};
        for (let request = 0; request < Number(times); request++) {
            const { pod } = await fetchJson(url);
            answers[pod] = (answers[pod] ?? 0) + 1;
        }
        console.log(answers);
    }
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
