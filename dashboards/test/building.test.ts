import { expect, test } from "vitest";
import { PATIENCE, useStage, violations } from "./browser.ts";
import { AFTERNOON, house, zones } from "./fake-hub.ts";

// Needs: chromium.
//
// Goal: a newcomer sees at a glance which lights burn, which are kept off and why, and never takes
// old data for new. Method: the built pages in Chromium, before the real server.

const stage = useStage();

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const languages = {
  fr: { locale: "fr-FR", why: zones[0]!.why.fr, light: "Gardée éteinte par Battant" },
  en: { locale: "en-GB", why: zones[0]!.why.en, light: "Kept off by Battant" },
};

/** No-break spaces read as spaces. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

const matrix = [PHONE, DESKTOP].flatMap((viewport) =>
  (["fr", "en"] as const).flatMap((language) =>
    (["light", "dark"] as const).map((colorScheme) => ({ viewport, language, colorScheme })),
  ),
);

test.each(matrix)(
  "the building is readable by all on $viewport.width px, in $language, $colorScheme",
  async ({ viewport, language, colorScheme }) => {
    const { locale, why, light } = languages[language];
    const hub = await stage.startHub();
    const seen = await stage.open(hub.address, { viewport, locale, colorScheme });
    const { page } = seen;
    const card = page.getByRole("article", { name: "Escalier A" });
    await card.getByText(why).waitFor();
    expect(await card.getByText(light).isVisible()).toBe(true);
    expect(await page.locator("html").getAttribute("lang")).toBe(language);
    expect(await page.title()).toBe("42 rue Battant · Battant");
    await card.locator("summary").last().click();
    await card
      .getByRole("listitem")
      .filter({ has: page.locator("time") })
      .first()
      .waitFor();

    expect(await violations(page)).toEqual([]);
    expect(seen.complaints).toEqual([]);
    expect(seen.requests.filter((it) => !it.startsWith(`${hub.address}/`))).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  },
);

test("what changes is seen without touching anything", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.getByText("Gardée éteinte par Battant").waitFor();
  const why = {
    fr: "Allumage permis : trop sombre (88 lx).",
    en: "Light allowed: too dark (88 lx).",
  };
  const dusk = { ...zones[0]!, daylight_lx: 88, light: "on", decision: "allow", why } as const;
  hub.show({ ...house, zones: [dusk, ...zones.slice(1)] });
  await card.getByText("Allumée").waitFor();
  const text = plain(await card.innerText());
  expect(text).toContain(why.fr);
  expect(text).toMatch(/Lumière du jour au sol\s+88 lx/);
});

test("an unknown value is called unknown, and is never a zero", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Couloir du 3e étage" });
  await card.getByText("État inconnu").waitFor();
  const text = await card.innerText();
  expect(text).toMatch(/Lumière du jour au sol\s+inconnue/);
  expect(text).toMatch(/Au capteur\s: inconnu/);
  expect(text).not.toMatch(/\b0\s*lx/);
  expect(await card.locator(".fill").count()).toBe(0);
});

test("daylight stands beside its two marks, to scale, with the numbers", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { viewport: DESKTOP, reducedMotion: "reduce" });
  const card = page.getByRole("article", { name: "Escalier A" });
  const text = await card.locator(".daylight").innerText();
  expect(plain(text)).toMatch(/310 lx[^]*Cible 150 lx[^]*Seuil 225 lx/);
  const at = async (part: string) => (await card.locator(`.bar ${part}`).boundingBox())!;
  const [bar, fill] = [(await card.locator(".bar").boundingBox())!, await at(".fill")];
  expect(fill.width / bar.width).toBeCloseTo(310 / 450, 1);
  expect(((await at(".target")).x - bar.x) / bar.width).toBeCloseTo(150 / 450, 1);
  expect(((await at(".threshold")).x - bar.x) / bar.width).toBeCloseTo(0.5, 1);
});

test("an override counts down, a lease says when it ends, observation is marked", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const hall = page.getByRole("article", { name: "Hall d'entrée" });
  await hall.getByText("encore 24 min, jusqu'à 14:29").waitFor();
  hub.show({ ...house, now: AFTERNOON + 600_000 });
  await hall.getByText("encore 14 min, jusqu'à 14:29").waitFor();
  hub.show({ ...house, now: AFTERNOON + 1_440_000 });
  await hall.getByText("encore").waitFor({ state: "detached" });
  const stairwell = await page.getByRole("article", { name: "Escalier A" }).innerText();
  expect(stairwell).toContain("Rendue d'elle-même à 14:06");
  const parking = await page.getByRole("article", { name: "Parking" }).innerText();
  expect(parking).toContain("Observation");
  expect(parking).toContain("Observation, rien n'est commandé.");
});

test("the building's clock runs at the building's speed, in the building's time zone", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { timezoneId: "America/Montreal" });
  const when = page.locator(".when");
  await when.waitFor();
  expect(plain(await when.innerText())).toMatch(/^jeudi 12 mars 2026\s+14:05$/i);
  hub.show({ ...house, speed: 3600 });
  await page.getByText("le temps y passe 3 600 fois plus vite").waitFor();
  await when.filter({ hasNotText: "14:05" }).waitFor();
});

test("a lost stream is shown with the time it was lost, and comes back by itself", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await page.getByRole("article").first().waitFor();
  await hub.close();
  const banner = page.locator(".banner");
  await banner.getByText(/^Données figées depuis \d\d:\d\d:\d\d\./).waitFor();
  expect(await page.locator("[aria-live]").innerText()).toBe(await banner.innerText());
  expect(await page.getByRole("article").first().isVisible()).toBe(true);
  expect(await violations(page)).toEqual([]);

  await stage.startHub({ port: Number(new URL(hub.address).port) });
  await banner.waitFor({ state: "detached" });
  expect(await page.locator("[aria-live]").innerText()).toBe("Données à jour de nouveau.");
});

test("the clock of the building stands still while the data are frozen", async () => {
  const hub = await stage.startHub();
  hub.show({ ...house, speed: 3600 });
  const { page } = await stage.open(hub.address);
  await page.getByRole("article").first().waitFor();
  await hub.close();
  await page.locator(".banner").waitFor();
  const clock = await page.locator(".when").innerText();
  await page.waitForTimeout(2500);
  expect(await page.locator(".when").innerText()).toBe(clock);
});

test("a stream that says nothing for long is as good as lost", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open("about:blank");
  await page.clock.install();
  await page.goto(hub.address);
  await page.getByRole("article").first().waitFor();
  await page.clock.fastForward(50_000);
  const banner = page.locator(".banner");
  await banner.waitFor();
  await page.clock.runFor(5000);
  await expect.poll(() => banner.count(), PATIENCE).toBe(0);
});

test("a hub that never answered is not called frozen", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open("about:blank");
  await page.route("**/api/live", (route) => route.abort());
  await page.goto(hub.address);
  await page.getByText("Le boîtier ne répond pas. La page continue d'essayer.").waitFor();
  expect(await page.locator(".banner").count()).toBe(0);
});

test("a page that nobody looks at leaves its stream, and takes it up again", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await page.getByRole("article").first().waitFor();
  expect(hub.listeners()).toBe(1);
  const look = (hidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));`);
  await look(true);
  await expect.poll(() => hub.listeners(), PATIENCE).toBe(0);
  await page.waitForTimeout(500);
  expect(hub.listeners()).toBe(0);
  await look(false);
  await expect.poll(() => hub.listeners(), PATIENCE).toBe(1);
  expect(await page.locator(".banner").count()).toBe(0);
});

test("recent decisions are read when asked for, and a failure can be retried", async () => {
  const hub = await stage.startHub();
  const { page, requests } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.waitFor();
  expect(requests.filter((it) => it.includes("/decisions"))).toEqual([]);

  await page.route("**/decisions*", (route) => route.abort(), { times: 1 });
  await card.locator("summary").last().click();
  await card.getByText("Le boîtier ne répond pas").waitFor();
  await card.getByRole("button", { name: "Réessayer" }).click();
  await card.getByText("Allumage permis : le soleil est couché.").waitFor();
  const times = await card.locator("time").allInnerTexts();
  expect(times.map(plain)).toEqual(["13:53", "13:43", "11 mars 18:48"]);
});

test("a new decision shows in the open list", async () => {
  const hub = await stage.startHub();
  const { page, requests } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.locator("summary").last().click();
  await card.locator("time").first().waitFor();
  const asked = () => requests.filter((it) => it.includes("/decisions")).length;
  const before = asked();
  hub.show({ ...house, zones: [{ ...zones[0]!, since: AFTERNOON }, ...zones.slice(1)] });
  await expect.poll(asked, PATIENCE).toBe(before + 1);
});

test("the language can be asked for in the address, is changed on the spot and remembered", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/?lang=en`);
  await page.getByRole("heading", { name: "Common areas" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await page.evaluate("window.isSamePage = true");
  await page.getByRole("link", { name: "Français" }).click();
  await page.getByRole("heading", { name: "Parties communes" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("fr");
  expect(await page.evaluate("window.isSamePage")).toBe(true);

  await page.getByRole("link", { name: "English" }).click();
  await page.goto(hub.address);
  await page.getByRole("heading", { name: "Common areas" }).waitFor();
});

test("nothing overflows at 320 px, and every target is large enough for a thumb", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { viewport: { width: 320, height: 640 } });
  await page.getByRole("article").first().waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  const targets = page.locator("a:not(.skip), button, summary");
  const boxes = await Promise.all((await targets.all()).map((it) => it.boundingBox()));
  expect(boxes.length).toBeGreaterThan(8);
  const small = boxes.filter((it) => it !== null && (it.width < 44 || it.height < 44));
  expect(small).toEqual([]);
});

test("nothing jumps while the page loads, lives and freezes", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open("about:blank", { viewport: DESKTOP });
  await page.addInitScript(`window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });`);
  await page.goto(hub.address);
  await page.getByRole("article").first().waitFor();
  hub.show({
    ...house,
    now: AFTERNOON + 60_000,
    zones: zones.map((it) => ({ ...it, daylight_lx: 7 })),
  });
  await page.getByText("7 lx", { exact: true }).first().waitFor();
  await hub.close();
  await page.locator(".banner").waitFor();
  await page.waitForTimeout(300);
  expect(await page.evaluate("window.shift")).toBeLessThan(0.01);
});

test("whoever prefers stillness gets it", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { reducedMotion: "reduce" });
  await page.locator(".fill").first().waitFor();
  const duration = "getComputedStyle(document.querySelector('.fill')).transitionDuration";
  expect(await page.evaluate(duration)).toBe("0s");
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await page.evaluate(duration)).toBe("0.6s");
});

test("on paper there are the zones and why, and nothing to click", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { viewport: DESKTOP, colorScheme: "dark" });
  await page.getByRole("article").first().waitFor();
  await page.emulateMedia({ media: "print" });
  expect(await page.getByText(zones[0]!.why.fr).isVisible()).toBe(true);
  expect(await page.locator("nav").isVisible()).toBe(false);
  expect(await page.locator("summary").first().isVisible()).toBe(false);
  expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(28, 39, 51)");
});

test("the footer says that flats are not here, whose software it is, and that it needs no internet", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const text = await page.getByRole("contentinfo").innerText();
  expect(text).toContain("Ce que mesure un logement n'est montré sur aucune page");
  expect(text).toContain("AGPL-3.0-or-later");
  expect(text).toContain("Fonctionne sans internet.");
});

test("an address that does not exist says so, and leads back", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/nothing`);
  await page.getByRole("heading", { name: "Cette page n'existe pas." }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("link", { name: "Retour à l'immeuble" }).click();
  await page.getByRole("article").first().waitFor();
});
