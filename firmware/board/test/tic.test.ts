import { readFileSync } from "node:fs";
import { createFrameReader } from "@battant/protocol/tic/frame";
import { checksum } from "@battant/protocol/tic/group";
import { createIndexFilter } from "@battant/protocol/tic/index-filter";
import { readMeter } from "@battant/protocol/tic/meter";
import { isSensorId, type SensorId } from "@battant/protocol/vocabulary/ids";
import { milliseconds } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TicFile } from "../board-file.ts";
import { tic } from "../sensors/tic.ts";
import { beginTurn, hear } from "../sensors/tic-turn.ts";
import { createSensorBench, type SensorBench } from "./sensor-bench.ts";

// Goal: what the meter sends is reported under the right name, and nothing that it did not send.
// Method: recorded frames sent over and over at the pace of the line, at the speed of their mode.

const fileAt = (baud: number): TicFile => ({
  kind: "tic",
  sensor: "linky" as SensorId,
  wiring: { port: 3, rx: 16, baud },
});

const folder = new URL("../../protocol/fixtures/tic/", import.meta.url);
const frameOf = (name: string): string =>
  readFileSync(new URL(`${name}.bin`, folder)).toString("latin1");

const baudOf = (name: string): number => (name.startsWith("hist") ? 1200 : 9600);

const CHUNK_MS = 50;

/** What a port opened with seven bits delivers. */
const sevenBits = (bytes: string): string =>
  bytes.replace(/[\x80-\xff]/g, (it) => String.fromCharCode(it.charCodeAt(0) & 127));

/** Sends without end; at another speed than the line's it is noise. */
const connect = (bench: SensorBench, baud: number, nextFrame: () => string): void => {
  let rest = "";
  bench.hardware.timers.every(milliseconds(CHUNK_MS), () => {
    const count = (baud / 10) * (CHUNK_MS / 1000);
    while (rest.length < count) rest += nextFrame();
    const bytes = rest.slice(0, count);
    rest = rest.slice(count);
    const isClear = bench.line.wiring?.baud === baud && bench.line.wiring.sevenEven === true;
    bench.line.feed(isClear ? sevenBits(bytes) : bytes.replace(/./gs, "\x7e"));
  });
};

const SOURCES = tic.sources(fileAt(9600)).map((it) => `${it.sensor} ${it.quantity}`);

/** `linky-register-1 energy 12345`, without the times. */
const named = (bench: SensorBench): readonly string[] =>
  bench.reports.map((it) => {
    const [, place, value] = it.split(" ");
    return `${SOURCES[Number(place)]} ${value}`;
  });

/** What the frame says in our words; a register that never counted is no news. */
const saidIn = (frame: string): readonly string[] =>
  createFrameReader()
    .push(frame)
    .flatMap((it) => readMeter(it).samples)
    .filter((it) => !(it.part.startsWith("register") && it.value === 0))
    .map(({ part, quantity, value }) => {
      const sensor = part === "" ? "linky" : `linky-${part}`;
      return `${sensor} ${quantity} ${value}`;
    });

test("its sources fit into a description, each with a name of its own", () => {
  expect(SOURCES.length).toBeLessThanOrEqual(32);
  expect(new Set(SOURCES).size).toBe(SOURCES.length);
  const longest = { ...fileAt(9600), sensor: "twenty-characters-xx" as SensorId };
  for (const source of tic.sources(longest)) expect(isSensorId(source.sensor)).toBe(true);
});

const valid = [
  "hist_mono_base",
  "hist_mono_hc_hp",
  "hist_mono_tempo",
  "hist_mono_ejp_pejp_adps",
  "hist_tri_base",
  "hist_tri_phase2_lost",
  "hist_tri_short",
  "std_mono_hphc",
  "std_tri_tempo_pm",
  "std_mono_producer",
];

for (const name of valid) {
  test(`${name}: all that it says is reported, and nothing else`, () => {
    const bench = createSensorBench();
    const running = bench.start(tic, fileAt(baudOf(name)));
    connect(bench, baudOf(name), () => frameOf(name));
    bench.pass(29_000);
    const said = saidIn(frameOf(name));
    expect(said.length).toBeGreaterThan(2);
    expect([...named(bench)].toSorted()).toEqual([...said].toSorted());
    expect(running.tell()).toMatch(/^(historique|standard), \d+ groups good, 0 bad$/);
  });
}

test("an energy is reported when a second frame agrees with the first", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  connect(bench, 9600, () => frameOf("std_mono_hphc"));
  bench.pass(19_000);
  expect(named(bench).filter((it) => it.includes("energy"))).toEqual([]);
  bench.pass(10_000);
  expect(named(bench).filter((it) => it.includes("linky energy"))).toHaveLength(1);
});

const wrongSpeeds: readonly (readonly [file: number, meter: number, name: string])[] = [
  [9600, 1200, "hist_mono_tempo"],
  [1200, 9600, "std_tri_tempo_pm"],
];

for (const [file, meter, name] of wrongSpeeds) {
  test(`a meter at ${meter} baud is found although the hardware file says ${file}`, () => {
    const bench = createSensorBench();
    const running = bench.start(tic, fileAt(file));
    connect(bench, meter, () => frameOf(name));
    bench.pass(18_000);
    expect(running.tell()).toBe(`nothing at ${file} baud`);
    bench.pass(40_000);
    expect(bench.line.wiring?.baud).toBe(meter);
    expect([...new Set(named(bench))].toSorted()).toEqual([...saidIn(frameOf(name))].toSorted());
  });
}

test("a meter that changes its mode one day is followed", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(1200));
  connect(bench, 9600, () => frameOf("std_mono_hphc"));
  bench.pass(600_000);
  expect(bench.line.wiring?.baud).toBe(9600);
});

const SHARES = [
  ["std_tri_tempo_pm", 0.3],
  ["std_mono_hphc", 0.2],
  ["hist_mono_base", 0.25],
  ["hist_mono_tempo", 0.55],
] as const;

for (const [name, share] of SHARES) {
  test(`${name}: it listens at most ${share} of the time`, () => {
    const bench = createSensorBench();
    bench.start(tic, fileAt(baudOf(name)));
    connect(bench, baudOf(name), () => frameOf(name));
    let listening = 0;
    for (let i = 0; i < 3000; i++) {
      bench.pass(100);
      if (bench.line.isListening()) listening++;
    }
    expect(listening / 3000).toBeLessThanOrEqual(share);
    expect(listening).toBeGreaterThan(0);
  });
}

/** A group of standard mode. */
const group = (label: string, data: string): string => {
  const line = `${label}\t${data}\t`;
  return `\n${line}${String.fromCharCode(checksum(line, line.length))}\r`;
};

/** As a meter sends it: 800 bytes of which most are no news. */
const frameSaying = (whole: number, hollow: number): string =>
  "\x02" +
  group("EAST", `${whole}`.padStart(9, "0")) +
  group("EASF01", `${whole - hollow}`.padStart(9, "0")) +
  group("EASF02", `${hollow}`.padStart(9, "0")) +
  group("SINSTS", "00350") +
  group("STGE", "003AC000").repeat(35) +
  "\x03";

test("in an hour: the whole once a minute, a register that counts too, one that stands still once", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  let frames = 0;
  connect(bench, 9600, () => frameSaying(1_000_000 + Math.floor(frames++ / 12), 250_000));
  bench.pass(3_615_000);
  const count = (source: string): number =>
    named(bench).filter((it) => it.startsWith(`${source} `)).length;
  expect(count("linky energy")).toBeGreaterThanOrEqual(58);
  expect(count("linky energy")).toBeLessThanOrEqual(60);
  expect(count("linky-register-1 energy")).toBeGreaterThanOrEqual(58);
  expect(count("linky-register-2 energy")).toBe(1);
  expect(count("linky-register-3 energy")).toBe(0);
  expect(count("linky apparent-power")).toBeGreaterThanOrEqual(58);
  expect(count("linky apparent-power")).toBeLessThanOrEqual(61);
});

test("a whole turn ends although the label that it began with is lost", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(1200));
  const whole = frameOf("hist_mono_tempo");
  const lost = whole.replace(/ISOUSC/, "ISOUSc");
  let frames = 0;
  connect(bench, 1200, () => (frames++ % 2 === 0 ? whole : lost));
  let longest = 0;
  for (let i = 0, listened = 0; i < 600; i++) {
    bench.pass(100);
    listened = bench.line.isListening() ? listened + 100 : 0;
    longest = Math.max(longest, listened);
  }
  expect(longest).toBeLessThan(5_000);
  const wholes = named(bench).filter((it) => it.startsWith("linky energy"));
  expect(new Set(wholes)).toEqual(new Set(["linky energy 34100021"]));
});

test("registers whose sum has more digits than a register can have make no whole", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(1200));
  const full = (label: string): string => {
    const line = `${label} 999999999`;
    return `\n${line} ${String.fromCharCode(checksum(line, line.length))}\r`;
  };
  connect(bench, 1200, () => `\x02${full("HCHC")}${full("HCHP")}\x03`);
  bench.pass(60_000);
  expect(new Set(named(bench))).toEqual(
    new Set(["linky-register-1 energy 999999999", "linky-register-2 energy 999999999"]),
  );
});

test("a register that leaps as no meter can is not reported", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  let frames = 0;
  const wrong = 30;
  connect(bench, 9600, () => frameSaying(frames++ === wrong ? 9_000_000 : 1_000_000, 250_000));
  bench.pass(300_000);
  expect(named(bench).filter((it) => it.includes("9000000"))).toEqual([]);
  expect(named(bench).filter((it) => it === "linky energy 1000000").length).toBeGreaterThan(3);
});

const wrong = [
  "neg_bad_checksum",
  "neg_bit6_flip",
  "neg_even_spaces_lost",
  "neg_dropped_byte",
  "neg_space_for_zero",
  "neg_dropped_label_char",
  "neg_eot_interrupt",
  "neg_nested_stx",
  "neg_parity_bit_left_in",
  "neg_overlong",
];

for (const name of wrong) {
  test(`${name}: what is garbled is left out, and only that`, () => {
    const baud = /^neg_(bad|bit6|eot|mid|nested|parity)/.test(name) ? 1200 : 9600;
    const bench = createSensorBench();
    bench.start(tic, fileAt(baud));
    connect(bench, baud, () => frameOf(name));
    bench.pass(35_000);
    expect([...new Set(named(bench))].toSorted()).toEqual(
      [...new Set(saidIn(frameOf(name)))].toSorted(),
    );
  });
}

test("of a frame that began before the board listened, the groups that are whole count too", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(1200));
  bench.pass(10_000);
  const frame = frameOf("neg_mid_start");
  bench.line.feed(frame.slice(0, frame.indexOf("\x02")));
  expect(named(bench)).toContain("linky apparent-power 480");
});

test("with 3 kVA subscribed, a leap that 36 kVA could make is not believed", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  const isLeap = (): boolean => Math.floor(bench.hardware.uptime() / 10_000) === 14;
  connect(
    bench,
    9600,
    () => group("PREF", "03") + frameSaying(isLeap() ? 1_000_100 : 1_000_000, 9),
  );
  bench.pass(300_000);
  expect(named(bench).some((it) => it.includes("1000100"))).toBe(false);
  expect(named(bench).filter((it) => it === "linky energy 1000000").length).toBeGreaterThan(3);
});

test("a phase cannot give more than the meter's breaker lets through", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  connect(bench, 9600, () => group("PCOUP", "06") + group("SINSTS1", "48370") + frameSaying(5, 1));
  bench.pass(60_000);
  expect(named(bench)).toContain("linky apparent-power 350");
  expect(named(bench).some((it) => it.includes("48370"))).toBe(false);
});

test("a group of the other mode is not of this meter", () => {
  const bench = createSensorBench();
  const running = bench.start(tic, fileAt(9600));
  bench.pass(10_000);
  bench.line.feed(`${frameSaying(5, 1)}\nPAPP 00480 -\r${frameSaying(5, 1)}`);
  expect(running.tell()).toMatch(/^standard, \d+ groups good, 1 bad$/);
  expect(named(bench)).toEqual(["linky apparent-power 350"]);
});

test("a meter that is silent now and then is still listened to at its speed", () => {
  const bench = createSensorBench();
  bench.start(tic, fileAt(9600));
  /** Whenever it listens for the first time in half a minute. */
  const isSilent = (): boolean => {
    const second = (bench.hardware.uptime() / 1000) % 30;
    return second >= 5 && second < 19;
  };
  connect(bench, 9600, () => (isSilent() ? " ".repeat(50) : frameSaying(5, 1)));
  for (let i = 0; i < 60; i++) {
    bench.pass(5_000);
    expect(bench.line.wiring?.baud).toBe(9600);
  }
});

test("what never ends is not remembered", () => {
  const turn = beginTurn(milliseconds(0));
  const meter = { offer: () => undefined, filter: createIndexFilter() };
  for (let i = 0; i < 100; i++) {
    hear({ ...meter, cutOff: undefined, subscribed: undefined }, turn, "\nEAST\t00000".repeat(5));
  }
  expect(turn.rest.length).toBeLessThanOrEqual(128);
});

test("no bytes make it throw, whenever they come and however they are cut", () => {
  const frame = frameOf("std_mono_hphc");
  const piece = fc.oneof(
    fc.string({ unit: "binary-ascii", maxLength: 40 }),
    fc.constantFrom("\x02", "\x03", "\x04", "\n", "\r", "\t", "\xff"),
    fc.tuple(fc.nat({ max: 860 }), fc.nat({ max: 200 })).map(([at, n]) => frame.slice(at, at + n)),
  );
  const steps = fc.array(fc.tuple(piece, fc.nat({ max: 4000 })), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (all) => {
      const bench = createSensorBench();
      const running = bench.start(tic, fileAt(9600));
      for (const [bytes, ms] of all) {
        bench.line.feed(bytes);
        bench.pass(ms);
      }
      expect(running.tell()).toMatch(/^[ -~]+$/);
      expect(bench.timers()).toBeLessThanOrEqual(2);
    }),
    { numRuns: 50 },
  );
});
