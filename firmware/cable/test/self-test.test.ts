import { encodeMembership } from "@battant/board/espruino/membership";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { expect, onTestFinished, test, vi } from "vitest";
import { buildParts } from "../../flash/host/board.ts";
import { createVmBoard } from "../../flash/host/vm.ts";
import { isStillWaiting, parseSelfTest } from "../self-test.ts";

// Goal: what a board says of itself is read back without loss, and a sensor that cannot be right is
// told from one that is.
// Method: the words of a board by hand, in tables; then a board program as it was built, in a vm.

const told = (...sensors: readonly string[]): string =>
  [
    ">battant.test()",
    "Battant 0.1.0, relay-light",
    "started by: power",
    "Wi-Fi: -61 dBm",
    "hub: reached",
    "variables: 1300 of 2500 free",
    "exceptions: 0 ",
    "I2C, SDA 21, SCL 22: 0x23, 0x5c",
    ...sensors,
    "",
    "=undefined",
    ">",
  ].join("\r\n");

test("everything that is said is read", () => {
  expect(parseSelfTest(told("light: 412.5 lx"))).toEqual({
    program: "0.1.0",
    model: "relay-light",
    startedBy: "power",
    signal: -61,
    hubProblem: undefined,
    variablesFree: 1300,
    variables: 2500,
    exceptions: 0,
    buses: [{ sda: 21, scl: 22, addresses: [0x23, 0x5c] }],
    sensors: [{ sensor: "light", answer: "412.5 lx", isGood: true }],
  });
});

test("a board without Wi-Fi, without hub, with an empty bus and a long exception is read as well", () => {
  const text = told("light: no-response")
    .replace("-61 dBm", "not connected")
    .replace("hub: reached", "hub: not reached, broker does not answer")
    .replace("0x23, 0x5c", "nobody answers")
    .replace("exceptions: 0 ", "exceptions: 2 Cannot read\r\nat: somewhere\r\n    ^");
  expect(parseSelfTest(text)).toMatchObject({
    signal: undefined,
    hubProblem: "broker does not answer",
    exceptions: 2,
    buses: [{ addresses: [] }],
    sensors: [{ sensor: "light", isGood: false }],
  });
  expect(parseSelfTest(text.replace(", broker does not answer", " yet"))?.hubProblem).toBe(
    "not reached yet",
  );
});

test("of two tests the later one counts", () => {
  const text = `${told("light: 1 lx")}${told("light: 2 lx")}`;
  expect(parseSelfTest(text)?.sensors).toEqual([{ sensor: "light", answer: "2 lx", isGood: true }]);
});

const spoilt: readonly [name: string, from: string, to: string][] = [
  ["its first line", "Battant 0.1.0,", "Bat\x00ant 0.1.0"],
  ["why it started", "started by", "stxrted by"],
  ["its Wi-Fi", "-61 dBm", "-6Q dBm"],
  ["its hub", "hub: reached", "hub: re%ched"],
  ["its memory", "1300 of 2500", "1300 if 2500"],
];

test.each(spoilt)("a test whose noise hides %s is none", (_, from, to) => {
  expect(parseSelfTest(told("light: 1 lx").replace(from, to))).toBeUndefined();
});

const answers: readonly [answer: string, isGood: boolean][] = [
  ["0 lx", true],
  ["120000 lx", true],
  ["120000.1 lx", false],
  ["-1 lx", false],
  ["1.2.3 lx", false],
  ["no-response", false],
  ["saturated", false],
  ["garbled", false],
  ["not looked yet", false],
  ["does not start: Error: no such pin", false],
  ["settling", true],
  ["no movement", true],
  ["movement", true],
  ["nobody", true],
  ["moving and still", true],
  ["silent at 256000 baud", false],
  ["0 pulses", true],
  ["12 pulses, flash is full", false],
  ["nothing yet", false],
  ["nothing at 1200 baud", false],
  ["historique, 11 groups good, 0 bad", true],
  ["standard, 3 groups good, 40 bad", false],
  ["230.4 V 0.5 A 87 W 1234 Wh, 0 of 4 failed", true],
  ["12 V 0.5 A 87 W 1234 Wh, 0 of 4 failed", false],
  ["230.4 V 150 A 87 W 1234 Wh, 0 of 4 failed", false],
  ["not asked yet, 0 of 0 failed", false],
  ["no answer, 4 of 4 failed", false],
];

test.each(answers)("%j is good: %j", (answer, isGood) => {
  expect(parseSelfTest(told(`it: ${answer}`))?.sensors).toEqual([{ sensor: "it", answer, isGood }]);
});

test("a sensor that had no time to look is told from one that is silent", () => {
  const waiting = answers.filter(([answer, isGood]) =>
    isStillWaiting({ sensor: "it", answer, isGood }),
  );
  expect(waiting.map(([answer]) => answer)).toEqual([
    "not looked yet",
    "nothing yet",
    "not asked yet, 0 of 0 failed",
  ]);
});

const models: readonly [model: string, sensors: readonly string[]][] = [
  ["relay-light", ["light"]],
  ["presence", ["motion"]],
  ["energy-pzem", ["circuit"]],
  ["relay", []],
];

test.each(models)("the test of a %s as it was built is read back", async (model, sensors) => {
  const parts = await buildParts(model);
  const board = await createVmBoard({ parts, speed: 20 });
  onTestFinished(() => board.close());
  const membership = {
    board: "hall-1" as BoardId,
    broker: { host: "127.0.0.1", port: 1 },
    password: "p",
    key: "k".repeat(32),
  };
  await board.install("membership", encodeMembership(membership));
  if (model === "relay-light") board.world.illuminance(412);
  await board.start();
  const settled = async () => {
    await board.ask("battant.test()");
    const read = parseSelfTest(board.console());
    expect(read).toMatchObject({ model, startedBy: "power" });
    expect(read!.hubProblem).toBe("no connection");
    expect(read!.sensors.map(({ sensor }) => sensor)).toEqual(sensors);
    expect(read!.sensors.some(isStillWaiting)).toBe(false);
    return read!;
  };
  const read = await vi.waitFor(settled, { timeout: 20_000, interval: 200 });
  if (model === "relay-light") {
    expect(read.sensors[0]).toMatchObject({
      isGood: true,
      answer: expect.stringMatching(/^4\d\d/),
    });
    expect(read.buses).toEqual([{ sda: 21, scl: 22, addresses: [0x23] }]);
  }
  if (model === "energy-pzem") expect(read.sensors[0]!.isGood).toBe(false);
});
