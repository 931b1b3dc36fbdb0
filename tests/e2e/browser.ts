import { execa } from "execa";
import { chromium, type Browser } from "playwright-core";

const candidates = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * Starts the distribution's Chromium, or the browser named in CHROMIUM, without a window.
 *
 * @throws Error if there is none
 */
export async function startBrowser(): Promise<Browser> {
    const named = process.env["CHROMIUM"];
    for (const executablePath of named === undefined ? candidates : [named]) {
        const found = await execa("which", [executablePath], { reject: false });
        if (found.exitCode === 0) {
            return await chromium.launch({
                executablePath: found.stdout,
                // Root has no sandbox for it, and it shall look for nothing but the page.
                args: [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            });
        }
    }
    throw new Error(
        "There is no Chromium: install it (Debian: apt-get install chromium), or name a browser in CHROMIUM.",
    );
}
