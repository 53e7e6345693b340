import { createHash } from "node:crypto";
import fc from "fast-check";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { isBootId } from "@battant/protocol/vocabulary/ids";
import { describe, expect, test } from "vitest";
import type { Membership, RelayFile } from "../board-file.ts";
import type {
  EspruinoPins,
  EspruinoSerial,
  EspruinoSerialOptions,
  WatchEvent,
} from "../espruino/globals.ts";
import { busOf } from "../espruino/i2c.ts";
import { readRestartReason, restartBecause, watchMishaps } from "../espruino/life.ts";
import { decodeMembership, encodeMembership } from "../espruino/membership.ts";
import { createWatch, readPin, takeInput, watchPin, writePin } from "../espruino/pins.ts";
import { releaseRelays, rememberRelays } from "../espruino/relay-pins.ts";
import { createSerialPort, setUpLine } from "../espruino/serial.ts";
import { nextBootId } from "../espruino/starts.ts";
import { createStorage } from "../espruino/storage.ts";
import type { Edge, I2CWiring } from "../hardware.ts";
import { createFakeFlash, PowerCut } from "./fake-flash.ts";

// Goal: each trap of the interpreter that a part is there for does not reach the program.
// Method: the interpreter's side played as its sources have it.

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

describe("storage", () => {
  const full = "x".repeat(1000);

  test("what is written is read, bytes of any value", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat(255).map((it) => String.fromCharCode(it)), minLength: 1 }),
        (text) => {
          storage.erase("a");
          expect(storage.write("a", text)).toBe(storage.free() >= 0);
          return storage.read("a") === text || storage.free() < 300;
        },
      ),
    );
  });

  test("nothing that would need files to move is even tried", () => {
    const flash = createFakeFlash(10_000);
    const storage = createStorage(flash.storage);
    let written = 0;
    while (written < 100 && storage.write("a", `${written}${full}`)) written++;
    expect(written).toBeGreaterThan(7);
    expect(storage.read("a")?.startsWith(`${written - 1}`)).toBe(true);
    expect(storage.reserve("b", 1000)).toBe(false);
    expect(storage.reserve("b", storage.free())).toBe(true);
    expect(flash.compactions()).toBe(0);
  });

  test("a reserved file is filled piece by piece, at any offset, once", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    expect(storage.reserve("log", 12)).toBe(true);
    expect(storage.read("log")).toBe("\xff".repeat(12));
    expect(storage.writeAt("log", "abc", 0)).toBe(true);
    expect(storage.writeAt("log", "de", 3)).toBe(true);
    expect(storage.writeAt("log", "x", 4)).toBe(false);
    expect(storage.writeAt("log", "too long", 8)).toBe(false);
    expect(storage.writeAt("none", "x", 0)).toBe(false);
    expect(storage.read("log")).toBe("abcde".padEnd(12, "\xff"));
  });

  test("writing at the beginning never erases what stands further on", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    storage.reserve("log", 12);
    storage.writeAt("log", "late", 8);
    expect(storage.writeAt("log", "early", 0)).toBe(false);
    expect(storage.read("log")?.substring(8)).toBe("late");
  });

  test("the same content again costs no flash", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    storage.write("a", full);
    const free = storage.free();
    expect(storage.write("a", full)).toBe(true);
    expect([storage.free(), storage.waste()]).toEqual([free, 0]);
  });

  test("names too long, and nothing at all, are refused", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    expect(storage.write("n".repeat(29), "x")).toBe(false);
    expect(storage.write("a", "")).toBe(false);
    expect(storage.reserve("a", 0)).toBe(false);
    expect(storage.names("")).toEqual([]);
  });

  test("names by prefix, letter by letter", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    for (const name of ["log1", "log2", "lag", "slog1", ".log"]) storage.write(name, "x");
    expect(storage.names("log").toSorted()).toEqual(["log1", "log2"]);
    expect(storage.names(".log")).toEqual([".log"]);
    storage.erase("log1");
    expect(storage.names("log")).toEqual(["log2"]);
    expect(storage.waste()).toBeGreaterThan(0);
  });
});

describe("boot ids", () => {
  const noise = { serial: "30aea4010203", text: "always the same" };

  test("a thousand starts, none called like another, whatever else repeats", () => {
    const storage = createStorage(createFakeFlash(100_000).storage);
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      const boot = nextBootId(storage, sha256, noise);
      expect(isBootId(boot)).toBe(true);
      seen.add(boot);
    }
    expect(seen.size).toBe(1000);
    expect(storage.waste()).toBeLessThan(1000);
  });

  test("nor when the power goes at any byte of counting", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 600, maxLength: 900 }), (cuts) => {
        const flash = createFakeFlash(200_000);
        const storage = createStorage(flash.storage);
        const seen = new Set<string>();
        let named = 0;
        for (const cut of cuts) {
          flash.cutAfter(cut);
          let boot: string | undefined;
          try {
            boot = nextBootId(storage, sha256, noise);
          } catch (problem) {
            expect(problem).toBeInstanceOf(PowerCut);
          }
          if (boot !== undefined && !flash.isCut()) {
            seen.add(boot);
            named++;
          }
          flash.powerOn();
        }
        expect(seen.size).toBe(named);
        expect(named).toBeGreaterThan(100);
      }),
      { numRuns: 20 },
    );
  });

  test("a board whose flash is full still starts, and tells its starts apart by noise", () => {
    const storage = createStorage(createFakeFlash(100).storage);
    const first = nextBootId(storage, sha256, noise);
    expect(isBootId(first)).toBe(true);
    expect(nextBootId(storage, sha256, { serial: noise.serial, text: "other" })).not.toBe(first);
  });
});

describe("membership", () => {
  const member: Membership = {
    board: "hall-1" as BoardId,
    broker: { host: "battant.local", port: 1883, tls: false },
    password: 'p\xe9 "quoted"',
    key: Array.from({ length: 32 }, (_, i) => String.fromCharCode(i * 8)).join(""),
  };

  test("comes back as it was written", () => {
    expect(decodeMembership(encodeMembership(member))).toEqual({ ok: true, value: member });
  });

  const good = JSON.parse(encodeMembership(member)) as Record<string, unknown>;
  const bad: [what: string, changed: Record<string, unknown>][] = [
    ["a board without a name", { board: "Hall 1" }],
    ["no host", { host: "" }],
    ["a host too long", { host: "h".repeat(254) }],
    ["no port", { port: 0 }],
    ["a port in words", { port: "1883" }],
    ["no password", { password: undefined }],
    ["a short key", { key: "00" }],
    ["a key that is none", { key: "z".repeat(64) }],
  ];
  test.each(bad)("%s is refused, and no secret is told", (_what, changed) => {
    const decoded = decodeMembership(JSON.stringify({ ...good, ...changed }));
    if (decoded.ok) throw new Error("it was accepted");
    expect(decoded.problem).not.toContain("quoted");
    expect(decoded.problem).not.toContain("z".repeat(64));
  });

  test("no JSON is refused", () => {
    expect(decodeMembership("{").ok).toBe(false);
  });
});

/** What was done to the pins, in order. */
const createPins = () => {
  const done: string[] = [];
  const levels = new Map<number, boolean>();
  let watcher: ((event: WatchEvent) => void) | undefined;
  class Pin {
    readonly number: number;
    constructor(number: number) {
      this.number = number;
    }
    read = () => levels.get(this.number) ?? false;
    toggle = () => false;
  }
  const pins: EspruinoPins = {
    Pin,
    digitalWrite: (pin, level) =>
      void done.push(`${(pin as Pin).number} ${level ? "high" : "low"}`),
    pinMode: (pin, mode) => void done.push(`${(pin as Pin).number} ${mode}`),
    setWatch: (handler, pin, { repeat, edge }) => {
      done.push(`${(pin as Pin).number} watch ${edge} ${repeat}`);
      watcher = handler;
      return 1;
    },
  };
  return { pins, done, levels, fire: (event: WatchEvent) => watcher?.(event) };
};

describe("pins", () => {
  test.each([
    [false, ["5 low", "5 high", "5 low"]],
    [true, ["5 high", "5 low", "5 high"]],
  ])("an output (active low: %s) is inactive from the first moment", (activeLow, expected) => {
    const { pins, done } = createPins();
    const wiring = { pin: 5, activeLow };
    writePin(pins, wiring, false);
    writePin(pins, wiring, true);
    writePin(pins, wiring, false);
    expect(done).toEqual(expected);
  });

  test.each([
    [false, "input_pulldown"],
    [true, "input_pullup"],
  ])("an input (active low: %s) keeps its own pull while it is watched", (activeLow, mode) => {
    const { pins, done } = createPins();
    const wiring = { pin: 27, activeLow };
    takeInput(pins, wiring);
    watchPin(pins, wiring, () => undefined);
    expect(done).toEqual([`27 ${mode}`, "27 watch both true", `27 ${mode}`]);
  });

  test("an edge has the time of its interrupt, in uptime", () => {
    const { pins, fire, levels } = createPins();
    const wiring = { pin: 27, activeLow: true };
    const edges: Edge[] = [];
    watchPin(
      pins,
      wiring,
      createWatch(wiring, 100, (edge) => edges.push(edge)),
    );
    fire({ state: false, time: 102.5 });
    fire({ state: true, time: 103 });
    expect(edges).toEqual([
      { active: true, at: 2500 },
      { active: false, at: 3000 },
    ]);
    levels.set(27, true);
    expect(readPin(pins, wiring)).toBe(false);
  });
});

describe("serial", () => {
  const createLine = (wiring: { rx: number; tx?: number; sevenEven?: boolean }) => {
    const heedful = new Set<(bytes: string) => void>();
    let setup: EspruinoSerialOptions | undefined;
    const serial: EspruinoSerial = {
      setup: (_baud, options) => (setup = options),
      on: (_event, handler) => heedful.add(handler),
      removeAllListeners: () => heedful.clear(),
      write: () => undefined,
    };
    setUpLine(createPins().pins, serial, { port: 3, baud: 9600, ...wiring });
    const port = createSerialPort(serial, wiring.sevenEven === true);
    const deliver = (bytes: string): void => heedful.forEach((it) => it(bytes));
    return { port, setup, deliver };
  };

  test("a listening line takes no other pin for sending", () => {
    expect(createLine({ rx: 16 }).setup).toMatchObject({ rx: { number: 16 }, tx: { number: 16 } });
    expect(createLine({ rx: 16, tx: 17 }).setup).toMatchObject({ tx: { number: 17 } });
    expect(() => createLine({ rx: 34 })).toThrow("below 34");
  });

  test("seven bits and even parity, or eight and none", () => {
    const even = { bytesize: 7, parity: "even", stopbits: 1 };
    expect(createLine({ rx: 16, sevenEven: true }).setup).toMatchObject(even);
    expect(createLine({ rx: 16 }).setup).toMatchObject({ bytesize: 8, parity: "none" });
  });

  test("a parity bit that came along is taken off, and bytes of eight bits are left alone", () => {
    const heard: string[] = [];
    const even = createLine({ rx: 16, sevenEven: true });
    even.port.listen((bytes) => heard.push(bytes));
    even.deliver("\x02\xc1B\x03");
    const eight = createLine({ rx: 16 });
    eight.port.listen((bytes) => heard.push(bytes));
    eight.deliver("\xc1");
    expect(heard).toEqual(["\x02AB\x03", "\xc1"]);
  });

  test("what comes while nobody listens is lost, and nothing keeps it", () => {
    const heard: string[] = [];
    const { port, deliver } = createLine({ rx: 16 });
    deliver("a");
    port.listen((bytes) => heard.push(bytes));
    deliver("b");
    port.deafen();
    deliver("c");
    expect(heard).toEqual(["b"]);
  });
});

test("chips on the same wires share a bus, and a third pair of wires is refused", () => {
  const set: unknown[] = [];
  const port = {
    setup: (options: unknown) => set.push(options),
    writeTo: () => undefined,
    readFrom: () => new Uint8Array(1),
    readReg: () => Uint8Array.of(7),
  };
  const buses = { pins: createPins().pins, ports: [port, { ...port }] };
  const taken: I2CWiring[] = [];
  const first = busOf(buses, taken, { sda: 21, scl: 22 });
  expect(busOf(buses, taken, { sda: 21, scl: 22 })).toBe(first);
  expect(first.readReg(0x29, 0x12, 1)).toEqual(Uint8Array.of(7));
  expect(busOf(buses, taken, { sda: 25, scl: 26 })).not.toBe(first);
  expect(() => busOf(buses, taken, { sda: 32, scl: 33 })).toThrow("2 I2C buses");
  expect(set.length).toBe(2);
});

describe("restarts", () => {
  const quiet = { Pin: class {} as never, digitalWrite: () => undefined };

  test("who restarts on purpose is remembered once", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    let reboots = 0;
    const e = { reboot: () => reboots++ } as never;
    restartBecause(e, storage, quiet, "crash");
    expect(reboots).toBe(1);
    expect(readRestartReason(storage, () => 12)).toBe("crash");
    expect(readRestartReason(storage, () => 1)).toBe("power");
  });

  test.each([
    ["power", 1],
    ["watchdog", 12],
    ["watchdog", 0xfff_ffcc],
    ["brown-out", 15],
    ["power", 5],
    ["power", 16],
  ])("without a note it was %s when the chip says %d", (reason, register) => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    expect(readRestartReason(storage, () => register)).toBe(reason);
  });

  test("a chip that does not say had no power", () => {
    expect(readRestartReason(createStorage(createFakeFlash(10_000).storage), undefined)).toBe(
      "power",
    );
  });

  test("every restart, and the loader, de-energise the relays first", () => {
    const storage = createStorage(createFakeFlash(10_000).storage);
    const { pins, done } = createPins();
    releaseRelays(storage, pins);
    expect(done).toEqual([]);
    const relays = [
      { output: { pin: 23 } },
      { output: { pin: 32, activeLow: true } },
    ] as unknown as RelayFile[];
    rememberRelays(storage, relays);
    const free = storage.free();
    rememberRelays(storage, relays);
    expect(storage.free()).toBe(free);
    restartBecause({ reboot: () => done.push("reboot") } as never, storage, pins, "asked");
    expect(done).toEqual(["23 low", "32 high", "reboot"]);
    rememberRelays(storage, []);
    releaseRelays(storage, pins);
    expect(done.length).toBe(3);
  });

  test("exceptions are counted, the last one is kept short; lost memory asks for a restart", () => {
    const told: string[] = [];
    let restarts = 0;
    let uncaught: (error: unknown) => void = () => undefined;
    let flagged: (flags: readonly string[]) => void = () => undefined;
    const mishaps = watchMishaps(
      { on: (_event: string, handler: typeof flagged) => (flagged = handler) } as never,
      { on: (_event: string, handler: typeof uncaught) => (uncaught = handler) } as never,
      { tell: (line) => told.push(line), outOfMemory: () => restarts++ },
    );
    for (const thrown of [new Error("x".repeat(999)), "text", undefined, null, 7]) uncaught(thrown);
    expect(mishaps).toEqual({ count: 5, last: "7" });
    expect(told[0]?.length).toBeLessThan(250);
    expect(told.slice(1)).toEqual([
      "Uncaught text",
      "Uncaught undefined",
      "Uncaught null",
      "Uncaught 7",
    ]);
    flagged(["CALLBACK", "FIFO_FULL"]);
    expect(restarts).toBe(0);
    flagged(["LOW_MEMORY", "MEMORY"]);
    expect(restarts).toBe(1);
  });
});
