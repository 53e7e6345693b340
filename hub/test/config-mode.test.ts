import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { editBuilding } from "../src/config/edit.ts";
import type { ModeEdit } from "../src/config/mode-edit.ts";
import { readConfiguration } from "../src/config/read.ts";

// Goal: a zone changes its mode by one word of the building file, and a person finds the rest of it
// as they left it.
// Method: rows of text before and after; the demonstration's file line by line; refusals in words.

const HEAD = `building: x
name: X
location: { latitude_deg: 47, longitude_deg: 6 }
timezone: Europe/Paris
boards: { a: {} }
zones:
`;
const WHOLE = `  hall: # the entrance
    kind: hall
    light_sensor: { board: a, sensor: light }
    circuits: { c: { relay: { board: a, relay: main } } }
`;

const to = (mode: ModeEdit["mode"], zone = "hall"): ModeEdit => ({
  kind: "mode",
  zone: zone as ZoneId,
  mode,
});

const rows: readonly [about: string, before: string, edit: ModeEdit, after: string][] = [
  [
    "the word alone changes, and its note stays",
    "    daylight:\n      mode: observe # until Christmas\n      luminaire_contribution_lx: 60\n",
    to("act"),
    "    daylight:\n      mode: act # until Christmas\n      luminaire_contribution_lx: 60\n",
  ],
  [
    "the settings are on one line",
    "    daylight: { luminaire_contribution_lx: 0, mode: act } # glued\n",
    to("observe"),
    "    daylight: { luminaire_contribution_lx: 0, mode: observe } # glued\n",
  ],
  [
    "there is no mode yet: it is added behind the other settings",
    "    daylight:\n      # by night, 2 March\n      luminaire_contribution_lx: 60\n",
    to("act"),
    "    daylight:\n      # by night, 2 March\n      luminaire_contribution_lx: 60\n      mode: act\n",
  ],
  ["there are no settings yet", "", to("off"), "    daylight: { mode: off }\n"],
  [
    "the settings are there, and empty",
    "    daylight:\n",
    to("off"),
    "    daylight:\n      mode: off\n",
  ],
  [
    "it is so already",
    "    daylight: { mode: 'observe' }\n",
    to("observe"),
    "    daylight: { mode: 'observe' }\n",
  ],
];

test.each(rows)("%s", (_, before, edit, after) => {
  const result = editBuilding(HEAD + WHOLE + before, edit);
  expect(result).toMatchObject({ ok: true, text: HEAD + WHOLE + after });
  const zone = result.ok ? result.site.zones.get(edit.zone) : undefined;
  expect(zone?.daylight.mode).toBe(edit.mode);
});

test("in a file full of notes one line changes, and it comes back as it was", () => {
  const before = readFileSync(
    new URL("../../hardware/buildings/demo.yaml", import.meta.url),
    "utf8",
  );
  const read = readConfiguration(before);
  if (!read.ok) throw new Error("the demonstration's file is not good");
  const zone = [...read.site.zones.values()].find((it) => it.daylight.mode === "act")!;
  const observed = editBuilding(before, to("observe", zone.id));
  if (!observed.ok) throw new Error(observed.problem.en);
  const lines = before.split("\n");
  const changed = observed.text.split("\n").filter((line, index) => line !== lines[index]);
  expect(changed).toHaveLength(1);
  expect(changed[0]).toContain("observe");
  expect(editBuilding(observed.text, to("act", zone.id))).toMatchObject({ ok: true, text: before });
});

const refusals: readonly [about: string, zone: string, edit: ModeEdit, words: RegExp][] = [
  [
    "nothing was calibrated",
    WHOLE,
    to("act"),
    /^zones\.hall\.daylight\.mode: `act` needs a calibration/u,
  ],
  [
    "there is no circuit",
    "  hall: { kind: hall, light_sensor: { board: a, sensor: light }, daylight: { luminaire_contribution_lx: 0 } }\n",
    to("act"),
    /`act` needs a circuit to switch/u,
  ],
  [
    "there is no sensor",
    "  hall: { kind: hall, circuits: { c: { relay: { board: a, relay: main } } }, daylight: { luminaire_contribution_lx: 0 } }\n",
    to("act"),
    /`act` needs a sensor/u,
  ],
  ["there is no such zone", WHOLE, to("off", "roof"), /^no zone roof/u],
  ["the file is wrong already", "  hall: {}\n", to("off"), /must be mended first, line 7/u],
];

test.each(refusals)("refused in the words of check-config where %s", (_, zone, edit, words) => {
  const result = editBuilding(HEAD + zone, edit);
  if (result.ok) throw new Error("it was written");
  expect(result.problem.en).toMatch(words);
  expect(result.problem.fr).not.toBe(result.problem.en);
});
