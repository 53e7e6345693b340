import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { radarCommand, readRadar } from "../drivers/ld2410.ts";
import { bytesOf, cut } from "./sensor-bench.ts";

// Goal: every report is read, nothing else is taken for one, and nothing ever throws.
// Method: public captures; then noise before, between and after, cut anywhere.

const createRadarReader = (): { push(bytes: string): number | undefined } => {
  const reader = { rest: "" };
  return {
    push: (bytes) => {
      const state = readRadar(reader, bytes);
      expect(reader.rest.length, "remembers less than a report").toBeLessThan(45);
      return state;
    },
  };
};

type Vectors = {
  readonly ld2410: readonly {
    readonly src: string;
    readonly hex: string;
    readonly state?: number;
    readonly incomplete?: true;
  }[];
  readonly ld2410_cmd: { readonly [name: string]: string };
};

const vectors = JSON.parse(
  readFileSync(new URL("./fixtures/ld2410.json", import.meta.url), "utf8"),
) as Vectors;

for (const { src, hex, state } of vectors.ld2410) {
  test(`${src}: state ${state ?? "unknown yet"}`, () => {
    expect(createRadarReader().push(bytesOf(hex))).toBe(state);
  });
}

const commands: readonly (readonly [name: string, word: number, value?: number])[] = [
  ["enable_config", 0xff, 1],
  ["end_config", 0xfe],
  ["engineering_on", 0x62],
  ["engineering_off", 0x63],
  ["read_params", 0x61],
  ["restart", 0xa3],
  ["set_baud_115200(code5)", 0xa1, 5],
];

test("every command of the vectors is spelled", () => {
  expect(commands.map(([name]) => name)).toEqual(Object.keys(vectors.ld2410_cmd));
  for (const [name, word, value] of commands) {
    expect(radarCommand(word, value), name).toBe(bytesOf(vectors.ld2410_cmd[name]!));
  }
});

const frames = vectors.ld2410.filter((it) => it.state !== undefined && it.hex.startsWith("f4"));
const BASIC = bytesOf(frames[0]!.hex);

const spoiled: readonly (readonly [what: string, at: number, byte: number])[] = [
  ["a wrong head", 1, 0],
  ["a wrong length", 4, 14],
  ["a length of many thousands", 5, 255],
  ["a wrong type", 6, 1],
  ["no 0xAA after the type", 7, 0],
  ["a state that does not exist", 8, 4],
  ["no 0x55 at the end of its data", 17, 0],
  ["no 0x00 after it", 18, 1],
  ["a wrong tail", 22, 0],
];

for (const [what, at, byte] of spoiled) {
  test(`a report with ${what} is none, and the next one is read`, () => {
    const reader = createRadarReader();
    const wrong = BASIC.slice(0, at) + String.fromCharCode(byte) + BASIC.slice(at + 1);
    expect(reader.push(wrong)).toBeUndefined();
    // What the wrong one seemed to begin may swallow as much as a report is long, never more.
    let state: number | undefined;
    for (let i = 0; i < 3; i++) state ??= reader.push(BASIC);
    expect(state).toBe(2);
  });
}

test("of several reports at once the latest counts", () => {
  const [still, , absent] = frames.map((it) => bytesOf(it.hex));
  expect(createRadarReader().push(still! + absent!)).toBe(0);
  expect(createRadarReader().push(absent! + still!)).toBe(2);
});

test("a report that was cut off does not hide the one behind it", () => {
  expect(createRadarReader().push(BASIC.slice(0, 15) + BASIC)).toBe(2);
});

/** Bytes of which reports are made, so that noise looks like them. */
const noise = fc
  .array(fc.oneof(fc.constantFrom(0xf4, 0xf3, 0xf2, 0xf1, 13, 0, 2, 0xaa), fc.nat({ max: 255 })), {
    maxLength: 80,
  })
  .map((bytes) => String.fromCharCode(...bytes));

test("a report survives noise around it, cut anywhere", () => {
  fc.assert(
    fc.property(
      noise,
      fc.constantFrom(...frames),
      noise,
      fc.array(fc.nat(), { maxLength: 12 }),
      (before, frame, after, places) => {
        const reader = createRadarReader();
        const seen: number[] = [];
        for (const piece of cut(before + bytesOf(frame.hex) + after, places)) {
          const state = reader.push(piece);
          if (state !== undefined) seen.push(state);
        }
        // Silence may be needed to end what the noise seemed to begin.
        const flushed = reader.push("\x00".repeat(64));
        if (flushed !== undefined) seen.push(flushed);
        expect(seen).toContain(frame.state);
      },
    ),
  );
});

test("no bytes make it throw, or remember more than a report", () => {
  fc.assert(
    fc.property(fc.array(noise, { maxLength: 30 }), (pieces) => {
      const reader = createRadarReader();
      for (const piece of pieces) reader.push(piece);
      // Whatever it holds, two reports later it is in step.
      reader.push(BASIC);
      reader.push(BASIC);
      expect(reader.push(BASIC)).toBe(2);
    }),
  );
});

test("of a flood, the last report is read", () => {
  expect(createRadarReader().push("\xf4\xf3\xf2\xf1".repeat(1_000) + BASIC)).toBe(2);
});
