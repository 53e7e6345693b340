import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PASSWORD, SETUP_TOKEN } from "../../hub/test/http-fakes.ts";
import { PATIENCE, useStage, violations } from "./browser.ts";

// Needs: chromium.
//
// Goal: a newcomer sets the hub up, a manager signs in, sees how the hub is doing and leaves; with a
// mouse, a thumb or the keyboard alone. Method: the built pages in Chromium, before the real server.

const stage = useStage();

const type = async (page: Page, name: string, password: string): Promise<void> => {
  await page.getByLabel("Nom").fill(name);
  await page.getByLabel("Mot de passe", { exact: true }).fill(password);
};

test("the set-up link leads from nothing to a manager's page", async () => {
  const hub = await stage.startHub({ isNew: true });
  const { page } = await stage.open(`${hub.address}/setup?token=${SETUP_TOKEN}`);
  await page.getByText("Au moins 12 caractères, sans autre règle.").waitFor();
  expect(await violations(page)).toEqual([]);

  await type(page, "claire", "trop court");
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.getByRole("alert").getByText("il faut au moins 12 caractères").waitFor();
  expect(await page.getByLabel("Nom").inputValue()).toBe("claire");
  expect(await violations(page)).toEqual([]);

  await type(page, "claire", PASSWORD);
  await page.getByRole("button", { name: "Créer le compte" }).click();
  await page.getByRole("heading", { name: "Santé du boîtier" }).waitFor();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/");
  await page.getByText("Connecté : claire").waitFor();
});

test("a spent, wrong or cut link says what to do", async () => {
  const fresh = await stage.startHub({ isNew: true });
  const cut = await stage.open(`${fresh.address}/setup`);
  await cut.page.getByText("Il manque la fin du lien.").waitFor();

  const wrong = await stage.open(`${fresh.address}/setup?token=guess`);
  await type(wrong.page, "claire", PASSWORD);
  await wrong.page.keyboard.press("Enter");
  const alert = wrong.page.getByRole("alert");
  await expect.poll(() => alert.innerText(), PATIENCE).toContain("Ce lien n'est pas valable.");

  const old = await stage.startHub();
  const spent = await stage.open(`${old.address}/setup?token=${SETUP_TOKEN}`);
  await spent.page.getByText("La mise en service est déjà faite.").waitFor();
});

test("a hub without an account says so on its page, and no longer afterwards", async () => {
  const fresh = await stage.startHub({ isNew: true });
  const { page } = await stage.open(fresh.address);
  await page.getByText("La mise en service n'est pas terminée").waitFor();
  const old = await stage.startHub();
  await page.goto(old.address);
  await page.getByRole("article").first().waitFor();
  expect(await page.getByText("La mise en service").count()).toBe(0);
});

test("a manager signs in, reads the hub's health and signs out", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign-in`);
  await type(page, "claire", "not her password");
  await page.getByRole("button", { name: "Se connecter" }).click();
  await page.getByRole("alert").getByText("Nom ou mot de passe incorrect.").waitFor();
  await type(page, "claire", PASSWORD);
  await page.getByRole("button", { name: "Se connecter" }).click();

  const health = page.getByRole("region", { name: "Santé du boîtier" });
  await health.getByText("2 sur 4").waitFor();
  const text = (await health.innerText()).replaceAll(/[\u00a0\u202f]/g, " ");
  expect(text).toContain("hors ligne");
  expect(text).toContain("jamais vue");
  expect(text).toContain("17 fois");
  expect(text).toContain("1 840 relevés en attente");
  expect(text).toContain("Tous les relevés sont écrits.");
  expect(text).toContain("90 412 groupes lus, 3 refusés");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await page.getByRole("link", { name: "Se connecter" }).waitFor();
  await page.getByRole("article").first().waitFor();
  expect(await health.count()).toBe(0);
});

test("what is typed can be looked at, which spares typing it twice", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign-in`);
  const field = page.getByLabel("Mot de passe", { exact: true });
  await field.fill("quelques mots ordinaires");
  expect(await field.getAttribute("type")).toBe("password");
  await page.getByLabel("Montrer le mot de passe").check();
  expect(await field.getAttribute("type")).toBe("text");
  expect(await field.inputValue()).toBe("quelques mots ordinaires");
});

test("a hub that went away is said to be away, not the password wrong", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign-in`);
  await type(page, "claire", PASSWORD);
  await hub.close();
  await page.keyboard.press("Enter");
  const alert = page.getByRole("alert");
  await expect.poll(() => alert.innerText(), PATIENCE).toContain("Vérifiez qu'il est allumé");
});

test("the keyboard alone goes everywhere, and shows where it is", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await page.getByRole("article").first().waitFor();
  const focused = async (): Promise<string> => {
    const text: string = await page.evaluate("document.activeElement.textContent.trim()");
    return text.replaceAll("\u00a0", " ");
  };
  const walk: string[] = [];
  for (let i = 0; i < 7; i++) {
    await page.keyboard.press("Tab");
    walk.push(await focused());
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
  }
  const cards = [
    "Pourquoi ? Escalier A",
    "Décisions récentes, Escalier A",
    "Pourquoi ? Escalier B",
  ];
  const before = ["Aller au contenu", "Battant", "English", "Se connecter"];
  expect(walk).toEqual([...before, ...cards]);

  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await page.getByText("Allumage permis : le soleil est couché.").waitFor();

  await page.reload();
  await page.getByRole("article").first().waitFor();
  await page.keyboard.press("Tab");
  expect(await page.getByRole("link", { name: "Aller au contenu" }).isVisible()).toBe(true);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe(cards[0]);

  await page.goto(`${hub.address}/sign-in`);
  await page.getByRole("heading", { name: "Se connecter" }).waitFor();
  await page.getByLabel("Nom").focus();
  await page.keyboard.type("claire");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Santé du boîtier" }).waitFor();
});
