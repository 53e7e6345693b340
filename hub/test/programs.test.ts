import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { createKinds } from "../src/adapters/programs/kinds.ts";
import type { Refusal } from "../src/ports.ts";

// Goal: who chooses a board sees every kind that can be used, with what it takes, and whether its
// program was built.
// Method: the project's own hardware files, and a folder beside them where files go wrong.

const BOARDS = fileURLToPath(new URL("../../hardware/boards", import.meta.url));

const MODELS = [
  "energy",
  "energy-pzem",
  "light",
  "light-tsl2591",
  "light-veml7700",
  "presence",
  "presence-radar",
  "relay",
  "relay-light",
];

const bundle = (model: string, version = "0.1.0"): string =>
  `//battant ${version} ${model}\nx();\n`;

const workshop = () => {
  const dir = mkdtempSync(join(tmpdir(), "battant-kinds-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const boardsDir = join(dir, "boards");
  const programsDir = join(dir, "dist");
  cpSync(BOARDS, boardsDir, { recursive: true });
  cpSync(BOARDS, programsDir, { recursive: true });
  const refusals: Refusal[] = [];
  const kinds = createKinds({ boardsDir, programsDir, refuse: (it) => void refusals.push(it) });
  const build = (model: string, text = bundle(model)): void =>
    writeFileSync(join(programsDir, `${model}.js`), text);
  return { kinds, refusals, boardsDir, build };
};

test("every hardware file of the project is a kind, in the order of their names", () => {
  const { kinds, refusals } = workshop();
  expect(kinds.list().map(({ model }) => model)).toEqual(MODELS);
  expect(refusals).toEqual([]);
});

test("a kind says what it measures and switches, what it takes, and that no program was built", () => {
  const { kinds } = workshop();
  const kind = kinds.list().find(({ model }) => model === "relay-light");
  expect(kind).toMatchObject({
    about: { en: "Switches a lighting circuit and measures the light of its zone." },
    sensors: [{ sensor: "light", kind: "bh1750" }],
    relays: ["main"],
    program: null,
  });
  expect(kind?.parts.map(({ part, count }) => `${count} ${part.en}`)).toEqual([
    "1 ESP32-DevKitC board, ESP32-WROOM-32E module",
    "1 USB data cable and 5 V power supply, 1 A",
    "1 LED, 3 mm or 5 mm",
    "1 Resistor, 1 kΩ",
    "1 BH1750 module (GY-302), at 3.3 V",
    "1 CE-marked DIN relay, 24 V DC coil, normally closed contact; fitted by an electrician",
    "1 24 V DC power supply, DIN rail",
    "1 Logic-level MOSFET and 1N4007 diode, or ULN2003",
    "1 Resistor, 10 kΩ",
    "1 Auxiliary contact of the relay",
    "1 Potential-free push-button",
  ]);
});

test("parts are named in both languages, and two of a chip are one line", () => {
  const { kinds, boardsDir } = workshop();
  const wiring = { sda: 21, scl: 22 };
  const twice = {
    model: "twice",
    about: { fr: "Deux capteurs de lumière.", en: "Two light sensors." },
    sensors: [
      { kind: "bh1750", sensor: "up", wiring },
      { kind: "bh1750", sensor: "down", wiring, address: "0x5c" },
    ],
    relays: [],
    outboxCapacity: 64,
  };
  writeFileSync(join(boardsDir, "twice.json"), JSON.stringify(twice));
  const parts = kinds.list().flatMap((kind) => (kind.model === "twice" ? kind.parts : []));
  expect(parts.at(-1)).toEqual({
    part: { fr: "Module BH1750 (GY-302), en 3,3 V", en: "BH1750 module (GY-302), at 3.3 V" },
    count: 2,
  });
  expect(parts.map(({ part }) => part.en)).not.toContain("Resistor, 1 kΩ");
});

test("one bad hardware file is refused with what is wrong, and hides no other", () => {
  const { kinds, refusals, boardsDir } = workshop();
  writeFileSync(join(boardsDir, "mine.json"), "{");
  writeFileSync(join(boardsDir, "../boards/light.json.bak"), "{}");
  writeFileSync(join(boardsDir, "Not A Name.json"), "{}");
  expect(kinds.list().map(({ model }) => model)).toEqual(MODELS);
  expect(refusals).toMatchObject([{ from: "hub", where: join(boardsDir, "mine.json") }]);
  expect(refusals[0]?.problem).toContain("JSON");
});

test("without a folder of hardware files there is no kind, and a reason", () => {
  const { kinds, refusals, boardsDir } = workshop();
  rmSync(boardsDir, { recursive: true });
  expect(kinds.list()).toEqual([]);
  expect(refusals).toMatchObject([{ problem: "the hardware files cannot be read" }]);
});

test("a program that was built is there with its version, as soon as it is", () => {
  const { kinds, build } = workshop();
  expect(kinds.programOf("light")).toEqual({ ok: false, problem: "program-missing" });
  build("light", bundle("light", "0.2.0"));
  expect(kinds.programOf("light")).toEqual({ ok: false, problem: "program-missing" });
  build("loader");
  expect(kinds.programOf("light")).toMatchObject({
    ok: true,
    kind: { model: "light", program: "0.2.0" },
    loader: bundle("loader"),
    program: bundle("light", "0.2.0"),
  });
  expect(kinds.list().find(({ model }) => model === "light")?.program).toBe("0.2.0");
});

const strange: readonly [what: string, text: string][] = [
  ["nothing", ""],
  ["no header", "x();"],
  ["another kind's", bundle("relay")],
  ["no version", bundle("light", "next")],
  ["far too much", bundle("light") + "x".repeat(1_000_000)],
];

for (const [what, text] of strange) {
  test(`a program file with ${what} in it is no program`, () => {
    const { kinds, build } = workshop();
    build("loader");
    build("light", text);
    expect(kinds.programOf("light")).toEqual({ ok: false, problem: "program-missing" });
  });
}

for (const model of ["nothing-such", "", "../boards/light", "README"]) {
  test(`${JSON.stringify(model)} is no kind`, () => {
    const { kinds } = workshop();
    expect(kinds.programOf(model)).toEqual({ ok: false, problem: "unknown-kind" });
    expect(kinds.wiring(model, "fr")).toBeUndefined();
  });
}

test("the wiring of a kind is a picture, in the language asked for", () => {
  const { kinds } = workshop();
  expect(kinds.wiring("light", "en")).toMatch(/^<svg[^]*Light sensor BH1750/u);
  expect(kinds.wiring("light", "fr")).toContain("Luxmètre BH1750");
});
