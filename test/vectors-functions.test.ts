import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildParts, type HostBoard, type Parts } from "../firmware/flash/host/board.ts";
import { bundle } from "../firmware/flash/bundle.ts";
import {
  bh1750Vectors,
  horodates,
  modbusFrames,
  modbusVectors,
  radarVectors,
  tsl2591Vectors,
  veml7700Vectors,
} from "../firmware/flash/test/vectors-data.ts";
import { hexOf, kinds, until } from "../firmware/flash/test/vectors-kit.ts";
import { isMeasured, ticBytes, ticVectors } from "../firmware/flash/test/vectors-tic.ts";

// Goal: functions that must agree with a standard or a datasheet to the last digit still do when they
// have been bundled: shortened, inlined, moved to where they are used, left in flash.
// Method: a program that offers them, built as every program is, evaluated on a board in a vm and, when
// ESPRUINO names one, on a real interpreter; asked for each vector.
//
// Not here: tariffs, Shelly and the sun are the hub's; nobody reads a SDM meter or the word STGE yet.
//
// By hand: ESPRUINO=/path/to/espruino npx vitest run test/vectors-functions.test.ts

const entry = fileURLToPath(new URL("../firmware/flash/test/vectors-entry.ts", import.meta.url));

let parts: Parts;

beforeAll(async () => {
  const title = "battant 0.0.0 vectors";
  const built = await bundle({ title, source: `import ${JSON.stringify(entry)};\n` });
  if (!built.ok) throw new Error(built.problems.join("\n"));
  parts = { ...(await buildParts("relay")), program: built.code };
});

/** RFC 4231 §4.2 to §4.5: those with a key that fits a block, as a board's does. */
const hmacs = [
  [
    "0b".repeat(20),
    hexOf("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    hexOf("Jefe"),
    hexOf("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "aa".repeat(20),
    "dd".repeat(50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "0102030405060708090a0b0c0d0e0f10111213141516171819",
    "cd".repeat(50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
] as const;

/** Of the commands in the vectors, those that need a value have it behind their word. */
const commandIn = (hex: string): readonly [word: number, value: number | undefined] => {
  const bytes = Buffer.from(hex, "hex");
  const length = bytes.readUInt16LE(4);
  return [bytes.readUInt16LE(6), length === 4 ? bytes.readUInt16LE(8) : undefined];
};

describe.each(kinds())("on %s", (_kind, create) => {
  let board: HostBoard;

  beforeAll(async () => {
    board = await create({ parts });
    await board.start();
    await until(async () => (await board.ask("typeof battant")) === "boolean");
  });

  afterAll(() => board.close());

  /** Numbers and texts are spelled alike here and there. */
  const ask = (name: string, ...values: readonly (string | number | undefined)[]) => {
    const spelled = values.map((it) => JSON.stringify(it) ?? "undefined");
    return board.ask(`${name}(${spelled.join(",")})`);
  };

  test.each(modbusVectors.modbus_crc16.filter((it) => "ascii" in it))(
    "the CRC-16 of $ascii is $crc",
    async ({ ascii, crc }) => {
      expect(await ask("crc16", hexOf(ascii!))).toBe(`${Number.parseInt(crc!, 16)}`);
    },
  );

  test.each(Object.entries(modbusFrames))("%s is checked as %s", async (_name, hex) => {
    expect(await ask("checked", hex.slice(0, -4))).toBe(hex);
  });

  test("the PZEM is asked for its ten registers, and a SDM for two, as the vectors spell it", async () => {
    expect(await ask("request", 0xf8, 0, 10)).toBe(modbusFrames["frame_read10_F8"]);
    expect(await ask("request", 1, 0, 10)).toBe(modbusFrames["frame_read10_addr1"]);
    expect(await ask("request", 1, 0, 2)).toBe(modbusFrames["sdm_read_V_addr1"]);
  });

  test.each(modbusVectors.pzem004t_v3)(
    "PZEM, $src",
    async ({ hex, v, i, p, e_wh: energy, reject }) => {
      const registers = await ask("registers", 10, hex);
      if (v === undefined) expect(registers).toBe(reject === true ? "garbled" : "refused");
      else expect(await ask("pzem", registers)).toBe(`${v} ${i} ${p} ${energy}`);
    },
  );

  test.each(radarVectors.ld2410)("LD2410, $src: state $state", async ({ hex, state }) => {
    expect(await ask("radar", hex)).toBe(String(state));
  });

  test.each(Object.entries(radarVectors.ld2410_cmd))("LD2410, command %s", async (_name, hex) => {
    expect(await ask("radarCommand", ...commandIn(hex))).toBe(hex);
  });

  test.each(bh1750Vectors.bh1750)(
    "BH1750, $raw counts in mode $mode at $mt: $lux lx",
    async (vector) => {
      const lux = await ask("bh1750", vector.raw, vector.mode, vector.mt);
      expect(Number(lux)).toBeCloseTo(vector.lux, 3);
    },
  );

  test.each(Object.entries(bh1750Vectors.bh1750_opcodes.set_mt))(
    "BH1750, sensitivity %s: %s",
    async (mt, expected) => {
      expect(await ask("bh1750Opcodes", Number(mt))).toBe(expected.join(""));
    },
  );

  test.each(veml7700Vectors)(
    "VEML7700, $count counts at gain $gain in $it_ms ms",
    async (vector) => {
      const lux = await ask("veml7700", vector.count, vector.gain, vector.it_ms);
      expect(Number(lux)).toBeCloseTo(vector.lux_corrected ?? vector.lux_linear, 3);
    },
  );

  test.each(tsl2591Vectors)(
    "TSL2591, $c0 and $c1 counts at gain $gain in $it ms",
    async (vector) => {
      const lux = await ask("tsl2591", vector.c0, vector.c1, vector.gain, vector.it);
      expect(Number(lux)).toBeCloseTo(vector.lux, 3);
    },
  );

  test.each(horodates)("horodate $raw is $utc", async ({ raw, utc, degraded }) => {
    expect(await ask("horodate", raw)).toBe(`${Date.parse(utc)} ${degraded}`);
  });

  test.each(hmacs)("HMAC-SHA256 under %s of %s", async (key, text, expected) => {
    expect(await ask("hmac", key, text)).toBe(expected);
  });

  test.each(Object.keys(ticVectors))(
    "%s is cut into the frames and groups of its vector",
    async (name) => {
      const { mode, frames } = ticVectors[name]!;
      const told = await ask("frames", hexOf(ticBytes(name)));
      const seen = told.split(";").slice(0, -1);
      expect(seen).toHaveLength(frames.length);
      frames.forEach((groups, index) => {
        const words = seen[index]!.split(" ");
        // The checksum does not see bit 6; the law of a label does.
        const isGood = (it: (typeof groups)[number]): boolean =>
          it.ok && !(it.label === "BASE" && !/^\d+$/.test(it.value));
        const good = groups.filter(isGood);
        expect(words.splice(-3)).toEqual([
          mode,
          `${good.length}`,
          `${groups.length - good.length}`,
        ]);
        const spelled = good.map(({ label, horodate, value }) => ({
          label,
          word: `${label}=${horodate === null ? "" : `${horodate}:`}${value}`,
        }));
        expect(spelled.map((it) => it.word)).toEqual(expect.arrayContaining(words));
        const measured = spelled.filter((it) => isMeasured(it.label)).map((it) => it.word);
        expect(words).toEqual(expect.arrayContaining(measured));
        // Neither who the customer is nor what the supplier writes to them.
        expect(words.join(" ")).not.toMatch(/AD[SC][CO]|PRM|MSG/);
      });
    },
  );

  test("nothing went wrong on the way", () => {
    expect(board.mishaps()).toEqual([]);
    expect(board.restarts()).toBe(0);
  });
});
