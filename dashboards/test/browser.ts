import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";
import { type FakeHub, type FakeHubSettings, startFakeHub } from "./fake-hub.ts";

/** A real browser before a real server: what the tests of the pages share. */

const LAUNCH = {
  executablePath: "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A hub by its name: plain HTTP, to which browsers refuse what they allow to localhost.
    "--host-resolver-rules=MAP battant.local 127.0.0.1",
  ],
};

/** A busy machine may take its time. */
export const PATIENCE = { timeout: 15_000 };

export type Seen = {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
  /** Every address it asked for. */
  readonly requests: readonly string[];
};

export type Stage = {
  startHub(settings?: Omit<FakeHubSettings, "pagesDir">): Promise<FakeHub>;
  open(url: string, options?: BrowserContextOptions): Promise<Seen>;
};

/** Builds the pages and starts the browser once for a file of tests. */
export const useStage = (): Stage => {
  vi.setConfig({ testTimeout: 90_000 });
  let folder = "";
  let browser: Browser | undefined;
  const pagesDir = (): string => join(folder, "dist");

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "battant-stage-"));
    const script = join(import.meta.dirname, "../build.mjs");
    await promisify(execFile)(process.execPath, [script, pagesDir()]);
    browser = await chromium.launch(LAUNCH);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  return {
    startHub: async (settings = {}) => {
      const hub = await startFakeHub({ ...settings, pagesDir: pagesDir() });
      onTestFinished(() => hub.close());
      return hub;
    },
    open: async (url, options = {}) => {
      if (browser === undefined) throw new Error("the browser has not started");
      const context = await browser.newContext({ locale: "fr-FR", ...options });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on("console", (it) => {
        if (["error", "warning"].includes(it.type())) complaints.push(it.text());
      });
      page.on("pageerror", (it) => complaints.push(String(it)));
      page.on("request", (it) => requests.push(it.url()));
      await page.goto(url);
      return { page, complaints, requests };
    },
  };
};

type AxeResult = { readonly violations: readonly { id: string; nodes: { html: string }[] }[] };

/** What axe-core has against the page as it stands: WCAG 2.2 A and AA, and good practice. */
export const violations = async (page: Page): Promise<string[]> => {
  const source = await readFile(
    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
    "utf8",
  );
  await page.evaluate(source);
  const result: AxeResult = await page.evaluate("axe.run()");
  return result.violations.flatMap(({ id, nodes }) => nodes.map((it) => `${id}: ${it.html}`));
};
