import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { PATIENCE, useStage, violations } from "./browser.ts";
import { signIn } from "./flash-kit.ts";

// Needs: chromium.
//
// Goal: on the building's page everybody sees who wants light and for how long, whoever has an
// account may want it, and the workshop prints a sign for those who have none.
// Method: the built pages in Chromium, before the real server.

const stage = useStage();

const card = (page: Page, name: string) => page.getByRole("article", { name });
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("everybody sees until when light is wanted and by whom; without an account nobody is offered more", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  const hall = card(page, "Hall d'entrée");
  await hall
    .getByText(/Quelqu'un a appuyé sur l'interrupteur\s: encore 2[34]\smin, jusqu'à 14:29\./)
    .waitFor();
  hub.light.lightDesk.askIn("stairwell-a", 15, "claire");
  const stairs = card(page, "Escalier A");
  await stairs
    .getByText(/Lumière demandée sur une page\s: encore 1[45]\smin, jusqu'à 14:20\./)
    .waitFor();
  expect(await page.getByRole("button", { name: /lumière|Prolonger|Rendre/ }).count()).toBe(0);
  expect(await page.getByRole("link", { name: /Affiche/ }).count()).toBe(0);
});

test("with an account light is asked for, prolonged and handed back on the card", async () => {
  const hub = await stage.startHub();
  const { page, complaints } = await stage.open(hub.address);
  await signIn(page, hub, "samir");
  await page.reload();
  const stairs = card(page, "Escalier A");
  await stairs.getByLabel("Durée, Escalier A").selectOption("30");
  await stairs.getByRole("button", { name: /Demander la lumière.*Escalier A/ }).click();
  await stairs.getByText(/encore (30|29)\smin, jusqu'à 14:35/).waitFor();
  await stairs.getByRole("button", { name: /Prolonger de 15\smin/ }).click();
  await stairs.getByText(/encore 4[45]\smin, jusqu'à 14:50/).waitFor();
  await stairs.getByRole("button", { name: /Rendre la main/ }).click();
  await stairs.getByRole("button", { name: /Demander la lumière/ }).waitFor();
  expect(hub.light.audit).toEqual([
    "samir: light asked for, stairwell-a, 30 min",
    "samir: light asked for, stairwell-a, 45 min",
    "samir: light handed back, stairwell-a",
  ]);
  // What the wall switch gave is not the page's to end.
  const hall = card(page, "Hall d'entrée");
  await hall.getByRole("button", { name: /Prolonger/ }).waitFor();
  expect(await hall.getByRole("button", { name: /Rendre/ }).count()).toBe(0);
  expect(await stairs.getByRole("link", { name: /Affiche/ }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the workshop finds a zone's sign on its card, in French and in English, with its code", async () => {
  const hub = await stage.startHub();
  const { page, requests } = await stage.open(hub.address);
  await signIn(page, hub);
  await page.reload();
  await card(page, "Escalier A")
    .getByRole("link", { name: /Affiche/ })
    .click();
  await page.getByRole("heading", { name: "Affiche : Escalier A" }).waitFor();
  const sign = card(page, "Escalier A");
  const text = plain(await sign.innerText());
  expect(text).toContain("Lumière ?");
  expect(text).toContain("L'interrupteur mural fonctionne toujours.");
  expect(text).toContain("The wall switch always works.");
  const link = `http://192.168.1.20:${new URL(hub.address).port}/light/${hub.light.token("stairwell-a")}`;
  expect(text).toContain(link);
  await sign.getByRole("img", { name: `QR : ${link}` }).waitFor();
  const drawn = "document.querySelector('.sign img').naturalWidth > 0";
  await expect.poll(() => page.evaluate(drawn), PATIENCE).toBe(true);
  expect(await violations(page)).toEqual([]);
  expect(requests.every((it) => it.startsWith(hub.address))).toBe(true);
});

test("it is printed on one sheet of A6, the sign alone", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await signIn(page, hub);
  await page.goto(`${hub.address}/sign/stairwell-a`);
  await page.getByRole("img", { name: /QR/ }).waitFor();
  const sheet = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const boxes = [...sheet.matchAll(/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/g)];
  const millimetres = boxes.map(([, x, y]) =>
    [x, y].map((it) => Math.round((Number(it) / 72) * 25.4)),
  );
  expect(millimetres).toEqual([[105, 148]]);
  await page.emulateMedia({ media: "print" });
  for (const hidden of ["Imprimer", "Utiliser cette adresse", "Renouveler le code…"]) {
    expect(await page.getByText(hidden, { exact: true }).isVisible()).toBe(false);
  }
});

test("another address of the hub is taken, one that is none is refused with what to write", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await signIn(page, hub);
  await page.goto(`${hub.address}/sign/stairwell-a`);
  const field = page.getByLabel("Adresse du boîtier pour les téléphones");
  await field.fill("battant.local/elsewhere");
  await page.getByRole("button", { name: "Utiliser cette adresse" }).click();
  await page.getByRole("alert").getByText("Écrivez par exemple").waitFor();
  await field.fill("http://battant.local");
  await page.getByRole("button", { name: "Utiliser cette adresse" }).click();
  const link = `http://battant.local/light/${hub.light.token("stairwell-a")}`;
  await page.getByRole("img", { name: `QR : ${link}` }).waitFor();
  expect(await page.getByRole("alert").innerText()).toBe("");
  await field.fill("127.0.0.1:8080");
  await page.getByRole("button", { name: "Utiliser cette adresse" }).click();
  await page.getByText("aucun téléphone ne l'atteint").waitFor();
});

test("who sends a link to the sign does not choose where its code leads", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await signIn(page, hub);
  await page.goto(`${hub.address}/sign/stairwell-a?address=elsewhere.example`);
  const code = page.getByRole("img", { name: /^QR/ });
  await code.waitFor();
  expect(await code.getAttribute("alt")).toContain("http://192.168.1.20:");
});

test("a code that is misused is renewed, once somebody has read what that means", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(hub.address);
  await signIn(page, hub);
  await page.goto(`${hub.address}/sign/stairwell-a`);
  const before = hub.light.token("stairwell-a");
  await page.getByRole("button", { name: "Renouveler le code…" }).click();
  const dialog = page.getByRole("dialog", { name: "Renouveler le code ?" });
  await dialog.getByText("Les affiches déjà imprimées ne mèneront plus nulle part").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  expect(hub.light.token("stairwell-a")).toBe(before);
  await page.getByRole("button", { name: "Renouveler le code…" }).click();
  await dialog.getByRole("button", { name: "Renouveler" }).click();
  await page.getByText("Le code est renouvelé.").waitFor();
  const after = hub.light.token("stairwell-a");
  expect(after).not.toBe(before);
  await page.getByRole("img", { name: new RegExp(after) }).waitFor();
});

test("a zone that is not there, and somebody who has no account, are told so", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign/stairwell-a`);
  await page.getByText("Cette page est pour l'atelier et les gestionnaires.").waitFor();
  await signIn(page, hub);
  await page.goto(`${hub.address}/sign/cellar`);
  await page.getByRole("alert").getByText("Cet immeuble n'a pas de zone de ce nom.").waitFor();
  expect(await page.getByRole("img", { name: /QR/ }).count()).toBe(0);
});
