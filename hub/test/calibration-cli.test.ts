import { expect, test } from "vitest";
import { calibrationText } from "../src/cli/calibration-text.ts";
import { type CalibrationOptions, createCalibrationHandler } from "../src/cli/calibration.ts";
import { createWallClock } from "../src/cli/times.ts";
import { calibrationScene, ZONE } from "./calibration-parts.ts";
import { NOON } from "./building.ts";

// Goal: the terminal says all that is known of a calibration, and what to type next; what makes no
// sense is refused before anybody is asked. Method: the words of the command, without a hub.

const contradictions: readonly [options: CalibrationOptions, said: RegExp][] = [
  [{ point: 160, write: true }, /One thing at a time/],
  [{ lamps: "on", write: true }, /One thing at a time/],
  [{ write: true, writeRefined: true }, /One thing at a time/],
  [{ lampsFloor: 150 }, /goes with --point/],
];

test.each(contradictions)("%j is not understood", async (options, said) => {
  const printed: string[] = [];
  const io = { out: () => {}, err: (text: string) => void printed.push(text), env: {} };
  const withPlace = () => Promise.reject(new Error("nobody was to be asked"));
  const { calibrate } = createCalibrationHandler({ io, withPlace, fetch: globalThis.fetch });
  expect(await calibrate("hall", options)).toBe(2);
  expect(printed.join("")).toMatch(said);
});

const telling = { clock: createWallClock("Europe/Paris"), dataDir: "/srv/battant" };
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

test("at first it says what to do, with the command", () => {
  const scene = calibrationScene({ from: NOON, daylight: { luminaireContribution: undefined } });
  scene.lamps(false);
  scene.seeSteadily(100, 4);
  const text = plain(calibrationText(scene.desk.view(ZONE)!, { ...telling, language: "en" }));
  expect(text).toBe(
    `Calibration of Escalier A (stairwell-a)

Sensor: 100 lx. Steady light at the sensor: 100 lx.
Lamps: off

No point measured with a lux-meter.

No toggle measured by night.

File: floor_factor 1, luminaire_contribution_lx unknown

→ By day, lamps off: lay the lux-meter on the floor under the sensor and type what it shows.
  npx battant calibration stairwell-a --point LX --data /srv/battant
`,
  );
});

test("later it says what was measured, when and by whom", () => {
  const scene = calibrationScene({ from: NOON });
  scene.lamps(false);
  scene.seeSteadily(100, 4);
  scene.desk.addPoint(ZONE, { floor_lx: 160, lamps: null, lampsFloor_lx: null }, "lea");
  const text = plain(calibrationText(scene.desk.view(ZONE)!, { ...telling, language: "fr" }));
  expect(text).toMatch(
    /quand +sol +capteur +facteur +par\n2026-06-21 13:31 +160 lx +100 lx +1\.6 +lea/,
  );
  expect(text).toContain("Facteur 1.6. Un seul point : il fait foi.");
  expect(text).toContain("→ Rien à faire : de nuit, le boîtier mesure de lui-même");
});
