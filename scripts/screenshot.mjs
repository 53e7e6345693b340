// `npm run screenshot`: the pictures of the README, taken from the running demonstration itself,
// at the moment when the light of a stairwell has just gone off.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { setTimeout } from "node:timers/promises";

const data = mkdtempSync(join(tmpdir(), "battant-screenshot-"));
const ports = ["--http", "0", "--mqtt", "0"];
const hub = spawn(
  process.execPath,
  ["hub/start.mjs", "start", "--json", "--speed", "60", "--data", data, ...ports],
  { stdio: ["ignore", "pipe", "inherit"] },
);

const address = await new Promise((resolve, reject) => {
  hub.once("exit", () => reject(new Error("the hub did not start")));
  createInterface({ input: hub.stdout }).on("line", (line) => {
    const said = JSON.parse(line);
    if (said.ready) resolve(said.http);
  });
});

const isInhibited = async () => {
  const building = await (await fetch(`${address}/api/building`)).json();
  return building.zones.find(({ zone }) => zone === "stairwell-a").light === "inhibited";
};
for (let tries = 0; tries < 300 && !(await isInhibited()); tries++) await setTimeout(200);

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
mkdirSync("docs/images", { recursive: true });
const shots = [
  { name: "page", language: "en", width: 1180, height: 900 },
  { name: "page.fr", language: "fr", width: 1180, height: 900 },
  { name: "phone.fr", language: "fr", width: 390, height: 844 },
];
for (const { name, language, width, height } of shots) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: "light" });
  await page.goto(`${address}/?lang=${language}`);
  await page.waitForSelector("article");
  await setTimeout(500);
  await page.screenshot({ path: `docs/images/${name}.png`, fullPage: true });
}
await browser.close();
hub.removeAllListeners("exit");
const gone = new Promise((resolve) => hub.once("exit", resolve));
hub.kill("SIGTERM");
await gone;
rmSync(data, { recursive: true, force: true });
