import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PATIENCE, type Seen, useStage, violations } from "./browser.ts";
import type { FakeHub } from "./fake-hub.ts";

// Needs: chromium.
//
// Goal: whoever scans the code in a dark stairwell gets light with one tap, sees for how long, may
// hand it back, and is told what goes wrong. Method: the page in Chromium, before the real server.

const stage = useStage();

const ZONE = "stairwell-a";
const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true };

const scanned = async (options = {}): Promise<Seen & { hub: FakeHub; url: string }> => {
  const hub = await stage.startHub();
  const url = `${hub.address}/light/${hub.light.token(ZONE)}`;
  return { ...(await stage.open(url, { ...PHONE, ...options })), hub, url };
};

const button = (page: Page, name: string) => page.getByRole("button", { name });
const timer = (page: Page) => page.getByRole("timer");
const by = (page: Page) => page.locator(".by");

const secondsLeft = async (page: Page): Promise<number> => {
  const [minutes = 0, seconds = 0] = (await timer(page).innerText()).split(":").map(Number);
  return minutes * 60 + seconds;
};

test("one tap gives light for a quarter of an hour, one more prolongs it, one hands it back", async () => {
  const { page, hub, complaints, requests, url } = await scanned();
  await page.getByRole("heading", { name: "Escalier A" }).waitFor();
  expect(await page.locator(".state").innerText()).toBe("Gardée éteinte");
  expect(await page.locator(".why").innerText()).toContain(
    "la lumière du jour suffit depuis 12 min",
  );
  expect(await violations(page)).toEqual([]);

  await button(page, "Lumière pour 15 min").tap();
  await by(page).getByText("Lumière demandée sur la page").waitFor();
  expect(await page.locator(".state").innerText()).toBe("Allumée");
  expect(await secondsLeft(page)).toBeGreaterThan(14 * 60);
  await page.getByText("jusqu'à 14:20").waitFor();
  expect(await violations(page)).toEqual([]);

  await button(page, "Prolonger de 15 min").tap();
  await expect.poll(() => secondsLeft(page), PATIENCE).toBeGreaterThan(29 * 60);
  await button(page, "Rendre la main").tap();
  await button(page, "Lumière pour 15 min").waitFor();
  expect(await page.locator(".state").innerText()).toBe("Gardée éteinte");

  expect(hub.light.audit).toEqual([
    `light link: light asked for, ${ZONE}, 15 min`,
    `light link: light asked for, ${ZONE}, 30 min`,
    `light link: light handed back, ${ZONE}`,
  ]);
  expect(complaints).toEqual([]);
  expect((await (await fetch(url)).text()).length).toBeLessThan(10_000);
  expect(new Set(requests)).toEqual(new Set([url, `${hub.address}/icon.svg`]));
});

test("other times are one tap too; nobody gets more than an hour", async () => {
  const { page } = await scanned();
  await button(page, "60 min").tap();
  await expect.poll(() => secondsLeft(page), PATIENCE).toBeGreaterThan(59 * 60);
  expect(await button(page, "Prolonger").count()).toBe(0);
  await button(page, "Rendre la main").waitFor();
});

test("the time counts down by the second and stays with the hub's", async () => {
  const { page, hub } = await scanned();
  await button(page, "5 min").first().tap();
  await timer(page).waitFor();
  const now = (): Promise<number> => page.evaluate("performance.now()");
  const [first, from] = [await secondsLeft(page), await now()];
  await expect.poll(() => secondsLeft(page), PATIENCE).toBeLessThan(first - 3);
  const [later, to] = [await secondsLeft(page), await now()];
  // The building's clock stands still here, and an answer of it sets the page's right meanwhile.
  expect(first - later).toBeLessThanOrEqual((to - from) / 1000 + 2);
  hub.light.pass(3);
  await expect.poll(() => secondsLeft(page), PATIENCE).toBeLessThanOrEqual(15 * 60 - 180);
});

test("somebody presses the wall switch: its time shows, and no page ends it", async () => {
  const { page, hub } = await scanned();
  await button(page, "Lumière pour 15 min").tap();
  await timer(page).waitFor();
  hub.light.press(ZONE, 40);
  await by(page).getByText("Quelqu'un a appuyé sur l'interrupteur").waitFor();
  expect(await secondsLeft(page)).toBeGreaterThan(39 * 60);
  await page.getByText("aucune page ne peut y mettre fin").waitFor();
  expect(await button(page, "Rendre la main").count()).toBe(0);
  // What is asked for beyond it can be handed back, down to the switch's own time.
  await button(page, "Prolonger de 15 min").tap();
  await expect.poll(() => secondsLeft(page), PATIENCE).toBeGreaterThan(54 * 60);
  await button(page, "Rendre la main").tap();
  await button(page, "Rendre la main").waitFor({ state: "detached" });
  expect(await by(page).innerText()).toBe("Quelqu'un a appuyé sur l'interrupteur");
  expect(await secondsLeft(page)).toBeGreaterThan(38 * 60);
  expect(await violations(page)).toEqual([]);
});

test("a hub that went away is told, with what works all the same, and found again", async () => {
  const { page, hub, url } = await scanned();
  const token = hub.light.token(ZONE);
  await page.getByRole("heading", { name: "Escalier A" }).waitFor();
  await hub.close();
  await button(page, "Lumière pour 15 min").tap();
  const alert = page.getByRole("alert");
  await alert.getByText("L'interrupteur mural fonctionne tout de même.").waitFor();
  expect(await violations(page)).toEqual([]);
  const back = await stage.startHub({ port: Number(new URL(url).port) });
  expect(back.light.token(ZONE)).toBe(token);
  await expect.poll(() => alert.innerText(), PATIENCE).toBe("");
  await button(page, "Lumière pour 15 min").tap();
  await timer(page).waitFor();
});

test("a code that was renewed meanwhile is told once, and the page asks no more", async () => {
  const { page, hub, requests } = await scanned();
  await button(page, "Lumière pour 15 min").waitFor();
  hub.light.lightDesk.renew(ZONE, { address: undefined, port: 80 }, "claire");
  await page.getByText("Scannez celui qui est affiché sur place").waitFor();
  expect(await page.getByRole("button").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  const asked = requests.length;
  await page.waitForTimeout(6000);
  expect(requests.length).toBe(asked);
});

test("asked for too often, it says when again, and the light can still be handed back", async () => {
  const { page, hub } = await scanned();
  const stranger = { token: hub.light.token(ZONE), from: "192.168.1.61" };
  await button(page, "Lumière pour 15 min").waitFor();
  for (let i = 0; i < 10; i += 1) hub.light.lightDesk.ask(stranger, 5);
  await page.getByText("De nouveau possible dans 10 min").waitFor();
  expect(await button(page, "Prolonger").count()).toBe(0);
  await button(page, "Rendre la main").tap();
  await button(page, "Rendre la main").waitFor({ state: "detached" });
  expect(await page.getByRole("button").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
});

test("with scripts turned off it does the same, a page at a time", async () => {
  const { page, hub, complaints } = await scanned({ javaScriptEnabled: false });
  await button(page, "30 min").tap();
  await timer(page).waitFor();
  expect(await timer(page).innerText()).toBe("30:00");
  await button(page, "Prolonger de 15 min").tap();
  await expect.poll(() => timer(page).innerText(), PATIENCE).toBe("45:00");
  await button(page, "Rendre la main").tap();
  await button(page, "Lumière pour 15 min").waitFor();
  expect(hub.light.audit).toHaveLength(3);
  expect(complaints).toEqual([]);
});

test("the keyboard alone does it, and is not thrown back to the top", async () => {
  const { page } = await scanned();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  const focused = (): Promise<string> => page.evaluate("document.activeElement.textContent.trim()");
  expect(await focused()).toBe("Lumière pour 15\u00a0min");
  const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await timer(page).waitFor();
  expect(await page.evaluate("document.activeElement.id")).toBe("light");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Prolonger de 15\u00a0min");
  expect(await page.locator("#said").innerText()).toContain("Lumière demandée sur la page");
});

test("it speaks English to who reads English, fits a small phone and is read in the dark", async () => {
  const { page } = await scanned({ locale: "en-GB", colorScheme: "dark" });
  await button(page, "Light for 15 min").waitFor();
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  expect(await page.evaluate(overflow)).toBe(0);
  expect(await violations(page)).toEqual([]);
  await button(page, "Light for 15 min").tap();
  await by(page).getByText("Light was asked for on the page").waitFor();
  expect(await page.evaluate(overflow)).toBe(0);
  await page.getByRole("link", { name: "Français" }).tap();
  await by(page).getByText("Lumière demandée sur la page").waitFor();
  await button(page, "Rendre la main").tap();
  await button(page, "Lumière pour 15 min").waitFor();
});
