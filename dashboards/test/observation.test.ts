import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PASSWORD } from "../../hub/test/http-fakes.ts";
import { PATIENCE, useStage, violations } from "./browser.ts";
import { house } from "./fake-hub.ts";

// Needs: chromium.
//
// Goal: a manager sees what a zone would have done, and lets it act, or not; the council reads along.
// Method: the built pages in Chromium, before the real server, with the hub's own figures of made-up
// weeks.

const stage = useStage();

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

type Opening = { readonly as?: string; readonly viewport?: typeof PHONE; readonly path?: string };

const open = async ({ as = "claire", viewport = DESKTOP, path = "/observation" }: Opening = {}) => {
  const hub = await stage.startHub();
  const seen = await stage.open(`${hub.address}${path}`, { viewport });
  const { page } = seen;
  await page.getByRole("link", { name: "Se connecter" }).last().click();
  await page.getByLabel("Nom").fill(as);
  await page.getByLabel("Mot de passe", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  return { hub, page, seen };
};

const zoneOn = (page: Page, name: string) => page.getByRole("region", { name });

test.each([PHONE, DESKTOP])(
  "on $width px each day shows what would have been beside what was, and everybody can use it",
  async (viewport) => {
    const { page, seen } = await open({ viewport });
    const carPark = zoneOn(page, "Parking, rangée cour");
    await carPark.getByText("Jour 9 sur 14").waitFor();
    expect(await carPark.getByRole("listitem").filter({ hasText: "mars" }).count()).toBe(9);
    await carPark
      .getByText(/Battant aurait éteint \d+\sh\s\d\d \(\d\sh\s\d\d par jour\)/)
      .waitFor();
    await carPark.getByText("ne compte pas : connu en partie").first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(seen.complaints).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    const foreign = seen.requests.filter((it) => new URL(it).origin !== new URL(page.url()).origin);
    expect(foreign).toEqual([]);
    for (const button of await carPark.getByRole("button").all()) {
      const { width, height } = (await button.boundingBox())!;
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
    const shots = process.env["SHOTS"];
    if (shots !== undefined) {
      await page.screenshot({ path: `${shots}/observation-${viewport.width}.png` });
      await carPark.getByRole("button", { name: "Abandonner" }).scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      await page.screenshot({ path: `${shots}/observation-${viewport.width}b.png` });
    }
  },
);

test("the strips stand where the hours are, one track above the other", async () => {
  const { page } = await open({ path: "/observation?zone=car-park" });
  const carPark = zoneOn(page, "Parking, rangée cour");
  await carPark.getByText("Jour 9 sur 14").waitFor();
  expect(await page.getByRole("region").count()).toBe(1);
  const strip = carPark.getByRole("listitem").filter({ hasText: "7 mars" }).locator(".strip");
  const whole = (await strip.boundingBox())!;
  const would = (await strip.locator("i.would").first().boundingBox())!;
  // From half past eight.
  expect((would.x - whole.x) / whole.width).toBeCloseTo(8.5 / 24, 2);
  const lit = (await strip.locator("i.lit").first().boundingBox())!;
  expect(lit.y).toBeGreaterThanOrEqual(would.y + would.height);
});

test("before its time a zone is made to act only after one was told what is missing", async () => {
  const { hub, page } = await open();
  const carPark = zoneOn(page, "Parking, rangée cour");
  await carPark.getByRole("button", { name: "Passer en réel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/Il manque \d+ jours connus sur 14\./).waitFor();
  expect(await violations(page)).toEqual([]);
  const shots = process.env["SHOTS"];
  if (shots !== undefined) await page.screenshot({ path: `${shots}/dialog.png` });
  await dialog.getByRole("button", { name: "Continuer d'observer" }).click();
  expect(hub.modesSaid).toEqual([]);
  await carPark.getByRole("button", { name: "Passer en réel" }).click();
  await dialog.getByRole("button", { name: "Passer en réel quand même" }).click();
  await carPark.getByText("Parking, rangée cour agit maintenant.").waitFor();
  await carPark.getByText("Agit depuis le 12 mars 14:05").waitFor();
  expect(hub.modesSaid).toEqual(["claire: car-park act"]);
  // The pressed button is gone; the reader is not.
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Parking, rangée cour");

  await carPark.getByRole("button", { name: "Revenir à l'observation" }).click();
  await carPark.getByText("Une lumière gardée éteinte est rendue.").waitFor();
  await carPark.getByRole("button", { name: "Abandonner" }).click();
  await carPark.getByText("La règle est arrêtée").waitFor();
  expect(hub.modesSaid.slice(1)).toEqual(["claire: car-park observe", "claire: car-park off"]);
});

test("after fourteen known days one press lets a zone act, by the keyboard too", async () => {
  const { hub, page } = await open({ path: "/observation?zone=stairwell-b" });
  const stairs = zoneOn(page, "Escalier B");
  await stairs.getByText("Agit depuis").waitFor();
  await stairs.getByRole("button", { name: "Revenir à l'observation" }).focus();
  await page.keyboard.press("Enter");
  await stairs.getByText("14 connus sur 14").waitFor();
  await stairs.getByRole("button", { name: "Passer en réel" }).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => hub.modesSaid.length, PATIENCE).toBe(2);
  expect(await page.getByRole("dialog").count()).toBe(0);
});

test("what stands against acting is told in the words of the building file", async () => {
  const { hub, page } = await open({ path: "/observation?zone=hall" });
  await zoneOn(page, "Hall d'entrée").waitFor();
  const zones = house.zones.map((it) =>
    it.zone === "hall" ? ({ ...it, mode: "observe" } as const) : it,
  );
  hub.show({ ...house, zones });
  await page.reload();
  const hall = zoneOn(page, "Hall d'entrée");
  await hall.getByRole("button", { name: "Passer en réel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Il manque l'étalonnage").waitFor();
  await dialog.getByRole("button", { name: "Passer en réel quand même" }).click();
  const told = hall.getByRole("alert");
  await expect.poll(() => told.innerText(), PATIENCE).toContain("`act` demande un étalonnage");
});

test("the council reads and has no switch; a maker without a seat there is told", async () => {
  const council = await open({ as: "samir" });
  const carPark = zoneOn(council.page, "Parking, rangée cour");
  await carPark.getByText("Jour 9 sur 14").waitFor();
  expect(await council.page.getByRole("button", { name: "Passer en réel" }).count()).toBe(0);
  const maker = await open({ as: "lea" });
  await maker.page.getByText("pour les gestionnaires et le conseil syndical").waitFor();
});

test("a zone in observation links to it, and so does the menu; in English too", async () => {
  const { page } = await open({ path: "/observation" });
  await zoneOn(page, "Parking, rangée cour").waitFor();
  await page.getByRole("link", { name: "Battant", exact: true }).click();
  const card = page.getByRole("article", { name: "Parking, rangée cour" });
  await card.getByRole("link", { name: "Ce que Battant aurait fait" }).click();
  await page.getByText("Jour 9 sur 14").waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByText("Day 9 of 14").waitFor();
  await page.getByText("Battant would have kept the light off for").waitFor();
  expect(await page.getByRole("link", { name: "Observation" }).count()).toBe(1);
});
