import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { type Seen, useStage, violations } from "./browser.ts";
import type { FakeHub } from "./fake-hub.ts";
import { signIn } from "./flash-kit.ts";

// Needs: chromium.
//
// Goal: whoever has put up a board finds it, sees that it measures, and says what it is for; and a
// board that is gone is replaced or forgotten with open eyes. Method: the built pages in Chromium
// before the real HTTP server.

const stage = useStage();

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

type Opened = Seen & { readonly hub: FakeHub };

const openBoards = async (options: Parameters<typeof stage.open>[1] = {}): Promise<Opened> => {
  const hub = await stage.startHub();
  const seen = await stage.open("about:blank", options);
  await signIn(seen.page, hub);
  await seen.page.goto(`${hub.address}/boards`);
  await seen.page.getByRole("article").first().waitFor();
  return { ...seen, hub };
};

const card = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

/** Every pair of a width, a language and a colour scheme. */
const matrix = [
  { width: 390, locale: "fr-FR", colorScheme: "light" },
  { width: 390, locale: "en-GB", colorScheme: "dark" },
  { width: 1280, locale: "fr-FR", colorScheme: "dark" },
  { width: 1280, locale: "en-GB", colorScheme: "light" },
] as const;

test.each(matrix)("boards are readable by all on $width px, $locale, $colorScheme", async (it) => {
  const { width, ...options } = it;
  const { page, complaints, requests, hub } = await openBoards({
    ...options,
    viewport: { width, height: 900 },
  });
  await page.getByRole("button", { name: /^(Adopter|Adopt)…/ }).click();
  await page.getByRole("form").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  expect(
    requests.filter((url) => !url.startsWith(`${hub.address}/`) && url !== "about:blank"),
  ).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
});

test("new boards come first, each with what it measures now", async () => {
  const { page, hub } = await openBoards();
  const fresh = page.getByRole("region", { name: "Nouvelles cartes" });
  const board = fresh.getByRole("article");
  expect(await board.count()).toBe(1);
  const text = plain(await board.innerText());
  expect(text).toMatch(/relay-light-c3d4e5[^]*en ligne[^]*light éclairement\s+187 lx il y a \d+ s/);
  expect(text).toContain("Commute : main");
  hub.workshop.measure("relay-light-c3d4e5", 203);
  await board.getByText("203 lx").waitFor();
});

test("other boards say where they are, whether they are there, and what came last", async () => {
  const { page } = await openBoards();
  const all = page.getByRole("region", { name: "Toutes les cartes" });
  expect(await all.getByRole("article").count()).toBe(4);
  const stairwell = plain(await card(page, "Escalier A, 2e étage").innerText());
  expect(stairwell).toMatch(/Programme light 0\.1\.0[^]*en ligne[^]*Zones : Escalier A\b/);
  const meter = plain(await card(page, "Compteur des communs").innerText());
  expect(meter).toMatch(/hors ligne[^]*il y a 3 h 10 min[^]*84,4 W[^]*1 204 310 Wh/);
  expect(await card(page, "Parking").innerText()).toContain("pas encore reliée");
});

test("of a flat's board nothing is shown but that it is there", async () => {
  const { page } = await openBoards();
  const text = await card(page, "Logement 12").innerText();
  expect(text).toContain("n'est montré qu'à son occupant");
  expect(text).not.toMatch(/il y a|Zones|Wh/);
});

test("adopting asks for a name, a place, what it sees, who is there and what it switches", async () => {
  const { page, hub } = await openBoards();
  const board = card(page, "relay-light-c3d4e5");
  await board.getByRole("button", { name: /^Adopter…/ }).click();
  const form = page.getByRole("form", { name: "Adopter relay-light-c3d4e5" });
  await form.getByLabel("Nom", { exact: true }).fill("refusé");
  await form.getByRole("button", { name: "Adopter", exact: true }).click();
  await form.getByRole("alert").getByText("ce nom est déjà pris").waitFor();

  await form.getByLabel("Nom", { exact: true }).fill("Local vélos");
  await form.getByLabel("Une nouvelle zone").check();
  await form.getByLabel("Nom de la zone").fill("Local vélos");
  await form.getByLabel("Type de zone").selectOption("common-room");
  await form.getByRole("button", { name: "Adopter", exact: true }).click();
  await page.getByText("Local vélos est adoptée.").waitFor();
  await page
    .getByRole("region", { name: "Toutes les cartes" })
    .getByText("Local vélos")
    .first()
    .waitFor();
  expect(hub.workshop.adopted).toEqual([
    {
      board: "relay-light-c3d4e5",
      name: "Local vélos",
      flat: null,
      zone: { name: "Local vélos", kind: "common-room" },
      lightSensor: "light",
      detector: "motion",
      relay: "main",
    },
  ]);
  expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
});

const NOTHING = { lightSensor: null, detector: null, relay: null };

test.each([
  ["Un logement", "3e gauche", { flat: "3e-gauche", zone: null, ...NOTHING }],
  ["Nulle part en particulier", "", { flat: null, zone: null, ...NOTHING }],
])("%s: nothing else is asked", async (place, flat, expected) => {
  const { page, hub } = await openBoards();
  await page.getByRole("button", { name: /^Adopter…/ }).click();
  await page.getByLabel(place).check();
  expect(await page.getByLabel(/Ce qu'elle|Qui est là/).count()).toBe(0);
  if (flat !== "") await page.getByLabel("Nom du logement").fill(flat);
  await page.getByRole("button", { name: "Adopter", exact: true }).click();
  await page.getByText("est adoptée.").waitFor();
  expect(hub.workshop.adopted[0]).toMatchObject(expected);
});

test("a sensor or a relay need not be used", async () => {
  const { page, hub } = await openBoards();
  await page.getByRole("button", { name: /^Adopter…/ }).click();
  await page.getByLabel(/^Ce qu'elle voit/).selectOption("rien");
  const detector = page.getByLabel("Qui est là : détecteur de présence de la zone");
  expect(await detector.innerText()).toContain("motion (oui)");
  await page.getByText("Il s'ajoute à ceux que la zone a déjà.").waitFor();
  await detector.selectOption("rien");
  await page.getByLabel(/^Ce qu'elle commute/).selectOption("rien");
  await page.getByRole("button", { name: "Adopter", exact: true }).click();
  await page.getByText("est adoptée.").waitFor();
  expect(hub.workshop.adopted[0]).toMatchObject({
    zone: { id: "stairwell-a" },
    ...NOTHING,
  });
});

test("what is typed stays while values go on changing", async () => {
  const { page, hub } = await openBoards();
  await page.getByRole("button", { name: /^Adopter…/ }).click();
  const name = page.getByLabel("Nom", { exact: true });
  await name.fill("Sous-sol");
  await page.getByLabel("Une nouvelle zone").check();
  await page.getByLabel(/^Ce qu'elle commute/).selectOption("rien");
  hub.workshop.measure("relay-light-c3d4e5", 44);
  await page.getByText("44 lx").first().waitFor();
  expect(await name.inputValue()).toBe("Sous-sol");
  expect(await page.getByLabel("Une nouvelle zone").isChecked()).toBe(true);
  expect(await page.getByLabel(/^Ce qu'elle commute/).inputValue()).toBe("");
});

test("an ignored board is folded away, and can come back", async () => {
  const { page } = await openBoards();
  await page.getByRole("button", { name: /^Ignorer/ }).click();
  await page.getByText("relay-light-c3d4e5 est ignorée.").waitFor();
  await page.getByText("Aucune carte n'attend.").waitFor();
  await page.getByText("Cartes ignorées (2)").click();
  const board = card(page, "relay-light-c3d4e5");
  await board.getByRole("button", { name: /^Ne plus ignorer/ }).click();
  await page.getByRole("region", { name: "Nouvelles cartes" }).getByRole("article").waitFor();
  expect(await page.getByText("Cartes ignorées (1)").count()).toBe(1);
});

test("forgetting says what happens and asks; no and Escape change nothing", async () => {
  const { page } = await openBoards();
  const board = card(page, "Compteur des communs");
  const forget = board.getByRole("button", { name: /^Oublier…/ });
  const dialog = page.getByRole("dialog", { name: "Oublier Compteur des communs ?" });
  await forget.click();
  await dialog.getByText("L'historique reste.").waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Annuler" }).click();
  await forget.click();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await board.count()).toBe(1);

  await forget.click();
  await dialog.getByRole("button", { name: "Oublier cette carte" }).click();
  await page.getByText("Compteur des communs est oubliée.").waitFor();
  await board.waitFor({ state: "detached" });
});

test("a dead board is replaced on the other page", async () => {
  const { page } = await openBoards();
  const link = card(page, "Escalier A, 2e étage").getByRole("link", { name: /^Remplacer/ });
  expect(await link.getAttribute("href")).toBe("/flash?replaces=stairwell-a-2");
});

test("the log shows what was said and follows what is being said", async () => {
  const { page, hub } = await openBoards();
  const board = card(page, "Escalier A, 2e étage");
  hub.workshop.say("stairwell-a-2", "light 412 lx");
  await board.getByText("Journal").click();
  const log = board.getByRole("log", { name: "Journal de Escalier A, 2e étage" });
  await log.getByText("light 412 lx").waitFor();
  expect(await log.innerText()).toMatch(/\d\d:\d\d:\d\d carte light 412 lx/);
  for (let i = 0; i < 40; i++) hub.workshop.say("stairwell-a-2", `light ${i} lx`);
  await log.getByText("light 39 lx").waitFor();
  const below = `(({ scrollHeight, scrollTop, clientHeight }) =>
    scrollHeight - scrollTop - clientHeight)(document.querySelector("[role=log]"))`;
  await expect.poll(() => page.evaluate(below)).toBeLessThan(2);
  hub.workshop.say("stairwell-a-2", "light 39 lx (2 times)");
  await log.getByText("light 39 lx (2 times)").waitFor();
  expect(await log.getByText("light 39 lx").count()).toBe(1);
  expect(await violations(page)).toEqual([]);
});

test("a hub that goes away leaves the list as it was, and says so", async () => {
  const { page, hub } = await openBoards();
  await hub.close();
  await page.getByText("Le boîtier ne répond pas.").first().waitFor();
  expect(await page.getByRole("article").count()).toBeGreaterThan(3);
});

test("the keyboard alone adopts a board", async () => {
  const { page, hub } = await openBoards();
  await page.getByRole("button", { name: /^Adopter…/ }).focus();
  await page.keyboard.press("Enter");
  await expect
    .poll(() => page.evaluate("document.activeElement.labels?.[0]?.textContent"))
    .toBe("Nom");
  await page.getByRole("button", { name: "Annuler" }).focus();
  await page.keyboard.press("Enter");
  await expect
    .poll(() =>
      page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent"),
    )
    .toMatch(/^BUTTON Adopter…/);
  await page.keyboard.press("Enter");
  await page.getByRole("form").waitFor();
  await page.getByRole("button", { name: "Adopter", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("est adoptée.").waitFor();
  expect(hub.workshop.adopted.length).toBe(1);
});
