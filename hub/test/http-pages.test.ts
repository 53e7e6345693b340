import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { ask, startHttp } from "./http-start.ts";

// Goal: the pages arrive whole, are kept by the browser as long as they should be and no longer, and
// can load nothing from elsewhere. Method: a folder as the build makes it, asked over HTTP.

const PAGE = "<!doctype html><title>Battant</title>";

const startPages = async () => {
  const folder = await mkdtemp(join(tmpdir(), "battant-pages-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pagesDir = join(folder, "dist");
  await mkdir(join(pagesDir, "assets"), { recursive: true });
  await writeFile(join(pagesDir, "index.html"), PAGE);
  await writeFile(join(pagesDir, "assets/app-1a2b.js"), "export {};");
  await writeFile(join(pagesDir, "assets/app-1a2b.js.gz"), gzipSync("export {};"));
  await writeFile(join(pagesDir, ".env"), "secret");
  await writeFile(join(folder, "secret.txt"), "secret");
  return startHttp({ pagesDir });
};

test.each([
  "/",
  "/setup?token=x",
  "/sign-in",
  "/flash",
  "/boards",
  "/calibration",
  "/calibration/hall",
  "/sheet/hall",
  "/?lang=en",
])("%s is the page", async (path) => {
  const { address } = await startPages();
  const answer = await ask(address + path);
  expect(answer.code).toBe(200);
  expect(answer.body).toBe(PAGE);
  expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
});

test("the page is asked for each time, and sent again only if it changed", async () => {
  const { address } = await startPages();
  const first = await ask(`${address}/`);
  expect(first.headers["cache-control"]).toBe("no-cache");
  const again = await ask(`${address}/`, {
    headers: { "if-none-match": first.headers["etag"]! },
  });
  expect(again.code).toBe(304);
  expect(again.body).toBe("");
});

test("an asset with its hash in its name is kept for good, and comes compressed", async () => {
  const { address } = await startPages();
  const url = `${address}/assets/app-1a2b.js`;
  expect((await ask(url)).body).toBe("export {};");
  const answer = await ask(url, { headers: { "accept-encoding": "gzip" } });
  expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(answer.headers["content-encoding"]).toBe("gzip");
  expect(answer.headers["content-type"]).toContain("javascript");
  expect(answer.headers["vary"]).toContain("accept-encoding");
});

test("pages load nothing from elsewhere, stand in no frame and tell nobody their address", async () => {
  const { address } = await startPages();
  const { headers } = await ask(`${address}/`);
  expect(headers["content-security-policy"]).toBe(
    "default-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'",
  );
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["strict-transport-security"]).toBeUndefined();
  // By default a page may open serial ports, and no frame in it may (Web Serial §9).
  expect(headers["permissions-policy"]).toBeUndefined();
});

test("an address that does not exist shows a person the page, which says so", async () => {
  const { address } = await startPages();
  const headers = { accept: "text/html,application/xhtml+xml" };
  const answer = await ask(`${address}/nothing`, { headers });
  expect(answer.code).toBe(404);
  expect(answer.body).toBe(PAGE);
  const etag = answer.headers["etag"] ?? '"none"';
  const again = await ask(`${address}/nothing`, { headers: { ...headers, "if-none-match": etag } });
  expect(again.code).toBe(404);
  expect(again.body).toBe(PAGE);
});

test.each([
  "/assets/app-gone.js",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/assets/..%2f..%2fsecret.txt",
  "/.env",
  "/assets",
  "/assets/",
])("%s gives nothing away", async (path) => {
  const { address } = await startPages();
  const answer = await ask(address + path);
  expect(answer.code).toBe(404);
  expect(answer.body).toMatchObject({ code: "unknown-path" });
});

test("without built pages the API works, and a person is told what to do", async () => {
  const { address } = await startHttp({ pagesDir: join(tmpdir(), "battant-no-such-folder") });
  const answer = await ask(`${address}/`);
  expect(answer.code).toBe(503);
  expect(answer.body).toMatchObject({ code: "pages-missing" });
  expect((await ask(`${address}/api/building`)).code).toBe(200);
});
