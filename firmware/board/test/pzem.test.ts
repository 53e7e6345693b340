import { readFileSync } from "node:fs";
import type { SensorId } from "@battant/protocol/vocabulary/ids";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PzemFile } from "../board-file.ts";
import { askModbus, checked, crc16, readAnswer, readRequest } from "../drivers/modbus.ts";
import { PZEM_REQUEST, readPzem } from "../drivers/pzem.ts";
import type { Sample } from "../sample.ts";
import { pzem } from "../sensors/pzem.ts";
import { bytesOf, createSensorBench, cut, type SensorBench } from "./sensor-bench.ts";

// Goal: what the meter answers is read rightly or not at all, and the board goes on asking.
// Method: frames from vectors; then answers that come in pieces, too late, wrong or not at all.

type Answer = {
  readonly src: string;
  readonly hex: string;
  readonly v?: number;
  readonly i?: number;
  readonly p?: number;
  readonly e_wh?: number;
  readonly reject?: true;
  readonly exception?: number;
};

type Vectors = {
  readonly modbus_crc16: readonly { readonly [name: string]: string }[];
  readonly pzem004t_v3: readonly Answer[];
};

const vectors = JSON.parse(
  readFileSync(new URL("./fixtures/pzem.json", import.meta.url), "utf8"),
) as Vectors;

const crcs = Object.assign({}, ...vectors.modbus_crc16) as { readonly [name: string]: string };

test("the check of the ASCII digits is the one that everybody quotes", () => {
  expect(crc16(crcs["ascii"]!).toString(16)).toBe(crcs["crc"]);
});

const requests: readonly (readonly [name: string, frame: string])[] = [
  ["frame_read10_addr1", readRequest({ address: 1, register: 0, count: 10 })],
  ["frame_read10_F8", readRequest(PZEM_REQUEST)],
  ["reset_energy_addr1", checked("\x01\x42")],
  ["set_addr_bcast_1", checked("\x00\x06\x00\x02\x00\x01")],
  ["sdm_read_V_addr1", readRequest({ address: 1, register: 0, count: 2 })],
];

for (const [name, frame] of requests) {
  test(`${name} is ${crcs[name]}`, () => {
    expect(frame).toBe(bytesOf(crcs[name]!));
  });
}

const expectedOf = (answer: Answer): unknown => {
  if (answer.reject === true) return { ok: false, problem: "garbled" };
  if (answer.exception !== undefined) return { ok: false, problem: "refused" };
  const sample = { voltage: answer.v, current: answer.i, power: answer.p, energy: answer.e_wh };
  return { ok: true, value: sample };
};

for (const answer of vectors.pzem004t_v3) {
  test(`${answer.src} is read as it should be`, () => {
    const read = readAnswer(10, bytesOf(answer.hex));
    expect(read.ok ? { ok: true, value: readPzem(read.value) } : read).toEqual(expectedOf(answer));
  });
}

const LOADED = bytesOf(vectors.pzem004t_v3[0]!.hex);

test("one flipped bit anywhere is noticed", () => {
  for (let bit = 0; bit < LOADED.length * 8; bit++) {
    const at = bit >> 3;
    const byte = String.fromCharCode(LOADED.charCodeAt(at) ^ (1 << (bit & 7)));
    const read = readAnswer(10, LOADED.slice(0, at) + byte + LOADED.slice(at + 1));
    expect(read, `bit ${bit}`).toEqual({ ok: false, problem: "garbled" });
  }
});

test("a sound answer to another question is garbled", () => {
  expect(readAnswer(2, LOADED)).toEqual({ ok: false, problem: "garbled" });
  expect(readAnswer(10, checked("\x01\x06\x00\x02\x00\x01"))).toEqual({
    ok: false,
    problem: "garbled",
  });
});

test("no bytes make it throw, and none that are not checked are believed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(readAnswer(10, String.fromCharCode(...bytes)).ok).toBe(false);
    }),
  );
});

const ask = (bench: SensorBench): (Sample<string> | undefined)[] => {
  const port = bench.hardware.serial({ port: 3, rx: 16, tx: 17, baud: 9600 });
  const answers: (Sample<string> | undefined)[] = [];
  const line = { port, timers: bench.hardware.timers };
  askModbus(line, PZEM_REQUEST, (answer) => answers.push(answer));
  return answers;
};

test("an answer in pieces is one answer, ended by 50 ms of silence", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
      const bench = createSensorBench();
      const answers = ask(bench);
      bench.pass(120);
      for (const piece of cut(LOADED, places)) {
        bench.line.feed(piece);
        bench.pass(20);
      }
      expect(answers).toEqual([]);
      bench.pass(50);
      expect(answers).toEqual([{ ok: true, value: LOADED.slice(3, -2) }]);
      expect(bench.line.isListening()).toBe(false);
      expect(bench.timers()).toBe(0);
    }),
  );
});

const failures: readonly (readonly [what: string, bytes: string, problem: string])[] = [
  ["no answer", "", "no-response"],
  ["half an answer", LOADED.slice(0, 12), "garbled"],
  ["one byte", "\x01", "garbled"],
  ["noise before the answer", `\x00${LOADED}`, "garbled"],
  ["a line that babbles", "U".repeat(1000), "garbled"],
  ["an exception", bytesOf("018402c2c1"), "refused"],
];

for (const [what, bytes, problem] of failures) {
  test(`${what} is ${problem}, said once`, () => {
    const bench = createSensorBench();
    const answers = ask(bench);
    bench.line.feed(bytes);
    bench.pass(600);
    bench.line.feed(LOADED);
    expect(answers).toEqual([{ ok: false, problem }]);
    expect(bench.timers()).toBe(0);
  });
}

test("a line that never falls silent is garbled as soon as it is longer than any answer", () => {
  const bench = createSensorBench();
  const answers = ask(bench);
  for (let i = 0; i < 100; i++) {
    bench.line.feed("U");
    bench.pass(10);
  }
  expect(answers).toEqual([{ ok: false, problem: "garbled" }]);
  expect(bench.line.isListening()).toBe(false);
});

test("a line that cannot be written to is one that does not answer", () => {
  const bench = createSensorBench();
  bench.line.onWrite = () => {
    throw new Error("the port is closed");
  };
  const answers = ask(bench);
  bench.pass(600);
  expect(answers).toEqual([{ ok: false, problem: "no-response" }]);
});

const file: PzemFile = {
  kind: "pzem",
  sensor: "stairwell-meter" as SensorId,
  wiring: { port: 3, rx: 16, tx: 17, baud: 9600 },
};

test("a meter at work: each quantity when it is worth it, and never what was not understood", () => {
  const bench = createSensorBench();
  const running = bench.start(pzem, file);
  expect(pzem.sources(file).map((it) => it.quantity)).toEqual([
    "voltage",
    "current",
    "active-power",
    "energy",
  ]);
  const answers = [LOADED, LOADED, "", bytesOf("018402c2c1"), bytesOf(vectors.pzem004t_v3[3]!.hex)];
  expect(running.tell()).toBe("not asked yet, 0 of 0 failed");
  for (const answer of answers) {
    bench.pass(9_900);
    bench.line.feed(answer);
    bench.pass(100);
    bench.line.feed(answer);
    bench.pass(0);
  }
  bench.pass(9_000);
  expect(bench.line.written).toEqual(answers.map(() => readRequest(PZEM_REQUEST)));
  expect(bench.reports).toEqual(["10 0 225.7", "10 1 0.108", "10 2 24.4", "10 3 38", "50 2 0"]);
  expect(running.tell()).toBe("229.7 V 0 A 0 W 42 Wh, 2 of 5 failed");
});
