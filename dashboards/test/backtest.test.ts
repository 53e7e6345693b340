import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PATIENCE, type Seen, useStage, violations } from "./browser.ts";
import type { FakeHub } from "./fake-hub.ts";
import { signIn } from "./flash-kit.ts";

// Needs: chromium.
//
// Goal: a manager chooses a zone, a time and other settings, sees what they would have done side by
// side and day by day, and is told what to do where there is nothing to see.
// Method: the built pages in Chromium before the real server, its desk for backtests and a made-up sky.

const stage = useStage();

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

type Opened = Seen & { readonly hub: FakeHub };

const openBacktest = async (
  options: Parameters<typeof stage.open>[1] = {},
  zone = "stairwell-a",
): Promise<Opened> => {
  const hub = await stage.startHub();
  const seen = await stage.open("about:blank", options);
  await signIn(seen.page, hub, "samir");
  await seen.page.goto(`${hub.address}/backtest?zone=${zone}`);
  await seen.page.getByRole("group", { name: /^(Essai|Trial) 1/ }).waitFor();
  return { ...seen, hub };
};

const run = (page: Page): Promise<void> =>
  page.getByRole("button", { name: /^(Essayer|Try)$/ }).click();

const figures = async (page: Page, name: string | RegExp): Promise<string[]> => {
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
  return (await row.first().getByRole("cell").allInnerTexts()).map(plain);
};

const matrix = [
  { width: 390, locale: "fr-FR", colorScheme: "light" },
  { width: 390, locale: "en-GB", colorScheme: "dark" },
  { width: 1280, locale: "fr-FR", colorScheme: "dark" },
  { width: 1280, locale: "en-GB", colorScheme: "light" },
] as const;

test.each(matrix)("it is readable by all on $width px, $locale, $colorScheme", async (it) => {
  const { width, ...options } = it;
  const { page, complaints, requests, hub } = await openBacktest({
    ...options,
    viewport: { width, height: 900 },
  });
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: /^(Ajouter|Add)/ }).click();
  await run(page);
  await page.getByRole("heading", { name: /^(Jour par jour|Day by day)$/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  expect(
    requests.filter((url) => !url.startsWith(`${hub.address}/`) && url !== "about:blank"),
  ).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
});

test("today and two trials stand side by side, and what differs is named", async () => {
  const { page } = await openBacktest();
  const first = page.getByRole("group", { name: "Essai 1" });
  expect(plain(await first.innerText())).toContain("Aujourd'hui : 150. Vide : comme aujourd'hui.");
  await first.getByLabel("Attente avant d'éteindre").fill("25");
  await page.getByRole("button", { name: "Ajouter un essai" }).click();
  await page.getByRole("group", { name: "Essai 2" }).getByLabel("Consigne au sol").fill("900");
  await run(page);
  await page.getByRole("heading", { name: "Résultat" }).waitFor();
  const heads = page.getByRole("columnheader");
  expect(await heads.allInnerTexts()).toEqual(["Aujourd'hui", "Essai 1", "Essai 2"]);
  expect(await figures(page, "Attente avant d'éteindre (min)")).toEqual(["10", "25", "10"]);
  expect(await figures(page, "Consigne au sol (lx)")).toEqual(["150", "150", "900"]);
  expect(await page.getByRole("rowheader", { name: "Marge" }).count()).toBe(0);
  const [now, , strict] = await figures(page, "Lumière évitée");
  expect(now).toMatch(/^[1-9]\d* h \d\d$/);
  expect(strict).toBe("0 h 00");
  expect((await figures(page, "Énergie évitée"))[0]).toMatch(/kWh$/);
  expect((await figures(page, "Argent évité"))[0]).toMatch(/€$/);
});

test("the chart has a row for each day, and hours at the right that the intervals add up to", async () => {
  const { page } = await openBacktest();
  await page.getByLabel("Période").selectOption("7");
  await run(page);
  const rows = page.locator(".diagram .line[data-day]");
  await rows.first().waitFor();
  expect(await rows.count()).toBe(8);
  expect(plain(await rows.first().innerText())).toMatch(/jeu\. 5 mars/);
  // The day on which the sensor was silent.
  expect(plain(await rows.nth(4).innerText())).toMatch(/\d+ h \d\d inconnus/);
  await page.locator("rect[data-bar]").first().hover();
  const told = page.locator(".told");
  await expect
    .poll(async () => plain(await told.innerText()), PATIENCE)
    .toMatch(/éteinte du \d+ mars \d\d:\d\d au/);
});

test("the keyboard goes through days and intervals", async () => {
  const { page } = await openBacktest();
  await run(page);
  const diagram = page.getByRole("group", { name: "Jour par jour" });
  await diagram.focus();
  const told = page.locator(".told");
  await page.keyboard.press("Home");
  await expect.poll(async () => plain(await told.innerText()), PATIENCE).toContain("10 févr.");
  await page.keyboard.press("ArrowDown");
  await expect.poll(async () => plain(await told.innerText()), PATIENCE).toContain("11 févr.");
  await page.keyboard.press("End");
  await expect.poll(async () => plain(await told.innerText()), PATIENCE).toContain("12 mars");
  await page.keyboard.press("ArrowRight");
  expect(plain(await told.innerText())).toContain("12 mars");
});

test("a year is a thin row for each day, with the sums of its months", async () => {
  const { page } = await openBacktest();
  await page.getByLabel("Période").selectOption("365");
  await run(page);
  await page.locator(".chart.thin").waitFor();
  expect(await page.locator(".diagram .line[data-day]").count()).toBe(366);
  const months = page.locator(".diagram h4");
  expect(await months.count()).toBe(13);
  expect(plain(await months.nth(3).innerText())).toMatch(/^juin 2025\s*Aujourd'hui \d+ h \d\d/);
  expect(await page.locator(".hints").innerText()).toContain("moyennes de dix minutes");
  expect(await page.locator(".diagram").innerHTML()).not.toContain("NaN");
});

test("days are chosen by the building's calendar, the last one included", async () => {
  const { page } = await openBacktest({ timezoneId: "America/Montreal" });
  await page.getByLabel("Période").selectOption("dates");
  await page.getByLabel("Du", { exact: true }).fill("2025-10-25");
  await page.getByLabel("Au (compris)").fill("2025-10-26");
  await run(page);
  const rows = page.locator(".diagram .line[data-day]");
  await rows.first().waitFor();
  expect(await rows.count()).toBe(2);
  expect(plain(await rows.nth(1).innerText())).toContain("jour de 25 h");
  await page.getByLabel("Du", { exact: true }).fill("2025-10-27");
  await run(page);
  await page.getByText("Choisissez deux jours").waitFor();
});

test("a setting below the law is refused with its text", async () => {
  const { page } = await openBacktest();
  await page.getByLabel("Consigne au sol").fill("100");
  await run(page);
  const alert = page.getByRole("alert");
  await alert.getByText("sous le minimum légal de 150 lx").waitFor();
  expect(await alert.innerText()).toContain("arrêté du 24 décembre 2015, art. 10");
});

test("work shows how far it is, and can be stopped", async () => {
  const { page, hub } = await openBacktest();
  hub.backtests.hold();
  await run(page);
  await expect
    .poll(() => page.getByRole("progressbar").getAttribute("value"), PATIENCE)
    .toBe("0.4");
  const stop = page.getByRole("button", { name: "Arrêter" });
  expect(await page.evaluate("document.activeElement.innerText")).toBe("Arrêter");
  await stop.click();
  await page.getByRole("button", { name: "Essayer" }).waitFor();
  await expect.poll(() => hub.backtests.stopped(), PATIENCE).toBe(1);
  expect(await page.getByRole("alert").innerText()).toBe("");
});

test("a zone without calibration says why nothing happens, and what to set", async () => {
  const { page } = await openBacktest({}, "corridor-3");
  await page.getByText("Cette zone n'est pas étalonnée").waitFor();
  await page.getByLabel("Part des lampes").fill("60");
  await run(page);
  await page.getByRole("heading", { name: "Résultat" }).waitFor();
  const [now, tried] = await figures(page, "Lumière évitée");
  expect(now).toBe("0 h 00");
  expect(tried).toMatch(/^[1-9]/);
  expect(await figures(page, "Part des lampes")).toEqual(["non étalonnée", "60"]);
  expect(await page.locator(".hints").innerText()).toContain("Sans étalonnage (corridor-3)");
});

test("where nothing was ever measured there is nothing to try", async () => {
  const { page } = await openBacktest({}, "bicycles");
  await page.getByText("Aucun relevé de son capteur de lumière n'est gardé.").waitFor();
  expect(await page.getByRole("button", { name: "Essayer" }).isDisabled()).toBe(true);
});

test("the workshop has no business here", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open("about:blank");
  await signIn(page, hub, "lea");
  await page.goto(`${hub.address}/backtest`);
  await page.getByText("pour les gestionnaires et le conseil syndical").waitFor();
  expect(await page.getByRole("button", { name: "Essayer" }).count()).toBe(0);
});

test("on paper there are the figures and every day, and no form", async () => {
  const { page } = await openBacktest();
  await run(page);
  await page.locator(".diagram .line[data-day]").first().waitFor();
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".backtest form").isVisible()).toBe(false);
  expect(await page.getByRole("table").isVisible()).toBe(true);
  const hidden = await page.evaluate(
    "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.diagram'))",
  );
  expect(hidden).toBeLessThanOrEqual(1);
});
