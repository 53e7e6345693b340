import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { replay } from "../replay/replay.ts";
import { openTrace } from "../src/adapters/files/trace.ts";
import { wire } from "../src/domain/building.ts";
import type { Decision } from "../src/domain/decision.ts";
import type { Clock } from "../src/ports.ts";
import { createRuntime } from "../src/runtime.ts";
import { openingLine } from "../src/snapshot.ts";
import { BOOT, NOON, RELAY, SENSOR, siteOf, stairs } from "./building.ts";

// Goal: a recorded day, lived again, gives the same decisions; another code's day is told apart.
// Method: a runtime on a hand-wound clock writes a real trace file, which `replay` then reads.

function handWound(from: Instant): Clock & { pass(ms: number): void } {
  let now = from;
  const timers: { period: number; next: number; action: () => void }[] = [];
  return {
    now: () => now,
    every: (period, action) => {
      const timer = { period, next: now + period, action };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
    pass: (ms) => {
      const end = now + ms;
      while (now < end) {
        now = instant(Math.min(end, ...timers.map((timer) => timer.next)));
        for (const timer of timers.filter((it) => it.next <= now)) {
          timer.next += timer.period;
          timer.action();
        }
      }
    },
  };
}

async function recordedDay(clock = handWound(NOON)) {
  const directory = mkdtempSync(join(tmpdir(), "battant-trace-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const wiring = wire(siteOf(stairs));
  const trace = await openTrace({
    directory,
    clock,
    keepDays: 7,
    opening: openingLine,
  });
  const decisions: Decision[] = [];
  const runtime = createRuntime({
    wiring,
    clock,
    trace,
    journal: { append: async (batch) => ({ ok: true, stored: batch.length, duplicates: 0 }) },
    decisions: { append: (record) => void decisions.push(record.decision) },
    onRefused: () => {},
  });
  runtime.start({
    lease: () => {},
    clock: () => {},
    settings: () => {},
    offer: () => {},
    chunk: () => {},
  });
  runtime.event({ kind: "availability", board: SENSOR, online: true });
  runtime.event({
    kind: "relay-reported",
    board: RELAY,
    relay: "main" as never,
    report: { boot: BOOT, state: "available", reason: "start", lit: true },
  });
  const light = async (count: number, illuminance: number): Promise<void> => {
    for (let minute = 0; minute < count; minute++) {
      clock.pass(minutes(1));
      const now = clock.now();
      await runtime.readings([
        {
          board: SENSOR,
          boot: BOOT,
          sequence: now,
          sensor: "light" as SensorId,
          quantity: "illuminance",
          value: illuminance + (minute % 3),
          at: now,
          received: now,
        },
      ]);
    }
  };
  return { directory, trace, runtime, decisions, light, clock };
}

const textOf = (directory: string): string[] =>
  readdirSync(directory)
    .toSorted()
    .map((name) => readFileSync(join(directory, name), "utf8"));

test("a recorded day replayed gives identical decisions", async () => {
  const day = await recordedDay();
  await day.light(15, 600);
  await day.light(5, 100);
  await day.light(30, 500);
  await day.trace.close();
  const [text] = textOf(day.directory);
  const result = replay(text!);
  expect(result).toMatchObject({ ok: true, differences: [] });
  if (result.ok) expect(result.decisions).toBe(day.decisions.length);
  expect(day.decisions.map((it) => it.because)).toContain("daylight-sufficient");
});

test("a trace that goes over midnight opens a new file with what was believed by then", async () => {
  const day = await recordedDay(handWound(instant(Date.UTC(2026, 5, 21, 23, 40))));
  await day.light(40, 0);
  await day.trace.close();
  const texts = textOf(day.directory);
  expect(texts).toHaveLength(2);
  for (const text of texts) expect(replay(text)).toMatchObject({ ok: true, differences: [] });
});

test("a decision that today's code would not take is shown with its line", async () => {
  const day = await recordedDay();
  await day.light(15, 600);
  await day.trace.close();
  const [text] = textOf(day.directory);
  const changed = text!.replace('"because":"daylight-sufficient"', '"because":"too-dark"');
  expect(changed).not.toBe(text);
  const result = replay(changed);
  expect(result.ok && result.differences).toHaveLength(1);
});

test("two power cuts in one day leave two half lines, and the day is still whole", async () => {
  const day = await recordedDay();
  await day.light(12, 600);
  await day.trace.close();
  const [text] = textOf(day.directory);
  const cut = text!.slice(0, -30);
  expect(replay(`${cut}\n${cut}\n${text}`)).toMatchObject({ ok: true, differences: [] });
});

test("a line that is no line in the middle of a day is not passed over", async () => {
  const day = await recordedDay();
  await day.light(12, 600);
  await day.trace.close();
  const [text] = textOf(day.directory);
  const lines = text!.split("\n");
  lines[10] = lines[10]!.slice(0, -4);
  expect(replay(lines.join("\n")).ok).toBe(false);
});

test("boards that no zone goes by are seen to, and leave no trace", async () => {
  const day = await recordedDay();
  const flat = "flat-1-meter" as never;
  const description = {
    contract: 1,
    boot: BOOT,
    model: "meter",
    program: "1",
    sensors: [],
    relays: [],
  };
  day.runtime.event({ kind: "availability", board: flat, online: true });
  day.runtime.event({ kind: "described", board: flat, description });
  await day.light(2, 600);
  await day.trace.close();
  expect(day.runtime.board(flat)).toMatchObject({ online: true, description: { model: "meter" } });
  expect(textOf(day.directory).join("")).not.toContain("flat");
});

test("half a line left by a power cut does not spoil the day", async () => {
  const day = await recordedDay();
  await day.light(12, 600);
  await day.trace.close();
  const [text] = textOf(day.directory);
  const cut = text!.slice(0, -30);
  expect(replay(`${cut}\n${text}`)).toMatchObject({ ok: true, differences: [] });
});

test.each([
  ["nothing", "", "the file is empty"],
  [
    "an event without opening",
    '{"at":1,"event":{"kind":"tick"}}',
    "does not begin with an opening",
  ],
])("%s is not a trace", (_, text, problem) => {
  const result = replay(text);
  expect(result.ok).toBe(false);
  if (!result.ok) expect(result.problem).toContain(problem);
});

test("old traces are removed", async () => {
  const clock = handWound(NOON);
  const day = await recordedDay(clock);
  await day.light(1, 5);
  for (let count = 0; count < 9; count++) {
    clock.pass(minutes(24 * 60));
    await setTimeout(5);
  }
  await day.trace.close();
  await expect.poll(() => readdirSync(day.directory).length).toBeLessThanOrEqual(9);
  expect(readdirSync(day.directory)).not.toContain("trace-2026-06-21.jsonl");
});
