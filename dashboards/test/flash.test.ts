import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useStage, violations } from "./browser.ts";
import { layTable, pretendBoard, signIn } from "./flash-kit.ts";

// Needs: chromium.
//
// Goal: a maker goes from a blank chip to its first reading without a terminal, and is told at every
// corner what to do. Method: the built pages in Chromium before the real HTTP server, their Web Serial
// bridged to a simulated chip; a small plan; a board that says what ours say.

const stage = useStage();

const PHONE = { width: 390, height: 844 };
const WALK = { timeout: 60_000 };

/** No-break spaces read as spaces. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

const start = async (page: Page): Promise<void> => {
  await page.getByRole("radio", { name: /^light/ }).check();
  await button(page, "Choisir le port").click();
  await page.getByText("Port choisi : USB-série Silicon Labs CP2102").waitFor();
  await button(page, "Flasher cette carte").click();
};

test("from a blank chip to the first reading, adopted at once, then the next one", async () => {
  const { page, hub, chip, complaints, requests } = await layTable(stage);
  await page.getByRole("radio", { name: /^light/ }).check();
  await page.getByRole("img", { name: "Câblage de la carte light" }).waitFor();
  await page.getByRole("list", { name: "Sur la table" }).getByText("1 × module BH1750").waitFor();
  expect(await violations(page)).toEqual([]);
  await start(page);

  const steps = page.getByRole("list", { name: "Étapes" });
  await steps.getByRole("listitem").filter({ hasText: "Écrire" }).waitFor();
  await page.getByRole("heading", { name: "Première mesure" }).waitFor(WALK);
  const arrived = page.getByRole("region", { name: "Première mesure" });
  const text = plain(await arrived.innerText());
  expect(text).toContain("412 lx");
  expect(text).toMatch(/en (\d min )?\d+ s/);
  const selfTest = page.getByRole("list", { name: "Auto-test" });
  expect(plain(await selfTest.innerText())).toMatch(
    /Bus I2C \(SDA 21, SCL 22\) 0x23[^]*light 412\.5 lx[^]*Wi-Fi -58 dBm[^]*Boîtier joint/,
  );
  expect(await steps.getByText("fait").count()).toBe(8);
  expect(await violations(page)).toEqual([]);

  expect(hub.workshop.flashed).toEqual([
    {
      model: "light",
      mac: chip.mac,
      board: null,
      name: null,
      flat: null,
      replaces: null,
      host: "192.168.1.20",
    },
  ]);
  expect(Buffer.from(chip.flash.subarray(0x10000, 0x10001)).toString("hex")).toBe("e9");
  expect(chip.complaints).toEqual([]);

  await page.getByLabel("Nom", { exact: true }).fill("Escalier B, rez-de-chaussée");
  await page.getByLabel("Zone", { exact: true }).selectOption("stairwell-b");
  await button(page, "Adopter").click();
  await page.getByText("Escalier B, rez-de-chaussée est adoptée.").waitFor();
  expect(hub.workshop.adopted).toEqual([
    {
      board: `light-${chip.mac.slice(-6)}`,
      name: "Escalier B, rez-de-chaussée",
      flat: null,
      zone: { id: "stairwell-b" },
      lightSensor: "light",
      detector: null,
      relay: null,
    },
  ]);

  await button(page, "Flasher la suivante").click();
  expect(await page.getByRole("radio", { name: /^light/ }).isChecked()).toBe(true);
  await page.getByText("Wi-Fi : Atelier Battant").waitFor();
  await page.getByText("Espruino 2v30", { exact: true }).waitFor();
  await button(page, "Choisir le port").waitFor();
  expect(complaints).toEqual([]);
  expect(
    requests.filter((it) => !it.startsWith(`${hub.address}/`) && it !== "about:blank"),
  ).toEqual([]);
});

test("a trouble is told with its cause and remedy, and the walk can be tried again", async () => {
  const { page, chip, cable } = await layTable(stage, { chip: { faults: { unplugAt: 30_000 } } });
  await start(page);
  const alert = page.getByRole("alert").filter({ hasText: "Arrêté" });
  await alert.waitFor(WALK);
  const text = plain(await alert.innerText());
  expect(text).toContain("La liaison USB s'est coupée en cours de route.");
  expect(text).toContain("Rebranchez la carte");
  expect(await page.getByText("arrêté ici").count()).toBe(1);
  expect(await violations(page)).toEqual([]);

  chip.setFaults({});
  cable.plug();
  await button(page, "Réessayer").click();
  await page.getByRole("heading", { name: "Première mesure" }).waitFor(WALK);
  expect(await alert.count()).toBe(0);
});

test("a port that the browser has lost is asked for again", async () => {
  const { page, chip, cable } = await layTable(stage, {
    chip: { faults: { unplugAt: 5000 } },
    before: `window.asked = 0;
      const { requestPort } = navigator.serial;
      navigator.serial.requestPort = async () => {
        asked++;
        const port = await requestPort();
        return new Proxy(port, {
          get: (_, key) => {
            if (key === "connected") return asked > 1;
            const value = port[key];
            return typeof value === "function" ? value.bind(port) : value;
          },
        });
      };`,
  });
  await start(page);
  await page.getByRole("alert").filter({ hasText: "Arrêté" }).waitFor(WALK);
  chip.setFaults({});
  cable.plug();
  await button(page, "Réessayer").click();
  const writing = page.getByRole("listitem").filter({ hasText: "Écrire" });
  await writing.getByText("fait").waitFor(WALK);
  expect(await page.evaluate("asked")).toBe(2);
});

test("a chip of another kind is refused in words", async () => {
  const { page } = await layTable(stage, { chip: { kind: "ESP32-S3" } });
  await start(page);
  const alert = page.getByRole("alert").filter({ hasText: "Arrêté" });
  await alert.waitFor(WALK);
  expect(await alert.innerText()).toContain("ESP32");
});

test("what had to be repeated is told", async () => {
  const { page } = await layTable(stage, {
    chip: { faults: { worn: { address: 0x12000, once: true } } },
  });
  await start(page);
  await page.getByRole("heading", { name: "Reprises (1)" }).waitFor(WALK);
  expect(await page.getByText("« Espruino » est réécrite").count()).toBe(1);
});

test("closing the page is asked about while the chip is half written, and only then", async () => {
  // It hangs amid the writing, which lasts the longer.
  const { page } = await layTable(stage, { chip: { faults: { stuckAt: 40_000 } } });
  const asks = (): Promise<boolean> =>
    page.evaluate(`(() => {
      const event = new Event("beforeunload", { cancelable: true });
      dispatchEvent(event);
      return event.defaultPrevented;
    })()`);
  expect(await asks()).toBe(false);
  await start(page);
  await page.getByText("Gardez cet onglet ouvert").waitFor(WALK);
  expect(await asks()).toBe(true);
  await button(page, "Arrêter").click();
  await page.getByRole("alert").filter({ hasText: "Arrêté" }).waitFor(WALK);
  await expect.poll(asks).toBe(false);
  await button(page, "Changer les réglages").click();
  expect(await page.getByRole("radio", { name: /^light/ }).isChecked()).toBe(true);
});

test("nobody chose a port: the cable, the driver and the permission are spoken of", async () => {
  const { page } = await layTable(stage, {
    before: `navigator.serial.requestPort = async () => {
      throw new DOMException("No port selected by the user.", "NotFoundError");
    };`,
  });
  expect(await page.getByText("usermod").isVisible()).toBe(false);
  await button(page, "Choisir le port").click();
  await page.getByText("Aucun port n'a été choisi.").waitFor();
  for (const hint of ["ne font que charger", "CH340 (WCH)", "sudo usermod -aG dialout $USER"]) {
    expect(await page.getByText(hint).isVisible(), hint).toBe(true);
  }
  expect(await violations(page)).toEqual([]);

  await button(page, "Flasher cette carte").click();
  await page.getByText("Il manque encore : le type de carte, le port.").waitFor();
});

test("known USB chips are asked for, every port when it is wished", async () => {
  const { page } = await layTable(stage, {
    before: `window.asked = [];
      const { requestPort } = navigator.serial;
      navigator.serial.requestPort = (options) => {
        asked.push(options?.filters.map((it) => it.usbVendorId) ?? "all");
        return requestPort();
      };`,
  });
  await button(page, "Choisir le port").click();
  await page.getByLabel("Proposer tous les ports").check();
  await button(page, "Choisir un autre port").click();
  const [some, every] = await page.evaluate<unknown[]>("asked");
  expect(some).toEqual(expect.arrayContaining([0x10c4, 0x1a86]));
  expect(every).toBe("all");
});

test("the Wi-Fi is asked for once, its password is never shown again", async () => {
  const { page } = await layTable(stage, { hub: { workshop: { ssid: null } } });
  await page.getByLabel("Nom du réseau").fill("Atelier");
  const password = page.getByLabel("Mot de passe du réseau");
  expect(await password.getAttribute("type")).toBe("password");
  await password.fill("court");
  await button(page, "Retenir ce réseau").click();
  await page.getByText("Un mot de passe de Wi-Fi a au moins 8 caractères.").waitFor();
  await password.fill("porte cochere");
  await button(page, "Retenir ce réseau").click();
  await page.getByText("Wi-Fi : Atelier").waitFor();
  expect(await password.count()).toBe(0);
  await button(page, "Changer").click();
  expect(await password.inputValue()).toBe("");
});

test("a dead board is replaced by a link from its card: same kind, same place", async () => {
  const { page, hub } = await layTable(stage, { path: "/flash?replaces=stairwell-a-2" });
  const replaces = page.getByLabel("Remplace une carte en panne");
  await expect.poll(() => replaces.inputValue()).toBe("stairwell-a-2");
  await expect.poll(() => page.getByRole("radio", { name: /^light/ }).isChecked()).toBe(true);
  expect(await page.getByLabel("Nom (facultatif)").count()).toBe(0);
  await start(page);
  await page
    .getByText("stairwell-a-2 est à sa place.")
    .or(page.getByText("Escalier A, 2e étage est à sa place."))
    .waitFor(WALK);
  expect(hub.workshop.flashed[0]).toMatchObject({ replaces: "stairwell-a-2", name: null });
});

test("a board that only switches arrives without a reading", async () => {
  const lines = [
    "Battant 0.1.0, relay",
    "started by: power",
    "Wi-Fi: -61 dBm",
    "hub: reached",
    "variables: 1300 of 2500 free",
    "exceptions: 0 ",
  ];
  const hubs: { workshop: { arrive(): void } }[] = [];
  const { page, hub } = await layTable(stage, {
    chip: { run: pretendBoard(() => hubs[0]?.workshop.arrive(), lines) },
  });
  hubs.push(hub);
  await page.getByRole("radio", { name: /^relay/ }).check();
  await page.getByText("Le schéma de câblage n'est pas disponible").waitFor();
  await button(page, "Choisir le port").click();
  await button(page, "Flasher cette carte").click();
  await page.getByRole("heading", { name: "La carte est reliée" }).waitFor(WALK);
  expect(await page.getByText("Première mesure").count()).toBe(0);
});

test("a silent sensor is told, and stops nobody", async () => {
  const lines = [
    "Battant 0.1.0, light",
    "started by: power",
    "Wi-Fi: -58 dBm",
    "hub: reached",
    "variables: 1204 of 2500 free",
    "exceptions: 0 ",
    "I2C, SDA 21, SCL 22: nobody answers",
    "light: no answer",
  ];
  const hubs: { workshop: { arrive(): void } }[] = [];
  const { page, hub } = await layTable(stage, {
    chip: { run: pretendBoard(() => hubs[0]?.workshop.arrive(), lines) },
  });
  hubs.push(hub);
  await start(page);
  await page.getByRole("heading", { name: "À regarder" }).waitFor(WALK);
  const selfTest = await page.getByRole("list", { name: "Auto-test" }).innerText();
  expect(selfTest).toMatch(/personne ne répond\s: regardez SDA[^]*light no answer/);
  await page.getByRole("heading", { name: "Première mesure" }).waitFor(WALK);
});

test("a board whose EN is not wired to the cable asks for a finger", async () => {
  const { page } = await layTable(stage, {
    before: `window.isCut = false;
      const { requestPort } = navigator.serial;
      navigator.serial.requestPort = async () => {
        const port = await requestPort();
        const { setSignals } = port;
        port.setSignals = async (signals) => isCut || setSignals(signals);
        return port;
      };`,
  });
  // Cut once all is written: nothing resets the chip into its program.
  await page.route("**/confirmation", async (route) => {
    await page.evaluate("isCut = true");
    await route.continue();
  });
  await start(page);
  await page.getByText("appuyez une fois sur son bouton EN").waitFor(WALK);
  await button(page, "Arrêter").click();
  await page.getByRole("alert").filter({ hasText: "Arrêté" }).waitFor(WALK);
  expect(await page.getByText("arrêté ici").count()).toBe(1);
});

test("the keyboard alone flashes a board", async () => {
  const { page } = await layTable(stage);
  await page.getByRole("radio", { name: /^light/ }).focus();
  await page.keyboard.press("Space");
  await button(page, "Choisir le port").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Port choisi").waitFor();
  await button(page, "Flasher cette carte").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "3. Flasher light" }).waitFor();
  const focused = () => page.evaluate("document.activeElement.textContent");
  await expect.poll(focused).toBe("3. Flasher light");
  await page.getByRole("heading", { name: "Première mesure" }).waitFor(WALK);
  await expect.poll(focused).toBe("Première mesure");
});

test("a kind whose program was not built says how to build it, and cannot be chosen", async () => {
  const { page } = await layTable(stage);
  const kind = page.getByRole("radio", { name: /^presence/ });
  await kind.waitFor();
  expect(await kind.isDisabled()).toBe(true);
  await page.getByText("npm run build -w firmware").waitFor();
});

test("without Espruino on the hub the two commands are told, and the page goes on by itself", async () => {
  const { page, hub } = await layTable(stage, { hub: { workshop: { hasEspruino: false } } });
  await page.getByText("npx battant firmware fetch").waitFor();
  await page.getByText("npx battant firmware import FILE").waitFor();
  expect(await button(page, "Choisir le port").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  hub.workshop.importEspruino();
  await button(page, "Choisir le port").waitFor({ timeout: 30_000 });
});

test("on plain HTTP the page says why it cannot, and offers certificate and terminal", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open("about:blank");
  const address = hub.address.replace("127.0.0.1", "battant.local");
  await page.request.post(`${hub.address}/api/session`, {
    data: { name: "lea", password: "porte cochere ouverte" },
  });
  const [cookie] = await page.context().cookies();
  await page.context().addCookies([{ ...cookie!, domain: "battant.local" }]);
  await page.goto(`${address}/flash`);
  expect(await page.evaluate("isSecureContext")).toBe(false);
  const obstacle = page.getByRole("region", {
    name: "D'ici, le navigateur n'ouvre pas de port USB",
  });
  await obstacle.getByText("npx battant flash").waitFor();
  await obstacle.getByText("est fermée").waitFor();
  await page.route("**/api/access", (route) => route.fulfill({ json: { httpsPort: 8443 } }));
  await page.reload();
  const link = obstacle.getByRole("link", { name: "https://battant.local:8443/flash" });
  await link.waitFor();
  const certificate = obstacle.getByRole("link", { name: "Téléchargez le certificat" });
  expect(await certificate.getAttribute("href")).toBe("/api/ca.crt");
  await page.getByRole("radio", { name: /^light/ }).check();
  await page.getByRole("img", { name: "Câblage de la carte light" }).waitFor();
  expect(await button(page, "Choisir le port").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
});

test("a browser without Web Serial is told of another one, and of the terminal", async () => {
  const { page } = await layTable(stage, {
    before: `Object.defineProperty(navigator, "serial", { value: undefined });`,
  });
  const obstacle = page.getByRole("region", { name: "Ce navigateur n'ouvre pas de port USB" });
  await obstacle.getByText("Chromium, Chrome ou Edge").waitFor();
  expect(await obstacle.getByText("npx battant flash").isVisible()).toBe(true);
});

test("whoever has not signed in is sent to do so, and comes back", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/flash?replaces=stairwell-a-2`);
  const here = page.url();
  await page.getByRole("main").getByRole("link", { name: "Se connecter" }).click();
  await page.getByLabel("Nom", { exact: true }).fill("claire");
  await page.getByLabel("Mot de passe", { exact: true }).fill("porte cochere ouverte");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Flasher une carte" }).waitFor();
  expect(page.url()).toBe(here);
});

test("signing in leads to no other site, whatever the link says", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign-in?next=//example.org/`);
  await page.getByLabel("Nom", { exact: true }).fill("claire");
  await page.getByLabel("Mot de passe", { exact: true }).fill("porte cochere ouverte");
  await page.keyboard.press("Enter");
  await page.getByText("Connecté : claire").waitFor();
  expect(page.url()).toBe(`${hub.address}/`);
});

test("a council member is told who may, a manager and the workshop find both pages in the frame", async () => {
  const hub = await stage.startHub();
  const { page } = await stage.open(`${hub.address}/sign-in`);
  await signIn(page, hub, "samir");
  await page.goto(`${hub.address}/flash`);
  await page.getByText("Votre compte n'y donne pas accès").waitFor();
  const links = page.getByRole("banner").getByRole("link", { name: "Flasher une carte" });
  expect(await links.count()).toBe(0);
  await signIn(page, hub, "lea");
  await page.reload();
  await links.waitFor();
  await page.getByRole("banner").getByRole("link", { name: "Cartes" }).click();
  await page.getByRole("heading", { name: "Nouvelles cartes" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/boards");
});

test.each(["fr-FR", "en-GB"])("the page fits a phone, in %s", async (locale) => {
  const { page, complaints } = await layTable(stage, { browser: { viewport: PHONE, locale } });
  await page.getByRole("radio", { name: /^light/ }).check();
  await page.getByRole("img").first().waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
