// Needs: socat.
import { execFile, spawn } from "node:child_process";
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createFrameReader } from "@battant/protocol/tic/frame";
import type { BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { test, type TestContext } from "vitest";
import { createDongle, type Dongle, type DongleOptions } from "../src/adapters/serial/dongle.ts";
import type { Refusal } from "../src/ports.ts";

// Goal: a dongle that is plugged in is found, heard, lost and found again, and nobody has to help.
// Method: a pair of pseudo-terminals. A PTY knows neither speed nor parity, so the far end plays the
// wire: it turns bytes into 7E1 bits at the meter's speed, asks `stty` at which speed the near end
// was opened, and delivers what a UART of that speed makes of these bits, at their true pace.

type Baud = 1200 | 9600;

const BITS_PER_BYTE = 10;

const bitsOf = (bytes: Uint8Array): number[] =>
  [...bytes].flatMap((byte) => {
    const data = Array.from({ length: 7 }, (_, i) => (byte >> i) & 1);
    const parity = data.reduce((sum, bit) => sum ^ bit, 0);
    return [0, ...data, parity, 1];
  });

/** What a 7E1 receiver makes of the bits when each lasts `ratio` times shorter than its own. */
const heardAt = (bits: readonly number[], ratio: number): Uint8Array => {
  const level = (time: number): number => bits[Math.floor(time)] ?? 1;
  const bytes: number[] = [];
  let time = 0;
  while (time < bits.length) {
    if (level(time) === 1) {
      time = Math.floor(time) + 1;
      continue;
    }
    let byte = 0;
    for (let i = 0; i < 7; i++) byte |= level(time + (1.5 + i) * ratio) << i;
    bytes.push(byte);
    time += (BITS_PER_BYTE - 0.5) * ratio;
  }
  return Uint8Array.from(bytes);
};

type Wire = { readonly port: string; readonly far: string; unplug(): Promise<void> };

const plugIn = async (folder: string): Promise<Wire> => {
  const port = join(folder, "dongle");
  const far = join(folder, "meter");
  const socat = spawn("socat", [`pty,raw,echo=0,link=${port}`, `pty,raw,echo=0,link=${far}`], {
    stdio: "ignore",
  });
  const gone = new Promise<void>((resolve) => socat.once("exit", () => resolve()));
  while (!existsSync(port) || !existsSync(far)) await sleep(20);
  return {
    port,
    far,
    unplug: async () => {
      socat.kill();
      await gone;
    },
  };
};

type Meter = {
  /** Speeds at which somebody listened, in order, each change once. */
  readonly speeds: readonly number[];
  stop(): Promise<void>;
};

type Speech = {
  readonly baud: Baud;
  readonly frame: Uint8Array;
  /** Spoils the bits on their way. */
  readonly noise?: (bits: number[]) => number[];
};

const run = promisify(execFile);
const PACE_MS = 40;
/** Between frames the line rests for 16.7 to 33.4 ms (Enedis-NOI-CPT_54E §5.3.6). */
const GAP_MS = 25;

const speak = (wire: Wire, speech: Speech): Meter => {
  const speeds: number[] = [];
  const byteMs = (BITS_PER_BYTE * 1000) / speech.baud;
  let speaking = true;
  let heardBaud: number | undefined;

  const askSpeed = async (): Promise<void> => {
    while (speaking) {
      const answer = await run("stty", ["-F", wire.port, "speed"]).catch(() => undefined);
      heardBaud = answer === undefined ? undefined : Number(answer.stdout);
      if (heardBaud !== undefined && heardBaud !== speeds.at(-1)) speeds.push(heardBaud);
      await sleep(100);
    }
  };
  const deliver = (descriptor: number, bytes: Uint8Array): void => {
    if (heardBaud === undefined) return;
    const bits = (speech.noise ?? ((clean) => clean))(bitsOf(bytes));
    try {
      writeSync(descriptor, heardAt(bits, speech.baud / heardBaud));
    } catch {
      // Nobody reads: a wire does not wait.
    }
  };
  const sayFrames = async (): Promise<void> => {
    const descriptor = openSync(
      wire.far,
      constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK,
    );
    let spokenUntil = performance.now();
    while (speaking) {
      for (let said = 0; said < speech.frame.length && speaking;) {
        await sleep(PACE_MS);
        // A late timer is made up for, but never by speaking much faster than the wire can.
        spokenUntil = Math.max(spokenUntil, performance.now() - 5 * PACE_MS);
        const due = Math.floor((performance.now() - spokenUntil) / byteMs);
        deliver(descriptor, speech.frame.subarray(said, said + due));
        said += due;
        spokenUntil += due * byteMs;
      }
      spokenUntil += GAP_MS;
    }
    closeSync(descriptor);
  };
  const done = Promise.all([askSpeed(), sayFrames()]);
  return {
    speeds,
    stop: async () => {
      speaking = false;
      await done;
    },
  };
};

const frameOf = (name: string): Uint8Array =>
  readFileSync(new URL(`../../firmware/protocol/fixtures/tic/${name}.bin`, import.meta.url));

const historique: Speech = { baud: 1200, frame: frameOf("hist_mono_base") };
const standard: Speech = { baud: 9600, frame: frameOf("std_mono_hphc") };

const NOW = instant(Date.UTC(2031, 4, 6, 7));

const timing: NonNullable<DongleOptions["timing"]> = {
  listen: { 1200: seconds(3.2), 9600: seconds(2.4) },
  silence: seconds(3),
  backoff: { firstMs: 100, maxMs: 400 },
};

type Bench = {
  readonly folder: string;
  readonly readings: Reading[];
  readonly refusals: Refusal[];
  plugIn(): Promise<Wire>;
  speak(wire: Wire, speech: Speech): Meter;
  listen(port: string): Dongle;
};

const TIMEOUT = { timeout: 20_000, interval: 50 };

/** What a test starts on the bench is stopped when the test is over, in the opposite order. */
const bench = async ({ onTestFinished }: TestContext): Promise<Bench> => {
  const folder = await mkdtemp(join(tmpdir(), "battant-serial-"));
  const cleanUp: (() => Promise<void>)[] = [() => rm(folder, { recursive: true })];
  onTestFinished(async () => {
    for (const action of cleanUp.toReversed()) await action();
  });
  const readings: Reading[] = [];
  const refusals: Refusal[] = [];
  let sequence = 0;
  return {
    folder,
    readings,
    refusals,
    plugIn: async () => {
      const wire = await plugIn(folder);
      cleanUp.push(() => wire.unplug());
      return wire;
    },
    speak: (wire, speech) => {
      const meter = speak(wire, speech);
      cleanUp.push(() => meter.stop());
      return meter;
    },
    listen: (port) => {
      const dongle = createDongle({
        port,
        sensor: "linky" as SensorId,
        boot: "b00t" as BootId,
        nextSequence: () => sequence++,
        inbox: {
          readings: (batch) => {
            readings.push(...batch);
            return Promise.resolve({ ok: true, stored: batch.length, duplicates: 0 });
          },
          refused: (refusal) => void refusals.push(refusal),
        },
        clock: { now: () => NOW },
        reportEvery: milliseconds(500),
        timing,
      });
      cleanUp.push(() => dongle.close());
      return dongle;
    },
  };
};

const latest = (readings: readonly Reading[]): Record<string, number> =>
  Object.fromEntries(readings.map((it) => [`${it.sensor} ${it.quantity}`, it.value]));

test("the wire of these tests is heard at its own speed, and at no other", ({ expect }) => {
  for (const { frame } of [historique, standard]) {
    const bits = bitsOf(frame);
    expect(Buffer.from(heardAt(bits, 1)).equals(frame)).toBe(true);
    for (const ratio of [8, 1 / 8]) {
      const heard = Buffer.from(heardAt(bits, ratio)).toString("latin1");
      expect(heard.length).toBeGreaterThan(0);
      const frames = createFrameReader().push(`\x02${heard}\x03`);
      expect(frames.reduce((sum, it) => sum + it.good, 0)).toBe(0);
    }
  }
});

test.concurrent("a meter in historique mode is heard at 1200 baud", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  it.speak(wire, historique);
  const dongle = it.listen(wire.port);

  await expect
    .poll(() => latest(it.readings), TIMEOUT)
    .toEqual({
      "linky energy": 1234567,
      "linky apparent-power": 480,
      "linky tariff-register": 1,
      "linky-register-1 energy": 1234567,
      "linky-phase-1 current": 2,
    });
  expect(dongle.health()).toMatchObject({
    port: wire.port,
    mode: "historique",
    groupsBad: 0,
    problem: null,
  });
  expect(dongle.health().groupsGood).toBeGreaterThanOrEqual(20);
  expect(new Set(it.readings.map((reading) => reading.at))).toEqual(new Set([NOW]));
  expect(new Set(it.readings.map((reading) => `${reading.board} ${reading.boot}`))).toEqual(
    new Set(["hub b00t"]),
  );
  expect(it.readings.map((reading) => reading.sequence)).toEqual(it.readings.map((_, i) => i));
  expect(JSON.stringify([it.readings, it.refusals, dongle.health()])).not.toContain("99236");
});

test.concurrent("a meter in standard mode is found at 9600 baud, and found there first after it was unplugged", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  const meter = it.speak(wire, standard);
  const dongle = it.listen(wire.port);

  await expect.poll(() => latest(it.readings)["linky energy"], TIMEOUT).toBe(3000333);
  expect(latest(it.readings)).toMatchObject({
    "linky apparent-power": 1623,
    "linky tariff-register": 2,
    "linky-register-2 energy": 2000222,
    "linky-phase-1 voltage": 231,
  });
  expect(dongle.health()).toMatchObject({ mode: "standard", problem: null });
  expect(meter.speeds.slice(-2)).toEqual([1200, 9600]);

  await meter.stop();
  await wire.unplug();
  // Noticed while it listens, or when it opens the port again: the same is to be done.
  const gone = /(was unplugged|there is no .*): plug/;
  await expect.poll(() => dongle.health().problem, TIMEOUT).toMatch(gone);
  expect(dongle.health().mode).toBeNull();
  await sleep(1000); // Long enough for several attempts to open what is not there.
  expect(dongle.health().problem).toMatch(gone);

  const before = it.readings.length;
  const again = it.speak(await it.plugIn(), standard);
  await expect.poll(() => it.readings.length, TIMEOUT).toBeGreaterThan(before);
  expect(dongle.health()).toMatchObject({ mode: "standard", problem: null });
  expect(again.speeds.at(-1)).toBe(9600);
  expect(again.speeds).not.toContain(1200);
  expect(it.readings.map((reading) => reading.sequence)).toEqual(it.readings.map((_, i) => i));
});

test.concurrent("a meter that changes its mode from afar is found again", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  const before = it.speak(wire, historique);
  const dongle = it.listen(wire.port);
  await expect.poll(() => dongle.health().mode, TIMEOUT).toBe("historique");
  await before.stop();
  it.speak(wire, standard);
  await expect.poll(() => dongle.health().mode, TIMEOUT).toBe("standard");
  await expect.poll(() => latest(it.readings)["linky apparent-power"], TIMEOUT).toBe(1623);
});

test.concurrent("a meter that falls silent is missed, and heard when it speaks again", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  const meter = it.speak(wire, historique);
  const dongle = it.listen(wire.port);
  await expect.poll(() => dongle.health().mode, TIMEOUT).toBe("historique");
  await meter.stop();
  await expect.poll(() => dongle.health().problem, TIMEOUT).toMatch(/nothing comes.*I1 and I2/);
  expect(dongle.health().mode).toBeNull();
  it.speak(wire, historique);
  await expect
    .poll(() => dongle.health(), TIMEOUT)
    .toMatchObject({ mode: "historique", problem: null });
});

test.concurrent("on a noisy line only what is true is stored, and doctor hears of it once", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  let seed = 7;
  /** A linear congruential generator: the same noise in every run. */
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  it.speak(wire, {
    ...standard,
    noise: (bits) => bits.map((bit) => (random() < 0.0008 ? 1 - bit : bit)),
  });
  const dongle = it.listen(wire.port);

  await expect.poll(() => dongle.health().groupsBad, TIMEOUT).toBeGreaterThan(8);
  await expect.poll(() => it.readings.length, TIMEOUT).toBeGreaterThan(20);
  const truth = {
    "linky energy": 3000333,
    "linky apparent-power": 1623,
    "linky tariff-register": 2,
    "linky-phase-1 current": 7,
    "linky-phase-1 voltage": 231,
    "linky-register-1 energy": 1000111,
    "linky-register-2 energy": 2000222,
  };
  const told = it.readings.filter((reading) => reading.value !== 0);
  expect(truth).toMatchObject(latest(told));
  for (const reading of told) {
    expect(truth).toHaveProperty([`${reading.sensor} ${reading.quantity}`], reading.value);
  }
  expect(it.refusals).toEqual([
    { from: "hub", where: wire.port, problem: expect.stringContaining("garbled: check") },
  ]);
  expect(dongle.health().groupsGood).toBeGreaterThan(dongle.health().groupsBad);
});

test.concurrent("a port that is not there is waited for", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const dongle = it.listen(join(it.folder, "dongle"));
  await expect.poll(() => dongle.health().problem, TIMEOUT).toMatch(/there is no .*: plug/);
  const wire = await it.plugIn();
  it.speak(wire, historique);
  await expect
    .poll(() => dongle.health(), TIMEOUT)
    .toMatchObject({ mode: "historique", problem: null });
});

test.concurrent("a port that another program holds is taken when it is free", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  it.speak(wire, historique);
  const first = it.listen(wire.port);
  await expect.poll(() => first.health().mode, TIMEOUT).toBe("historique");
  const second = it.listen(wire.port);
  await expect
    .poll(() => second.health().problem, TIMEOUT)
    .toMatch(/another program holds .*fuser/);
  await first.close();
  expect(first.health().mode).toBeNull();
  await expect
    .poll(() => second.health(), TIMEOUT)
    .toMatchObject({ mode: "historique", problem: null });
});

test.concurrent("a port where something else speaks says so, and counts nothing", async (context) => {
  const { expect } = context;
  const it = await bench(context);
  const wire = await it.plugIn();
  // Weighing scales frame their lines with the same control characters.
  const scales = new TextEncoder().encode("\x02\nST,GS,+00123.4 kg\r\x03");
  it.speak(wire, { baud: 9600, frame: scales });
  const dongle = it.listen(wire.port);
  await expect.poll(() => dongle.health().problem, TIMEOUT).toMatch(/not a Linky/);
  expect(dongle.health()).toMatchObject({ mode: null, groupsGood: 0, groupsBad: 0 });
  expect(it.refusals).toEqual([]);
});
