import { expect, test } from "vitest";
import { readConfiguration } from "../src/config/read.ts";

// Goal: what a building file says about energy is checked like the rest of it, in both languages.
// Method: small building files; what is read of them, or which line is refused and why.

const file = (zones: string, energy: string) => `building: test
name: "Essai"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hall-1: {}
  meter-1: {}
  flat-1: { flat: flat-1 }
zones:
  hall:
    kind: hall
    circuits:
      ceiling: { load_W: 108${zones} }
      wall: { load_W: 20 }
${energy}`;

const problemsOf = (text: string): readonly string[] => {
  const read = readConfiguration(text);
  return read.ok ? [] : read.problems.map(({ path, message }) => `${path}: ${message.en}`);
};

test("the box, the prices and a circuit's own meter are read", () => {
  const read = readConfiguration(
    file(
      ", relay: { board: hall-1, relay: main }, meter: { board: meter-1, sensor: circuit }",
      "energy:\n  box_W: 6\n  prices:\n    - { from: 2026-01-01, eur_per_kWh: 0.2516 }\n",
    ),
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read.site.energy).toEqual({
    box: 6,
    prices: [{ from: "2026-01-01", eurosPerKWh: 0.2516 }],
  });
  const [hall] = read.site.zones.values();
  expect(hall?.circuit?.meter).toEqual({ board: "meter-1", sensor: "circuit" });
});

test("without a word about energy there is none", () => {
  const read = readConfiguration(file("", ""));
  expect(read).toMatchObject({ ok: true });
  expect(read).not.toHaveProperty("site.energy");
});

const price = (row: string) =>
  file("", `energy:\n  prices:\n    - { from: 2026-01-01, eur_per_kWh: 0.2 }\n    - ${row}\n`);
const meter = (board: string) => file(`, meter: { board: ${board}, sensor: circuit }`, "");

const refused: readonly [what: string, text: string, message: RegExp][] = [
  [
    "a day that is none",
    price("{ from: 2026-02-30, eur_per_kWh: 0.2 }"),
    /energy\.prices\[1\]\.from: .*a day, year-month-day/,
  ],
  [
    "a price in cents",
    price("{ from: 2026-02-01, eur_per_kWh: 25.16 }"),
    /eur_per_kWh: .*from 0 to 10/,
  ],
  [
    "two prices of one day",
    price("{ from: 2026-01-01, eur_per_kWh: 0.3 }"),
    /another price begins on 2026-01-01 already/,
  ],
  ["a box that draws nothing", file("", "energy: { box_W: 0 }\n"), /energy\.box_W: /],
  ["a key that is none", file("", "energy: { box: 6 }\n"), /energy\.box.*box_W/],
  ["a meter on a board nobody has", meter("meter-9"), /no board "meter-9"/],
  ["a flat's meter", meter("flat-1"), /measures inside a flat/],
  [
    "one meter for two circuits",
    meter("meter-1").replace(
      "load_W: 20",
      "load_W: 20, meter: { board: meter-1, sensor: circuit }",
    ),
    /zones\.hall\.circuits\.wall\.meter: the meter meter-1\/circuit already measures another circuit \(hall, ceiling\)/,
  ],
];

test.each(refused)("%s is refused", (_, text, message) => {
  expect(problemsOf(text).join("\n")).toMatch(message);
});
