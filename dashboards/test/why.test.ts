import { expect, test } from "vitest";
import { PATIENCE, useStage, violations } from "./browser.ts";
import { AFTERNOON, house, zones } from "./fake-hub.ts";

// Needs: chromium.
//
// Goal: one tap says why a light is as it is and what comes next; a time typed in says why it was so.
// Method: the built pages in Chromium, before the real server, with the hub's own answers.

const stage = useStage();

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

const NEXT = "Rallumage permis après 20 s sous 150 lx, au plus tard au coucher du soleil, à 18:33.";

test.each([PHONE, DESKTOP])(
  "on $width px one tap answers, and everybody can use it",
  async (viewport) => {
    const hub = await stage.startHub();
    const seen = await stage.open(hub.address, { viewport });
    const { page } = seen;
    const card = page.getByRole("article", { name: "Escalier A" });
    await card.getByText("Pourquoi ?").click();
    await card.getByText(NEXT).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(seen.complaints).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    const button = (await card.getByRole("button", { name: "Demander" }).boundingBox())!;
    expect(Math.min(button.width, button.height)).toBeGreaterThanOrEqual(44);
  },
);

test("a time of the past is asked for by the building's clock, wherever the reader is", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address, { timezoneId: "America/Montreal" });
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.getByText("Pourquoi ?").click();
  await card.getByLabel("À un autre moment").fill("2026-03-12T13:30");
  await card.getByRole("button", { name: "Demander" }).click();
  await card.getByText("Allumage permis à 13:30, depuis hier à 13:53 : la lumière").waitFor();
  await card.getByRole("button", { name: "Revenir à maintenant" }).click();
  await card.getByText(NEXT).waitFor();
  expect(await card.innerText()).not.toContain("depuis hier");
});

test("a time that is still to come is refused in words", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.getByText("Pourquoi ?").click();
  await card.getByLabel("À un autre moment").fill("2026-03-13T08:00");
  await card.getByRole("button", { name: "Demander" }).click();
  await card.getByText("Moment refusé").waitFor();
  expect(await card.innerText()).toContain("ce moment est à venir");
});

test("the answer about now follows the building, and what held once stays as it was asked", async () => {
  const hub = await stage.startHub();
  const { page, requests } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.getByText("Pourquoi ?").click();
  await card.getByText(NEXT).waitFor();
  const asked = () => requests.filter((it) => it.includes("/why")).length;
  expect(asked()).toBe(1);
  const why = {
    fr: "Allumage permis : la lumière du jour ne suffit pas (88 lx).",
    en: "Light allowed: daylight is not enough (88 lx).",
  };
  const dark = { because: "too-dark", decision: "allow", daylight_lx: 88, light: "on" } as const;
  const dusk = { ...zones[0]!, ...dark, since: AFTERNOON, why };
  hub.show({ ...house, zones: [dusk, ...zones.slice(1)] });
  await card.getByText("Extinction possible après au moins 10 min au-dessus de 225 lx.").waitFor();
  expect(asked()).toBe(2);
});

test("a hub that does not answer is told, and can be asked again", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.waitFor();
  await page.route("**/why*", (route) => route.abort(), { times: 1 });
  await card.getByText("Pourquoi ?").click();
  await card.getByText("Le boîtier ne répond pas").waitFor();
  await card.getByRole("button", { name: "Réessayer" }).click();
  await expect.poll(() => card.innerText(), PATIENCE).toContain("Éteint depuis 13:53");
});
