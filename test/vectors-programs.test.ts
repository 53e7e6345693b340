import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { buildParts, type HostBoard, type Parts } from "../firmware/flash/host/board.ts";
import type { World } from "../firmware/flash/host/world.ts";
import {
  bh1750Vectors,
  modbusFrames,
  modbusVectors,
  radarVectors,
  tsl2591Vectors,
  veml7700Vectors,
} from "../firmware/flash/test/vectors-data.ts";
import {
  bytesOf,
  enrol,
  hexOf,
  kinds,
  pass,
  room,
  speak,
  startVectorHub,
  told,
  until,
  type VectorHub,
} from "../firmware/flash/test/vectors-kit.ts";
import { saidInVector, ticBytes, ticVectors } from "../firmware/flash/test/vectors-tic.ts";

// Goal: every vector comes out of a board as the reading it stands for, and none as another: through
// the program as it was built, from the pins and wires of the board to the hub's broker.
// Method: one board for each vector, in a vm and, when ESPRUINO names one, on a real interpreter. Its
// meter, radar or chip says what the vector says, at the pace of the line.
//
// By hand: ESPRUINO=/path/to/espruino npx vitest run test/vectors-programs.test.ts
// and with VARIABLES=2500, if that interpreter can be told, in the memory of the smallest board.

const MODELS = [
  "energy",
  "energy-pzem",
  "presence-radar",
  "light",
  "light-veml7700",
  "light-tsl2591",
] as const;
type Model = (typeof MODELS)[number];

const SPEED = 20;
/** A meter on a bus has half a second for its answer: this much slower it has 100 ms here. */
const BUS_SPEED = 5;

const PORT = 3;

let hub: VectorHub;
let parts: Readonly<Record<Model, Parts>>;

beforeAll(async () => {
  hub = await startVectorHub();
  const built = await Promise.all(MODELS.map(async (it) => [it, await buildParts(it)] as const));
  parts = Object.fromEntries(built) as Record<Model, Parts>;
});

afterAll(() => hub.close());

/** Several tests run at once: each says for itself what ends with it. */
type Ends = Pick<TestContext, "onTestFinished">;

describe.each(kinds())("on %s", { timeout: 120_000 }, (kind, create) => {
  /** An interpreter needs its time for a line that never rests. */
  const pace = kind === "Espruino" ? SPEED / 4 : SPEED;
  let boards = 0;

  /** A board that belongs to the hub and has no power yet. */
  const member = async (ends: Ends, model: Model, speed = pace) => {
    const name = `${kind === "Espruino" ? "espruino" : "vm"}-${model}-${++boards}`;
    const board = await create({ parts: parts[model], speed, ...room() });
    ends.onTestFinished(() => board.close());
    await enrol(board, name, hub);
    return { board, said: () => hub.said(name) };
  };

  /** Nothing went wrong on the way, and the board is still the one that was started. */
  const expectWell = (board: HostBoard): void => {
    expect(board.mishaps()).toEqual([]);
    expect(board.restarts()).toBe(0);
  };

  describe.concurrent("a Linky", () => {
    /** Two turns at the wrong speed, two until an energy is believed, and two more. */
    const LISTENED = 65;

    type Sent = {
      readonly mode: string;
      readonly next: () => string;
      /** What is reported sooner or later. */
      readonly complete: readonly string[];
    };

    const hear = async (ends: Ends, { mode, next, complete }: Sent) => {
      const { board, said } = await member(ends, "energy");
      await board.start();
      const line = mode === "historique" ? "1200-7E1" : "9600-7E1";
      ends.onTestFinished(speak(board, { port: PORT, line, speed: pace, next }));
      await pass(board, LISTENED);
      const ofMeter = (): readonly string[] => said().filter((it) => !it.startsWith("pulses"));
      await until(() => complete.every((it) => ofMeter().includes(it)));
      expectWell(board);
      return { said: ofMeter(), told: await told(board) };
    };

    const hearVector = (ends: Ends, name: string, complete: readonly string[]) =>
      hear(ends, { mode: ticVectors[name]!.mode, next: () => ticBytes(name), complete });

    const names = Object.keys(ticVectors);
    const valid = names.filter((it) => ticVectors[it]!.set === "valid");
    const negative = names.filter((it) => ticVectors[it]!.set === "negative");

    test("there are 11 valid frames and 12 others", () => {
      expect([valid.length, negative.length]).toEqual([11, 12]);
    });

    test.for(valid)("%s: all that it says is reported, and only that", async (name, ends) => {
      const expected = saidInVector(name);
      const heard = await hearVector(ends, name, expected);
      expect(expected.length).toBeGreaterThan(0);
      expect(heard.said).toEqual(expected);
      expect(heard.told).toMatch(/linky: (?:historique|standard), \d+ groups good, 0 bad/);
    });

    /** What stands before the first start of the frame that began too early is true as well. */
    const BEFORE_THE_START = [
      "linky apparent-power 480",
      "linky tariff-register 1",
      "linky-phase-1 current 2",
    ];

    const whole = negative.filter((it) => it !== "neg_mid_start" && it !== "neg_overlong");

    test.for(whole)("%s: what is garbled is left out, and only that", async (name, ends) => {
      const expected = saidInVector(name);
      const heard = await hearVector(ends, name, expected);
      expect(expected.length).toBeGreaterThan(0);
      expect(heard.said).toEqual(expected);
    });

    test("neg_mid_start: all that is reported stands in the bytes", async (ends) => {
      const frame = saidInVector("neg_mid_start");
      const sources = BEFORE_THE_START.map((it) => it.slice(0, it.lastIndexOf(" ")));
      const sure = frame.filter((it) => !sources.some((source) => it.startsWith(`${source} `)));
      const heard = await hearVector(ends, "neg_mid_start", sure);
      expect(sure.length).toBeGreaterThan(0);
      expect([...frame, ...BEFORE_THE_START]).toEqual(expect.arrayContaining([...heard.said]));
    });

    test("neg_overlong: what never ends says nothing, and hides nothing", async (ends) => {
      const frames = [ticBytes("neg_overlong"), ticBytes("std_mono_hphc")];
      const expected = saidInVector("std_mono_hphc");
      let turn = 0;
      const next = (): string => frames[turn++ % 2]!;
      const heard = await hear(ends, { mode: "standard", next, complete: expected });
      expect(saidInVector("neg_overlong")).toEqual([]);
      expect(heard.said).toEqual(expected);
    });
  });

  test.concurrent("each pulse of a meter is one watt-hour, and counts on after a power cut", async (ends) => {
    const { board, said } = await member(ends, "energy");
    const pin = { pin: 25, activeLow: true };
    const pulse = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        board.world.hold(pin);
        // Half a second of the board's time on, and as much off.
        await pass(board, 0.5);
        board.world.release(pin);
        await pass(board, 0.5);
      }
    };
    board.world.release(pin);
    await board.start();
    await until(() => said().includes("pulses energy 0"));
    await pulse(7);
    await until(() => said().includes("pulses energy 7"));
    await board.kill();
    await board.start();
    await pass(board, 2);
    await pulse(5);
    await until(() => said().includes("pulses energy 12"));
    const energies = said().flatMap((it) => /^pulses energy (\d+)$/.exec(it)?.[1] ?? []);
    expect(Math.max(...energies.map(Number))).toBe(12);
    expectWell(board);
  });

  describe.concurrent("a PZEM-004T", () => {
    const answers = modbusVectors.pzem004t_v3;
    const request = modbusFrames["frame_read10_F8"];

    /** Whoever is asked in another way is silent. */
    const start = async (ends: Ends, hex: string) => {
      const meter = await member(ends, "energy-pzem", BUS_SPEED);
      meter.board.world.reply(PORT, (asked) => (hexOf(asked) === request ? bytesOf(hex) : ""));
      await meter.board.start();
      return meter;
    };

    test.for(answers.filter((it) => it.v !== undefined))(
      "$src: $v V, $i A, $p W, $e_wh Wh",
      async ({ hex, v, i, p, e_wh: energy }, ends) => {
        const { board, said } = await start(ends, hex);
        await until(() => said().length >= 4);
        expect(said()).toEqual([
          `circuit active-power ${p}`,
          `circuit current ${i}`,
          `circuit energy ${energy}`,
          `circuit voltage ${v}`,
        ]);
        expect(board.world.line(PORT)).toBe("9600-8N1");
        expectWell(board);
      },
    );

    test.for(answers.filter((it) => it.v === undefined))(
      "$src: no reading, and a maker sees why",
      async ({ hex, reject }, ends) => {
        const { board, said } = await start(ends, hex);
        const problem = reject === true ? "garbled" : "refused";
        // All of them, however many there have been by the time somebody looks.
        const allFailed = new RegExp(String.raw`circuit: ${problem}, ([2-9]|\d\d+) of \1 failed`);
        await until(async () => allFailed.test(await told(board)));
        expect(said()).toEqual([]);
        expectWell(board);
      },
    );
  });

  describe.concurrent("an LD2410", () => {
    const { ld2410: frames, ld2410_cmd: commands } = radarVectors;
    const STATES = ["nobody", "moving", "still", "moving and still"];
    /** Between two reports of the radar. */
    const REPORT_MS = 100;

    /** Reports ten times a second; a board that listens at another speed gets noise. */
    const start = async (ends: Ends, hex: string, line: string) => {
      const radar = await member(ends, "presence-radar");
      const { world } = radar.board;
      await radar.board.start();
      const report = bytesOf(hex);
      const timer = setInterval(() => {
        const isClear = world.line(PORT) === line;
        world.serial(PORT, isClear ? report : "~".repeat(report.length));
      }, REPORT_MS / pace);
      ends.onTestFinished(() => clearInterval(timer));
      return radar;
    };

    test.for(frames.filter((it) => it.state !== undefined))(
      "$src: state $state",
      async ({ hex, state }, ends) => {
        const { board, said } = await start(ends, hex, "256000-8N1");
        await until(() => said().length > 0);
        expect(said()).toEqual([`radar occupancy ${state === 0 ? 0 : 1}`]);
        await until(async () => (await told(board)).includes(`radar: ${STATES[state!]}\n`));
        expectWell(board);
      },
    );

    test.for(frames.filter((it) => it.state === undefined))(
      "$src: nobody knows who is there",
      async ({ hex }, ends) => {
        const { board, said } = await start(ends, hex, "256000-8N1");
        await until(async () => (await told(board)).includes("radar: silent at 115200 baud"));
        expect(said()).toEqual([]);
        expectWell(board);
      },
    );

    test("one that speaks at the other speed is told to change, as the vendor spells it", async (ends) => {
      const { board } = await start(ends, frames[0]!.hex, "115200-8N1");
      const code5 = commands["set_baud_115200(code5)"]!;
      const asked = [commands["enable_config"], code5.replace("0500", "0700"), commands["restart"]];
      await until(() => board.world.written(PORT).length >= asked.join("").length / 2);
      expect(hexOf(board.world.written(PORT))).toBe(asked.join(""));
      expectWell(board);
    });
  });

  describe.concurrent("a light sensor", () => {
    /** Rounded to 0.1 lx by the board. */
    const ROUNDING = 0.0501;

    /** Three samples make a reading, the next one comes a minute later. */
    const LOOKED = 15;

    /** The only reading of a board in this light; `undefined` if there is none. */
    const readingIn = async (ends: Ends, model: Model, shine: (world: World) => void) => {
      const { board, said } = await member(ends, model);
      shine(board.world);
      await board.start();
      await pass(board, LOOKED);
      await until(async () => said().length > 0 || / lx|saturated/.test(await told(board)));
      const saturated = (await told(board)).includes("light: saturated");
      if (!saturated) await until(() => said().length > 0);
      expect(said().length).toBeLessThanOrEqual(1);
      expectWell(board);
      const value = said()[0];
      expect(value === undefined).toBe(saturated);
      return value === undefined ? undefined : Number(/^light illuminance (.+)$/.exec(value)![1]);
    };

    test.for(bh1750Vectors.bh1750)(
      "BH1750: $raw counts in mode $mode at $mt are $lux lx",
      async (vector, ends) => {
        // The least light that gives so many counts; in its own range, the chip gives more or fewer.
        const light =
          (vector.raw + 0.01) / (1.2 * (vector.mode === "H2" ? 2 : 1) * (vector.mt / 69));
        const seen = await readingIn(ends, "light", (world) => world.illuminance(light));
        // The fullest that the chip can count, in the range of the rough look.
        if (vector.lux > 121_000) expect(seen).toBeUndefined();
        // One count, of 0.113 lx in the finest range and of half in ten thousand in the others.
        else
          expect(Math.abs(seen! - vector.lux)).toBeLessThan(0.113 + ROUNDING + vector.lux / 20_000);
      },
    );

    test.for(veml7700Vectors)(
      "VEML7700: $count counts at gain $gain in $it_ms ms are $lux_linear lx, corrected $lux_corrected",
      async ({ count, gain, it_ms: time, lux_linear: linear, lux_corrected: corrected }, ends) => {
        const rate = (count + 0.01) / (gain * time);
        const seen = await readingIn(ends, "light-veml7700", (world) => world.counts(0x10, [rate]));
        expect(Math.abs(seen! - (corrected ?? linear))).toBeLessThan(ROUNDING);
      },
    );

    test.for(tsl2591Vectors)(
      "TSL2591: $c0 and $c1 counts at gain $gain in $it ms are $lux lx",
      async ({ c0, c1, it: time, gain, lux }, ends) => {
        const rates = [c0, c1].map((counts) => (counts + 0.01) / (gain * time));
        const seen = await readingIn(ends, "light-tsl2591", (world) => world.counts(0x29, rates));
        expect(Math.abs(seen! - lux)).toBeLessThan(ROUNDING);
      },
    );
  });
});
