import { expect } from "chai";
import type { Browser, Page } from "playwright-core";

import { applicationUrl } from "./application.ts";
import { startBrowser } from "./browser.ts";
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
