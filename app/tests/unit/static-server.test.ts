import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { StaticServer } from "../../client/static-server.ts";

let folder: string;
let server: StaticServer;
let origin: string;

before(async () => {
    folder = await mkdtemp(join(tmpdir(), "page-"));
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.html"), "<!doctype html>");
    await writeFile(join(folder, "assets", "index-abc.js"), "export {};");
    server = new StaticServer(folder);
    origin = `http://localhost:${await server.listen(0)}`;
});
after(async () => {
    await server.drain();
    await rm(folder, { recursive: true });
});

test("the page is asked for again each time, and not sent when it hasn't changed", async () => {
    const page = await fetch(`${origin}/`);
    assert.equal(page.status, 200);
    assert.equal(await page.text(), "<!doctype html>");
    assert.equal(page.headers.get("cache-control"), "no-cache");
    const again = await fetch(`${origin}/`, { headers: { "if-none-match": page.headers.get("etag") ?? "" } });
    assert.equal(again.status, 304);
});

test("files named by their content are kept forever", async () => {
    const script = await fetch(`${origin}/assets/index-abc.js`);
    assert.match(script.headers.get("cache-control") ?? "", /immutable/);
    await script.body?.cancel();
});

test("every answer forbids the browser to load from elsewhere", async () => {
    for (const path of ["/", "/assets/index-abc.js", "/nothing"]) {
        const answer = await fetch(origin + path);
        assert.match(
            answer.headers.get("content-security-policy") ?? "",
            /default-src 'none'; script-src 'self'/,
        );
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
        await answer.body?.cancel();
    }
});

test("what isn't there is 404, and only reading is allowed", async () => {
    const statuses = await Promise.all([
        fetch(`${origin}/nothing`),
        fetch(`${origin}/../package.json`),
        fetch(`${origin}/%2e%2e/package.json`),
        fetch(`${origin}/`, { method: "POST", body: "x" }),
    ]);
    assert.deepEqual(
        statuses.map(({ status }) => status),
        [404, 404, 404, 405],
    );
});

test("the API's paths are 503 with Retry-After for every method, as JSON that nobody keeps", async () => {
    for (const path of ["/api", "/api/", "/api/jobs", "/api/jobs/1?x=/", "/api?x", "/%61pi/jobs", "/api/%"]) {
        for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
            const answer = await fetch(origin + path, { method, ...(method === "POST" && { body: "x" }) });
            assert.equal(answer.status, 503, `${method} ${path}`);
            assert.equal(answer.headers.get("retry-after"), "2");
            assert.equal(answer.headers.get("cache-control"), "no-store");
            assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
            const body = await answer.text();
            const expected = {
                statusCode: 503,
                error: "Service Unavailable",
                message: "The API is not available at the moment. Please try again shortly.",
            };
            assert.deepEqual(method === "HEAD" ? body : JSON.parse(body), method === "HEAD" ? "" : expected);
        }
    }
});

test("a path that only begins like the API's is the page's", async () => {
    for (const path of ["/apix", "/apis/jobs", "/API", "/x/api/jobs", "/assets/api"]) {
        assert.equal((await fetch(origin + path)).status, 404, path);
        assert.equal((await fetch(origin + path, { method: "POST", body: "x" })).status, 405, path);
    }
});

test("it is alive and ready, until it drains", async () => {
    const own = new StaticServer(folder);
    const port = await own.listen(0);
    const status = async (path: string) => (await fetch(`http://localhost:${port}${path}`)).status;
    assert.deepEqual([await status("/livez"), await status("/readyz")], [200, 200]);
    const drained = own.drain();
    const unready = await fetch(`http://localhost:${port}/readyz`);
    assert.equal(unready.status, 503);
    assert.equal(unready.headers.get("connection"), "close");
    await unready.text();
    await drained;
    await assert.rejects(fetch(`http://localhost:${port}/livez`));
});
