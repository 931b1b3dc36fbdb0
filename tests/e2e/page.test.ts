import { expect } from "chai";
import type { Browser, Page } from "playwright-core";

import { applicationUrl } from "./application.ts";
import { startBrowser } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { kubectl, namespace } from "./live-cluster.ts";
import { requireApplication } from "./suite.ts";

/** The page groups digits with narrow no-break spaces. */
const ninety = "2880067194370816120".replace(/\B(?=(\d{3})+$)/g, "\u202f");

describe("the page in a browser", () => {
    let browser: Browser | undefined;
    let page: Page;
    const errors: string[] = [];
    before(async () => {
        requireApplication();
        browser = await startBrowser();
        page = await browser.newPage();
        page.on("pageerror", (error) => errors.push(error.message));
        page.on("console", (message) => {
            if (message.type() === "error") {
                errors.push(message.text());
            }
        });
        await page.goto(applicationUrl);
    });
    after(async () => {
        await browser?.close();
    });

    it("shows the result of a number that is typed in, without a reload", async () => {
        let loads = 0;
        page.on("load", () => (loads += 1));
        await page.getByLabel("Which Fibonacci number?").fill("90");
        await page.getByRole("button", { name: "Compute" }).click();
        await page.getByText(ninety).waitFor({ timeout: 30_000 });
        expect(loads).to.equal(0);
    });

    it("lists earlier results when it is opened again", async () => {
        await page.reload();
        await page.getByText(ninety).waitFor({ timeout: 30_000 });
    });

    it("says what is wrong with a number that can't be taken", async () => {
        expect(errors).to.deep.equal([]);
        await page.getByLabel("Which Fibonacci number?").fill("-5");
        await page.getByRole("button", { name: "Compute" }).click();
        const problem = page.getByRole("alert");
        await problem.filter({ hasText: /\S/ }).waitFor({ timeout: 30_000 });
        expect(await problem.textContent()).to.match(/number/i);
    });
});

describe("the application while no pod of the server is ready", () => {
    /** Has the Service of the server select these pods. */
    async function select(tier: string): Promise<void> {
        const selector = JSON.stringify({ spec: { selector: { "app.kubernetes.io/name": tier } } });
        await kubectl("patch", "service", "server", "-n", namespace, "--patch", selector);
    }
    async function ask(path: string, method = "GET"): Promise<Response> {
        const response = await fetch(new URL(path, applicationUrl), { method });
        await response.arrayBuffer();
        return response;
    }
    before(async () => {
        requireApplication();
        await select("nobody");
        await eventually("the API to be gone", 30, async () => !(await ask("/api/jobs")).ok || undefined);
    });
    after(async () => {
        await select("server");
        await eventually("the API to be back", 60, async () => (await ask("/api/jobs")).ok || undefined);
    });

    it("answers the API's paths with 503, whatever the method, never with the page's 404 or 405", async () => {
        for (const method of ["GET", "POST", "DELETE"]) {
            for (const path of ["/api", "/api/jobs", "/api/jobs/1"]) {
                expect((await ask(path, method)).status, `${method} ${path}`).to.equal(503);
            }
        }
    });

    it("answers the page's paths, among them one that only begins like the API's", async () => {
        expect((await ask("/")).status).to.equal(200);
        expect((await ask("/apix")).status).to.equal(404);
    });
});
