import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import type { CalibrationScene } from "../../hub/test/calibration-parts.ts";
import { PATIENCE, type Seen, useStage, violations } from "./browser.ts";
import { AFTERNOON, type FakeHub, house, zones } from "./fake-hub.ts";
import { signIn } from "./flash-kit.ts";

// Needs: chromium.
//
// Goal: somebody with a lux-meter and a phone calibrates a zone without help, and the sheet they
// print fits on one page. Method: the built pages in Chromium before the real HTTP server and the
// real calibration desk, over a zone whose light and lamps the test moves.

const stage = useStage();

const NIGHT: Instant = instant(AFTERNOON + 8 * 3_600_000);
const NEW = { daylight: { luminaireContribution: undefined, mode: "observe" as const } };

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

type Opened = Seen & { readonly hub: FakeHub };

type Asked = {
  readonly path: string;
  readonly prepare?: (scene: CalibrationScene) => void;
  readonly name?: string;
  readonly options?: Parameters<typeof stage.open>[1];
};

const open = async ({ path, prepare, name, options = {} }: Asked): Promise<Opened> => {
  const hub = await stage.startHub({ calibration: NEW });
  prepare?.(hub.calibration);
  const seen = await stage.open("about:blank", options);
  await signIn(seen.page, hub, name);
  await seen.page.goto(hub.address + path);
  await seen.page.getByRole("heading", { level: 1 }).waitFor(PATIENCE);
  return { ...seen, hub };
};

const POINT = { floor_lx: 160, lamps: null, lampsFloor_lx: null };

const bright = (scene: CalibrationScene): void => {
  scene.lamps(false);
  scene.seeSteadily(100, 4, 10_000);
};

const measured = (scene: CalibrationScene): void => {
  bright(scene);
  scene.desk.addPoint("stairwell-a", POINT, "lea");
  scene.jump(NIGHT);
  for (let n = 0; n < 9; n++) {
    scene.lamps(n % 2 === 0);
    scene.pass(8000);
    scene.seeSteadily(n % 2 === 0 ? 130 : 0.3, 5, 20_000);
  }
};

const matrix = [
  { width: 390, locale: "fr-FR", colorScheme: "light" },
  { width: 390, locale: "en-GB", colorScheme: "dark" },
  { width: 1280, locale: "fr-FR", colorScheme: "dark" },
  { width: 1280, locale: "en-GB", colorScheme: "light" },
] as const;

test.each(matrix)(
  "every step is readable by all on $width px, $locale, $colorScheme",
  async (it) => {
    const { width, ...others } = it;
    const options = { ...others, viewport: { width, height: 844 } };
    const opened = await open({ path: "/calibration/stairwell-a", prepare: measured, options });
    const { page, complaints, requests, hub } = opened;
    const steps = page.getByRole("navigation", { name: /^(Étapes|Steps)$/ }).getByRole("button");
    await expect.poll(() => steps.count()).toBe(5);
    for (let step = 0; step < 5; step++) {
      await steps.nth(step).click();
      await page.getByRole("heading", { level: 2 }).waitFor();
      expect(await violations(page), `step ${step + 1}`).toEqual([]);
      const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(wide, `step ${step + 1}`).toBe(0);
    }
    expect(complaints).toEqual([]);
    const foreign = requests.filter((url) => !url.startsWith(`${hub.address}/`));
    expect(foreign.filter((url) => url !== "about:blank")).toEqual([]);
  },
);

test("a point is taken once the light is steady: the page waits, and says why", async () => {
  const prepare = (scene: CalibrationScene): void => {
    bright(scene);
    scene.see(140);
  };
  const { page, hub } = await open({ path: "/calibration/stairwell-a#2", prepare });
  const waiting = page.getByRole("button", { name: "En attente d'une lumière stable…" });
  await waiting.waitFor(PATIENCE);
  expect(await waiting.isDisabled()).toBe(true);
  await page.getByText("La lumière bouge", { exact: false }).waitFor();
  hub.calibration.seeSteadily(100, 4, 10_000);
  await page.getByLabel("Le luxmètre montre, au sol (lx)").fill("160,5");
  const keep = page.getByRole("button", { name: "Retenir ce point" });
  await keep.waitFor(PATIENCE);
  await keep.click();
  await page.getByText("Le point est retenu.").waitFor(PATIENCE);
  const points = page.getByRole("region", { name: "Points" });
  expect(plain(await points.innerText())).toMatch(
    /161 lx au sol, 100 lx au capteur\s+facteur 1,605 · \d\d:\d\d, lea[^]*Facteur retenu : 1,605/,
  );
  expect(hub.calibration.audit).toEqual(["lea: calibration point stairwell-a 160.5 lx"]);
});

test("where no board sees the lamps, a point says how they are", async () => {
  const prepare = (scene: CalibrationScene): void => {
    scene.lamps(undefined);
    scene.seeSteadily(100, 4, 10_000);
  };
  const { page, hub } = await open({ path: "/calibration/stairwell-a#2", prepare });
  await page.getByLabel("Le luxmètre montre, au sol (lx)").fill("160");
  const keep = page.getByRole("button", { name: "Retenir ce point" });
  await keep.click();
  expect(hub.calibration.audit).toEqual([]);
  await page.getByLabel("allumées").check();
  await page.getByText("leur lumière passerait pour du jour", { exact: false }).waitFor();
  await page.getByLabel("éteintes").check();
  await keep.click();
  await page.getByText("Le point est retenu.").waitFor(PATIENCE);
  expect(hub.calibration.audit).toHaveLength(1);
});

test("a refusal is read out in the reader's words, and what was typed stays", async () => {
  const { page } = await open({ path: "/calibration/stairwell-a#2", prepare: bright });
  await page.getByLabel("Le luxmètre montre, au sol (lx)").fill("1600");
  await page.getByRole("button", { name: "Retenir ce point" }).click();
  const alert = page.getByRole("alert");
  await alert.getByText("facteur de 16", { exact: false }).waitFor(PATIENCE);
  expect(await page.getByLabel("Le luxmètre montre, au sol (lx)").inputValue()).toBe("1600");
});

test("a wrong point is removed by the keyboard alone", async () => {
  const prepare = (scene: CalibrationScene): void => {
    bright(scene);
    scene.desk.addPoint("stairwell-a", POINT, "lea");
  };
  const { page, hub } = await open({ path: "/calibration/stairwell-a#2", prepare });
  await page.getByRole("button", { name: /^Supprimer le point/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Aucun point encore.").waitFor(PATIENCE);
  expect(hub.calibration.desk.view("stairwell-a")?.points).toEqual([]);
});

test("where no board sees the lamps, two buttons tell the hub, by night only", async () => {
  const prepare = (scene: CalibrationScene): void => {
    scene.lamps(undefined);
    scene.seeSteadily(100, 3, 10_000);
  };
  const { page, hub } = await open({ path: "/calibration/stairwell-a#3", prepare });
  const on = page.getByRole("button", { name: "Allumées" });
  await page.getByText("La nuit sera assez noire à", { exact: false }).waitFor(PATIENCE);
  expect(await on.isDisabled()).toBe(true);
  hub.calibration.jump(NIGHT);
  hub.calibration.seeSteadily(0.3, 3, 10_000);
  await page.getByText("La nuit est assez noire.").waitFor(PATIENCE);
  await page.getByRole("button", { name: "Éteintes" }).click();
  await page.getByText("Noté : éteintes. Attendez une minute.").waitFor(PATIENCE);
  hub.calibration.pass(8000);
  hub.calibration.seeSteadily(0.3, 4, 15_000);
  await on.click();
  await page.getByText("Noté : allumées. Attendez une minute.").waitFor(PATIENCE);
  hub.calibration.pass(8000);
  hub.calibration.seeSteadily(130, 5, 20_000);
  await page.getByText(/Les lampes ajoutent 130/).waitFor(PATIENCE);
});

test("what was measured is written into the file by one press", async () => {
  const { page, hub } = await open({ path: "/calibration/stairwell-a#4", prepare: measured });
  await page.getByRole("button", { name: "Écrire dans le fichier" }).click();
  await page.getByText("C'est écrit.").waitFor(PATIENCE);
  await page.getByText("Le fichier dit ce qui a été mesuré.").waitFor(PATIENCE);
  expect(hub.calibration.written).toEqual([
    {
      kind: "calibrate",
      zone: "stairwell-a",
      floorFactor: 1.6,
      luminaireContribution: 129.7,
    },
  ]);
});

test("whoever comes back goes on where they were", async () => {
  const { page } = await open({ path: "/calibration/stairwell-a", prepare: measured });
  const heading = page.getByRole("heading", { level: 2 });
  expect(await heading.innerText()).toContain("Écrire dans le fichier");
});

test("a zone is chosen from a list", async () => {
  const { page } = await open({ path: "/calibration" });
  await page.getByRole("link", { name: "Escalier A" }).click();
  await page.getByRole("heading", { level: 1, name: "Étalonner Escalier A" }).waitFor(PATIENCE);
  expect(await page.title()).toBe("Étalonner Escalier A · Battant");
});

test("an alarm stands on the zone's card, with the way to the wizard for those who can mend it", async () => {
  const { page, hub } = await open({ path: "/" });
  const alarm = {
    fr: "Une lampe éteinte, ou le capteur sali ou déplacé (60 lx, référence 120 lx).",
    en: "A lamp is out, or the sensor is dirty or was moved (60 lx, reference 120 lx).",
  };
  const [first, ...others] = zones;
  hub.show({ ...house, zones: [{ ...first!, alarms: [alarm] }, ...others] });
  const card = page.getByRole("article", { name: "Escalier A" });
  await card.getByText("Une lampe éteinte", { exact: false }).waitFor(PATIENCE);
  const link = card.getByRole("link", { name: "Étalonner" });
  expect(await link.getAttribute("href")).toBe("/calibration/stairwell-a");
});

test.each(["fr-FR", "en-GB"])("the setting sheet fits on one page of A4, in %s", async (locale) => {
  const prepare = (scene: CalibrationScene): void => {
    bright(scene);
    for (let n = 0; n < 12; n++) scene.desk.addPoint("stairwell-a", POINT, "lea");
    scene.jump(NIGHT);
  };
  const asked = { path: "/sheet/stairwell-a", prepare, name: "samir", options: { locale } };
  const { page, complaints } = await open(asked);
  expect(await violations(page)).toEqual([]);
  const text = plain(await page.getByRole("article").innerText());
  for (const said of ["150 lx", "225 lx", "stairs-a-relay / main", "BAES", "1,6", "160 lx"]) {
    expect(text).toContain(locale === "fr-FR" ? said : said.replace(",", "."));
  }
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test("who may not calibrate is told so", async () => {
  const { page } = await open({ path: "/calibration/stairwell-a", name: "samir" });
  const heading = page.getByRole("heading", { level: 1 });
  expect(await heading.innerText()).toBe("Cette page est pour l'atelier et les gestionnaires.");
});
