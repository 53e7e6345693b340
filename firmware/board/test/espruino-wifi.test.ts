import { expect, test } from "vitest";
import type { EspruinoWifi } from "../espruino/globals.ts";
import { hasAddress, signalOf, superviseWifi } from "../espruino/wifi.ts";
import { createStorage } from "../espruino/storage.ts";
import { type Bench, createBench } from "./bench.ts";
import { createFakeFlash } from "./fake-flash.ts";

// Goal: a board finds back to its Wi-Fi by itself, however long it was away and however often.
// Method: a radio that behaves as Espruino's on an ESP32: three attempts, then it is off.

type Radio = EspruinoWifi & {
  address: string | undefined;
  readonly attempts: { ssid: string; password: string; at: number }[];
  /** Whether the network is there. */
  inReach: boolean;
  isOn: boolean;
};

const createRadio = (bench: Bench): Radio => {
  const radio: Radio = {
    address: undefined,
    attempts: [],
    inReach: true,
    isOn: false,
    connect: (ssid, { password }) => {
      radio.attempts.push({ ssid, password, at: bench.hardware.uptime() });
      // A radio that is on already is not started, and only a start makes it connect.
      if (radio.isOn) return;
      radio.isOn = true;
      bench.hardware.timers.after(3000 as never, () => {
        if (radio.inReach) radio.address = "192.168.4.7";
        else radio.isOn = false;
      });
    },
    disconnect: () => {
      radio.isOn = false;
      radio.address = undefined;
    },
    getIP: () => (radio.address === undefined ? { ip: "0.0.0.0" } : { ip: radio.address }),
    getStatus: () => ({ rssi: -61 }),
    getHostByName: (_name, done) => done(null),
    ping: () => undefined,
  };
  return radio;
};

type Setting = { bench: Bench; radio: Radio };

const setUp = (config: string | undefined): Setting => {
  const bench = createBench();
  const radio = createRadio(bench);
  const storage = createStorage(createFakeFlash(10_000).storage);
  if (config !== undefined) storage.write(".wificfg", config);
  superviseWifi(radio, { timers: bench.hardware.timers, storage, random: () => 0.5 });
  return { bench, radio };
};

const CONFIG = '{"ssid":"battant","password":"secret word","mode":1}';

const MINUTE = 60_000;

test("while the interpreter connects by itself, it is left alone", () => {
  const { bench, radio } = setUp(CONFIG);
  expect([hasAddress(radio), signalOf(radio)]).toEqual([false, undefined]);
  bench.pass(10_000);
  radio.address = "192.168.4.7";
  bench.pass(60 * MINUTE);
  expect(radio.attempts).toEqual([]);
  expect([hasAddress(radio), signalOf(radio)]).toEqual([true, -61]);
});

test("with no address for half a minute it begins anew, with what the file says", () => {
  const { bench, radio } = setUp(CONFIG);
  bench.pass(35_000);
  expect(radio.attempts).toMatchObject([{ ssid: "battant", password: "secret word" }]);
  bench.pass(5000);
  expect(hasAddress(radio)).toBe(true);
});

test("a radio that is on and stuck is stopped before it is asked again", () => {
  const { bench, radio } = setUp(CONFIG);
  radio.isOn = true;
  bench.pass(40_000);
  expect(hasAddress(radio)).toBe(true);
});

test("a network that is away for a week is found within six minutes of its return", () => {
  const { bench, radio } = setUp(CONFIG);
  radio.inReach = false;
  bench.pass(7 * 24 * 60 * MINUTE);
  const tried = radio.attempts.length;
  expect(tried).toBeGreaterThan((7 * 24 * 60) / 6);
  expect(tried).toBeLessThan(7 * 24 * 60);
  radio.inReach = true;
  bench.pass(6 * MINUTE);
  expect(hasAddress(radio)).toBe(true);
});

test("a year of losses, one an hour: each is mended within two minutes", () => {
  const { bench, radio } = setUp(CONFIG);
  bench.pass(2 * MINUTE);
  for (let i = 0; i < 365 * 24; i++) {
    radio.address = undefined;
    radio.isOn = false;
    bench.pass(2 * MINUTE);
    if (!hasAddress(radio)) throw new Error(`loss ${i} was not mended`);
    bench.pass(58 * MINUTE);
  }
  expect(radio.attempts.length).toBe(365 * 24 + 1);
});

test("attempts become rarer, and after a good one they start over", () => {
  const { bench, radio } = setUp(CONFIG);
  radio.inReach = false;
  bench.pass(60 * MINUTE);
  const pauses = radio.attempts.slice(1).map(({ at }, i) => at - (radio.attempts[i]?.at ?? 0));
  expect(pauses.slice(0, 6)).toEqual([45_000, 60_000, 90_000, 150_000, 180_000, 180_000]);
});

test.each([
  ["no file", undefined],
  ["a file without a network", '{"mode":0}'],
  ["an empty name", '{"ssid":""}'],
  ["no JSON", "ssid=battant"],
])("with %s it stays idle", (_what, config) => {
  const { bench, radio } = setUp(config);
  bench.pass(24 * 60 * MINUTE);
  expect(radio.attempts).toEqual([]);
});

test("an open network needs no password", () => {
  const { bench, radio } = setUp('{"ssid":"battant"}');
  bench.pass(40_000);
  expect(radio.attempts).toMatchObject([{ ssid: "battant", password: "" }]);
});
