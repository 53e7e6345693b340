import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type HardwareFile, readHardwareFile } from "../hardware-file.ts";
import { placeOf } from "../wiring/devkit.ts";
import { modulesOf } from "../wiring/modules.ts";
import { wiringSvg } from "../wiring/svg.ts";

/** The picture a maker solders after: everything the file names is in it, and at the right pin. */

const BOARDS = fileURLToPath(new URL("../../../hardware/boards", import.meta.url));

const models = readdirSync(BOARDS)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));

const read = (model: string): HardwareFile => {
  const decoded = readHardwareFile(`${BOARDS}/${model}.json`);
  if (!decoded.ok) throw new Error(model);
  return decoded.value;
};

/** Every pin that a hardware file names, wherever it stands in it. */
const pinsIn = (part: unknown): number[] => {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    ["pin", "sda", "scl", "rx", "tx"].includes(key) ? [Number(value)] : pinsIn(value),
  );
};

const PINS = /<circle cx="(\d+)" cy="(\d+)" r="5.5" fill="(#[\da-f]{6})"/g;

test.for(
  models.flatMap((model) => [
    { model, language: "fr" } as const,
    { model, language: "en" } as const,
  ]),
)(
  "$model in $language: a wire in its own colour goes to each pin of the hardware file",
  ({ model, language }) => {
    const { board } = read(model);
    const svg = wiringSvg(board, language);
    const named = [...svg.matchAll(/ → IO(\d+)</g)].map(([, pin]) => Number(pin));
    expect(new Set(named)).toEqual(new Set(pinsIn({ ...board, led: board.led })));
    for (const pin of new Set(named)) {
      const { side, row } = placeOf(pin)!;
      const x = side === "left" ? 430 : 610;
      const y = 126 + row * 26;
      const colour = [...svg.matchAll(PINS)].find(
        ([, cx, cy]) => Number(cx) === x && Number(cy) === y,
      )![3];
      const ends = [...svg.matchAll(/<path d="([^"]+)" stroke="(#[\da-f]{6})"/g)];
      expect(
        ends.some(([, path, stroke]) => path!.endsWith(`V${y}H${x}`) && stroke === colour),
      ).toBe(true);
    }
  },
);

/** In a sans-serif of 15, 12 and 13 pixels. */
const ROOM = { title: 26, hint: 36, terminal: 30 };

test.for(models)("%s: no words leave their module", (model) => {
  const modules = modulesOf(read(model).board);
  const long = (["fr", "en"] as const).flatMap((language) =>
    modules.flatMap(({ title, hint, terminals }) => [
      ...[title[language]].filter((it) => it.length > ROOM.title),
      ...[hint[language]].filter((it) => it.length > ROOM.hint),
      ...terminals
        .map(({ label, through = "" }) => `${label} (${through}) → IO35`)
        .filter((it) => it.length > ROOM.terminal),
    ]),
  );
  expect(long).toEqual([]);
});

test.for(models)("%s: the document is well-formed, and needs nothing from elsewhere", (model) => {
  const svg = wiringSvg(read(model).board, "fr");
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (selfClosing === "") open.push(name!);
  }
  expect(open).toEqual([]);
  expect(svg).not.toMatch(/href|url\(|NaN|undefined|-1\d\d/);
});

test("mains voltage is named where it is", () => {
  expect(wiringSvg(read("energy-pzem").board, "fr")).toContain("230 V : coffret, électricien");
  expect(wiringSvg(read("energy-pzem").board, "en")).toContain("230 V: enclosure, electrician");
});
