import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { expect, test } from "vitest";
import type { Calibrated } from "../src/config/calibrated.ts";
import { editBuilding } from "../src/config/edit.ts";
import { calibrationChecks } from "../src/cli/doctor/calibration.ts";
import type { Observed } from "../src/cli/doctor/observed.ts";

// Goal: what was measured goes where the rule reads it, and nothing else of the file moves.
// Method: whole building files, before and after.

const file = (daylight: string): string => `# La maison
building: maison
name: "La maison"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hall: { name: "Hall" }
zones:
  hall:
    kind: hall # sous la verrière
    light_sensor: { board: hall, sensor: light }
    circuits:
      plafonniers: { relay: { board: hall, relay: main } }
${daylight}`;

const edit = (values: Partial<Calibrated>): Calibrated => ({
  kind: "calibrate",
  zone: "hall" as ZoneId,
  floorFactor: undefined,
  luminaireContribution: undefined,
  ...values,
});

const BOTH = { floorFactor: 1.6, luminaireContribution: 129.7 };

const cases = [
  {
    what: "both are added where there was but a mode",
    before: "    daylight:\n      mode: observe # deux semaines\n",
    values: BOTH,
    after:
      "    daylight:\n      mode: observe # deux semaines\n      floor_factor: 1.6\n      luminaire_contribution_lx: 129.7\n",
  },
  {
    what: "old values are replaced, and their notes stay",
    before:
      "    daylight:\n      mode: act\n      floor_factor: 1 # au jugé\n      luminaire_contribution_lx: 60 # de tête\n",
    values: BOTH,
    after:
      "    daylight:\n      mode: act\n      floor_factor: 1.6 # au jugé\n      luminaire_contribution_lx: 129.7 # de tête\n",
  },
  {
    what: "what was not measured stays as it is",
    before: "    daylight:\n      mode: observe\n      floor_factor: 1.2\n",
    values: { luminaireContribution: 88 },
    after:
      "    daylight:\n      mode: observe\n      floor_factor: 1.2\n      luminaire_contribution_lx: 88\n",
  },
  {
    what: "short maps stay short",
    before: "    daylight: { mode: observe }\n",
    values: BOTH,
    after: "    daylight: { mode: observe, floor_factor: 1.6, luminaire_contribution_lx: 129.7 }\n",
  },
  {
    what: "the same values change nothing",
    before:
      "    daylight: { mode: observe, floor_factor: 1.6, luminaire_contribution_lx: 129.7 }\n",
    values: BOTH,
    after: "    daylight: { mode: observe, floor_factor: 1.6, luminaire_contribution_lx: 129.7 }\n",
  },
];

test.each(cases)("$what", ({ before, values, after }) => {
  const edited = editBuilding(file(before), edit(values));
  expect(edited.ok ? edited.text : edited.problem).toBe(file(after));
});

test("a zone without any daylight settings gets them", () => {
  const edited = editBuilding(file(""), edit(BOTH));
  const daylight = edited.ok ? edited.site.zones.get("hall" as ZoneId)?.daylight : undefined;
  expect(daylight).toMatchObject({ mode: "observe", ...BOTH });
});

test("a value that the file would refuse is refused, and so is a zone that is not there", () => {
  const text = file("    daylight: { mode: observe }\n");
  expect(editBuilding(text, edit({ floorFactor: 40 })).ok).toBe(false);
  const nowhere = editBuilding(text, { ...edit(BOTH), zone: "cave" as ZoneId });
  expect(nowhere.ok ? "" : nowhere.problem.en).toMatch(/no zone cave/);
});

test("the doctor tells what is wrong with a calibration, and what to do", () => {
  const alarm = { fr: "Une lampe éteinte.", en: "A lamp is out." };
  const alarms = [
    { zone: "hall", found: [alarm] },
    { zone: "stairs", found: [] },
  ];
  const run = { beat: 1000, ended: undefined, state: { alarms } };
  const seen = { now: 1000, isAlive: true, dataDir: "/srv/b", run } as unknown as Observed;
  expect(calibrationChecks(seen)).toEqual([
    {
      level: "problem",
      about: "calibration",
      found: "hall: A lamp is out.",
      todo: "what to do: `npx battant calibration hall --data /srv/b`",
    },
  ]);
  expect(calibrationChecks({ ...seen, isAlive: false })).toEqual([]);
});
