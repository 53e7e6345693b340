import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createFrameReader, type Frame, FRAME_LENGTH_MAX } from "../tic/frame.ts";
import { checksum, type Group, readGroup } from "../tic/group.ts";
import { readMeter } from "../tic/meter.ts";

// Goal: whatever the line does to the bytes, what is good is kept and nothing false is delivered.
// Method: recorded frames with computed checksums, cut everywhere; every single bit flipped; noise.

const folder = new URL("../fixtures/tic/", import.meta.url);
const bytesOf = (name: string): string =>
  readFileSync(new URL(`${name}.bin`, folder)).toString("latin1");

type VectorGroup = { label: string; horodate: string | null; value: string; ok: boolean };
type Vector = { set: string; mode: string; bytes: number; frames: VectorGroup[][] };
const vectors = JSON.parse(readFileSync(new URL("vectors.json", folder), "utf8")) as Record<
  string,
  Vector
>;
const names = Object.keys(vectors);

/** What `firmware/protocol/tic/labels.ts` keeps. Neither serial numbers nor messages are in it. */
const KEPT = new Set(
  (
    "ISOUSC BASE HCHC HCHP EJPHN EJPHPM BBRHCJB BBRHPJB BBRHCJW BBRHPJW BBRHCJR BBRHPJR PTEC " +
    "IINST IINST1 IINST2 IINST3 PAPP DATE EAST EASF01 EASF02 EASF03 EASF04 EASF05 EASF06 EASF07 " +
    "EASF08 EASF09 EASF10 EAIT IRMS1 IRMS2 IRMS3 URMS1 URMS2 URMS3 PREF PCOUP SINSTS SINSTS1 " +
    "SINSTS2 SINSTS3 SINSTI NTARF"
  ).split(" "),
);

/** The vectors say `ok` where the checksum agrees. It is blind to bit 6: the law of BASE is not. */
const unlawful = (name: string, group: VectorGroup): boolean =>
  name === "neg_bit6_flip" && group.label === "BASE";

const expectedOf = (name: string): Frame[] =>
  vectors[name]!.frames.map((groups) => {
    const good = groups.filter((group) => group.ok && !unlawful(name, group));
    return {
      mode: vectors[name]!.mode as Frame["mode"],
      groups: good
        .filter((group) => KEPT.has(group.label))
        .map(({ label, horodate, value }): Group =>
          horodate === null ? { label, data: value } : { label, horodate, data: value },
        ),
      good: good.length,
      bad: groups.length - good.length,
    };
  });

const framesIn = (chunks: readonly string[]): Frame[] => {
  const reader = createFrameReader();
  return chunks.flatMap((chunk) => [...reader.push(chunk)]);
};

const cut = (bytes: string, lengths: readonly number[]): string[] => {
  const chunks: string[] = [];
  let from = 0;
  for (let i = 0; from < bytes.length; i++) {
    const length = lengths[i % lengths.length]!;
    chunks.push(bytes.slice(from, from + length));
    from += length;
  }
  return chunks;
};

test("there are 11 valid and 12 negative vectors", () => {
  const valid = names.filter((name) => vectors[name]!.set === "valid");
  expect([valid.length, names.length - valid.length]).toEqual([11, 12]);
});

test.each(names)("%s is read as its vector says, cut at every byte", (name) => {
  const bytes = bytesOf(name);
  expect(bytes.length).toBe(vectors[name]!.bytes);
  const expected = expectedOf(name);
  expect(framesIn([bytes])).toEqual(expected);
  expect(framesIn(bytes.split(""))).toEqual(expected);
  const wanted = JSON.stringify(expected);
  const wrongCuts: number[] = [];
  for (let at = 1; at < bytes.length; at++) {
    const frames = framesIn([bytes.slice(0, at), bytes.slice(at)]);
    if (JSON.stringify(frames) !== wanted) wrongCuts.push(at);
  }
  expect(wrongCuts).toEqual([]);
});

test("a stream of frames is read the same however it is cut", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 });
  const stream = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(stream, lengths, (chosen, sizes) => {
      const bytes = chosen.map(bytesOf).join("");
      expect(framesIn(cut(bytes, sizes))).toEqual(chosen.flatMap(expectedOf));
    }),
    { numRuns: 200 },
  );
});

// Sums and results worked out by hand from Enedis-NOI-CPT_54E §5.3.
test.each([
  ["historique", "PTEC HP..", " "],
  ["historique", "IINST 009", " "],
  ["historique", "ADCO 992361000042", ";"],
  ["historique", "BASE 001234567", "'"],
  ["historique", "ADCO 031664001115", "3"],
  ["standard", "DATE\tH260115183012\t\t", "?"],
  ["standard", "EASD01\t000000000\t", " "],
  ["standard", "PCOUP\t02\t", "["],
  ["standard", "LTARF\t HEURE  PLEINE  \t", "A"],
  ["standard", "SMAXSN1-1\tE260713111148\t01084\t", "I"],
  ["standard", "ADSC\t031664001115\t", ")"],
  ["standard", "CCASN\tH191203120000\t00521\t", "6"],
] as const)("%s: the checksum of %j is %j", (mode, counted, expected) => {
  expect(String.fromCharCode(checksum(counted, counted.length))).toBe(expected);
  const line = mode === "standard" ? counted + expected : `${counted} ${expected}`;
  expect(readGroup(mode, line)).toBeDefined();
});

test.each([
  ["an index with a letter that the checksum does not see", "historique", "BASE 0p1234567"],
  ["an index one digit short", "historique", "BASE 00123456"],
  ["an index with two spaces for digits", "historique", "BASE 00  34567"],
  ["a label of the other mode", "historique", "EAST 001234567"],
  ["a label nobody knows", "historique", "XYZ 001234567"],
  ["a label that reaches over an entry of the table", "historique", "PAPP=d5|HHPHC A"],
  ["no data", "historique", "BASE "],
  ["a horodate where none belongs", "standard", "EAST\tH260115183012\t000000010\t"],
  ["no horodate where one belongs", "standard", "CCASN\t00521\t"],
  ["a horodate of an unknown season", "standard", "CCASN\tX191203120000\t00521\t"],
  ["a hexadecimal word with a letter that is no such digit", "standard", "STGE\t003A440G\t"],
  ["a text longer than its label allows", "standard", "LTARF\t HEURE  PLEINE    \t"],
  ["one field too many", "standard", "DATE\tH260115183012\t\t\t"],
] as const)("%s is refused although its checksum agrees", (_name, mode, counted) => {
  const ending = String.fromCharCode(checksum(counted, counted.length));
  const line = mode === "standard" ? counted + ending : `${counted} ${ending}`;
  expect(readGroup(mode, line)).toBeUndefined();
});

test("the serial number, the delivery point and the messages are nowhere in a frame", () => {
  for (const name of names) {
    const text = JSON.stringify(framesIn([bytesOf(name)]));
    expect(text).not.toMatch(/99236|99237|9900000|MESSAGE/);
  }
});

test("a line end lost on one side of a group costs no group", () => {
  const bytes = bytesOf("std_mono_hphc");
  const expected = expectedOf("std_mono_hphc");
  expect(framesIn([bytes.replace(/\n(?=IRMS1)/, "")])).toEqual(expected);
  expect(framesIn([bytes.replace(/\r(?=\nIRMS1)/, "")])).toEqual(expected);
  expect(framesIn([bytes.replace("\r\x03", "\x03")])).toEqual(expected);
});

test("after an interruption nothing counts until the next start", () => {
  const bytes = bytesOf("hist_mono_base");
  const interrupted = bytes.replace("\nPTEC", "\x04\nPTEC");
  expect(framesIn([interrupted])).toEqual([]);
  expect(framesIn([interrupted, bytes])).toEqual(expectedOf("hist_mono_base"));
});

test("a group of the other mode is foreign to the frame and counts as bad", () => {
  const [standard, stray] = [bytesOf("std_mono_degraded_clock"), "\nPAPP 00480 -\r"];
  const expected = expectedOf("std_mono_degraded_clock")[0]!;
  expect(framesIn([standard.replace("\x03", `${stray}\x03`)])).toEqual([{ ...expected, bad: 1 }]);
});

test.each(["hist_mono_tempo", "hist_tri_base", "std_mono_hphc", "std_tri_tempo_pm"])(
  "%s: no single flipped bit ever changes what is measured",
  (name) => {
    const bytes = bytesOf(name);
    const samplesIn = (text: string): string[] =>
      framesIn([text])
        .flatMap((frame) => readMeter(frame).samples)
        .map((sample) => `${sample.part} ${sample.quantity} ${sample.value}`);
    const truth = new Set(samplesIn(bytes));
    expect(truth.size).toBeGreaterThan(4);
    const lies: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 7; bit++) {
        const flipped = String.fromCharCode(bytes.charCodeAt(at) ^ (1 << bit));
        const seen = samplesIn(bytes.slice(0, at) + flipped + bytes.slice(at + 1));
        const untrue = seen.filter((sample) => !truth.has(sample));
        lies.push(...untrue.map((sample) => `bit ${bit} of byte ${at}: ${sample}`));
      }
    }
    expect(lies).toEqual([]);
  },
);

/** Bytes that look enough like the real thing to reach every corner. */
const hostile = fc.array(
  fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 40 }),
    fc.constantFrom("\x02", "\x03", "\x04", "\x82", "\n", "\r", "\t", " ", "\n\r", "__proto__"),
    fc.constantFrom("\nBASE 001234567 '\r", "\nEAST\t003000333\t[\r", "\nBASE", "\t\t\t", "|=|"),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  ),
  { maxLength: 60 },
);

test("nothing that may arrive makes the reader throw or stay deaf", () => {
  fc.assert(
    fc.property(hostile, (chunks) => {
      const reader = createFrameReader();
      for (const chunk of chunks) {
        for (const frame of reader.push(chunk)) {
          readMeter(frame);
          expect(frame.good + frame.bad).toBeLessThanOrEqual(FRAME_LENGTH_MAX);
        }
      }
      expect(reader.push(bytesOf("hist_mono_base"))).toEqual(expectedOf("hist_mono_base"));
    }),
    { numRuns: 2000 },
  );
});

test("a frame that never ends is given up and takes no memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const line = "x".repeat(900);
  const groups = "\nBASE 001234567 '\r".repeat(50);
  const before = heap();
  const readers = [line, groups, line + groups].flatMap((endless) =>
    Array.from({ length: 70 }, () => {
      const reader = createFrameReader();
      reader.push("\x02");
      // The number keeps the engine from sharing one text among all readers.
      for (let i = 0; i < 60; i++) reader.push(endless + i);
      return reader;
    }),
  );
  // 210 readers that kept all of it would hold more than 10 MB.
  expect(heap() - before).toBeLessThan(210 * 4 * FRAME_LENGTH_MAX);
  for (const reader of readers) {
    expect(reader.push(bytesOf("hist_mono_base"))).toEqual(expectedOf("hist_mono_base"));
  }
});
