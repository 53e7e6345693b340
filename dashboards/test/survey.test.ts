import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PASSWORD } from "../../hub/test/http-fakes.ts";
import { draftIn } from "../src/survey/draft.ts";
import { PATIENCE, useStage, violations } from "./browser.ts";

// Needs: chromium.
//
// Goal: somebody with a lux-meter and a phone learns in the stairwell whether it would pay, and loses
// nothing of what they typed. Method: the built pages in Chromium, before the real server.

const stage = useStage();

const PHONE = { viewport: { width: 390, height: 844 } };

const openSurvey = async (language = "fr", options: Parameters<typeof stage.open>[1] = PHONE) => {
  const hub = await stage.startHub();
  const next = encodeURIComponent(`/survey?lang=${language}`);
  const seen = await stage.open(`${hub.address}/sign-in?lang=${language}&next=${next}`, options);
  const [name, password] = language === "fr" ? ["Nom", "Mot de passe"] : ["Name", "Password"];
  await seen.page.getByLabel(name).fill("samir");
  await seen.page.getByLabel(password, { exact: true }).fill(PASSWORD);
  await seen.page.keyboard.press("Enter");
  await seen.page.getByRole("group", { name: /^(Endroit|Place) 1$/ }).waitFor();
  return { ...seen, hub };
};

const typeReading = async (page: Page, number: number, indoor: string, outdoor: string) => {
  const spot = page.getByRole("group", { name: `Endroit ${number}`, exact: true });
  await spot.getByLabel("Dedans, au sol").fill(indoor);
  await spot.getByLabel("Dehors, sous le ciel").fill(outdoor);
};

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("two readings in a hall of the building file give a verdict with its reasons", async () => {
  const { page, complaints, requests, hub } = await openSurvey();
  await page.getByText("Vide : 108 W, comme le dit le fichier de l'immeuble.").waitFor();
  await page.getByText("Il faut 100 lx au sol.").waitFor();
  expect(await violations(page)).toEqual([]);

  await typeReading(page, 1, "190,5", "9525");
  await typeReading(page, 2, "230", "9400");
  await page.getByLabel("Coût du matériel et de la pose, en euros").fill("150");
  await page.getByRole("button", { name: "Est-ce rentable ?" }).click();
  const verdict = page.getByRole("region", { name: "Rentable Hall d'entrée" });
  await verdict.waitFor();
  const text = plain(await verdict.innerText());
  expect(text).toContain("Éteindre par la lumière du jour est rentable ici : ");
  expect(text).toContain("191 lx dedans, 9 525 lx dehors");
  expect(text).toContain("facteur de lumière du jour 2 % · le plus sombre, il décide");
  expect(text).toMatch(/Amortissement\s+1,6 à 2,7 ans/);
  expect(text).toContain("Moins de trois endroits mesurés");
  const focused = await page.evaluate("document.activeElement?.id");
  expect(focused).toBe("verdict");
  expect(await violations(page)).toEqual([]);

  // Nothing slides sideways on a phone, nothing comes from elsewhere.
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  expect(await page.evaluate(overflow)).toBe(0);
  expect(requests.filter((it) => !it.startsWith(hub.address))).toEqual([]);
  expect(complaints.filter((it) => !it.includes("401"))).toEqual([]);
});

test("what was typed is still there after the phone has slept, and a verdict goes when it changes", async () => {
  const { page } = await openSurvey();
  await page.getByLabel("Quel endroit ?").selectOption("kind:stairwell");
  await page.getByText("Il faut 150 lx au sol.").waitFor();
  await typeReading(page, 1, "90", "9500");
  await page.getByLabel("Ce que les lampes consomment, en watts").fill("80");
  await page.getByLabel("Quand brûlent-elles ?").selectOption("minutes");
  await page.getByLabel("Minutes par jour, en moyenne").fill("60");
  await page.reload();
  const spot = page.getByRole("group", { name: "Endroit 1", exact: true });
  await expect.poll(() => spot.getByLabel("Dedans, au sol").inputValue(), PATIENCE).toBe("90");
  expect(await page.getByLabel("Quel endroit ?").inputValue()).toBe("kind:stairwell");
  await page.getByRole("button", { name: "Est-ce rentable ?" }).click();
  const verdict = page.getByRole("region", { name: "Pas rentable Cage d'escalier" });
  await verdict.getByText("le jour y ajoute peu").waitFor();

  await page.getByLabel("Minutes par jour, en moyenne").fill("90");
  await expect.poll(() => verdict.count(), PATIENCE).toBe(0);
});

test("half a reading and words are not sent; what the hub refuses is read out", async () => {
  const { page, requests } = await openSurvey();
  const button = page.getByRole("button", { name: "Est-ce rentable ?" });
  const asked = (): number => requests.filter((it) => it.endsWith("/api/survey")).length;
  const before = asked();
  await typeReading(page, 1, "beaucoup", "9500");
  await button.click();
  await typeReading(page, 1, "190", "9500");
  await typeReading(page, 2, "190", "");
  await button.click();
  expect(asked()).toBe(before);

  await typeReading(page, 2, "190", "80");
  await button.click();
  const alert = page.getByRole("alert");
  await expect
    .poll(async () => plain(await alert.innerText()), PATIENCE)
    .toContain("mesure 2 : plus de lumière dedans (190 lx) que dehors (80 lx)");
});

test("places are added and removed, and lamps that stay on have a field of their own", async () => {
  const { page } = await openSurvey("en", {});
  await page.getByRole("button", { name: "Add a place" }).click();
  await page.getByRole("group", { name: "Place 4" }).waitFor();
  await page.getByRole("button", { name: "Remove place 4" }).click();
  await page.getByRole("button", { name: "Remove place 2" }).click();
  expect(await page.getByRole("group", { name: /^Place/ }).count()).toBe(2);
  await page.getByLabel("The lamps cannot be switched off").check();
  const spot = page.getByRole("group", { name: "Place 1" });
  await spot.getByLabel("Indoors, on the floor").fill("280");
  await spot.getByLabel("Outdoors, under the sky").fill("9500");
  await spot.getByLabel("Lamps alone, by night").fill("90");
  await page.getByRole("button", { name: "Does it pay?" }).click();
  const verdict = page.getByRole("region", { name: "Pays Hall d'entrée" });
  await verdict.getByText("90 lx of it by the lamps · daylight factor 2%").waitFor();
});

test("who has no account is asked to sign in, and comes back", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/survey`);
  const link = page.getByRole("main").getByRole("link", { name: "Se connecter" });
  await expect.poll(() => link.getAttribute("href"), PATIENCE).toBe("/sign-in?next=%2Fsurvey");
});

const kept: readonly [what: string, kept: unknown][] = [
  ["nothing", {}],
  ["something else", [1, 2]],
  ["nonsense", { rows: [null, { indoor: 5, lamps: [] }], burning: "often", load: 7 }],
];

test.each(kept)("%s in the browser's memory is a draft all the same", (_, it) => {
  const draft = draftIn(it);
  expect(draft.burning).toBe("always");
  expect(draft.rows.every((row) => Object.values(row).every((text) => text === ""))).toBe(true);
  expect(draftIn({ rows: Array(500).fill({}) }).rows.length).toBe(20);
});
