import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import { recordsIn } from "../src/adapters/sqlite/circuits.ts";
import type { Embedded } from "../src/adapters/sqlite/journal.ts";
import { openForReading } from "../src/adapters/sqlite/schema.ts";
import type { CircuitState } from "../src/domain/circuit.ts";
import type { Records } from "../src/proof/question.ts";
import { handClock, NOON, reading } from "./journal-readings.ts";
import { open, temporaryFolder, until } from "./journal-scene.ts";

// Goal: how circuits were is on the disk in the order in which it was written, with what nobody saw.
// Method: the real journal; what is in its file, read over a second connection.

const HALL = "hall" as ZoneId;
const LIT: CircuitState = {
  lit: true,
  inhibited: false,
  daylight: "sufficient",
  because: undefined,
  mode: "observe",
};
const at = (minute: number) => instant(NOON + minutes(minute));
const EVER = { from: instant(0), to: instant(NOON + hours(24 * 5000)) };

const write = (it: Embedded, minute: number, state: Partial<CircuitState> = {}): void =>
  it.circuits.append({ at: at(minute), zone: HALL, state: { ...LIT, ...state } });

/** Received at `minute`; resolves once it and all that was noted before it is on the disk. */
const takeIn = (it: Embedded, minute: number) =>
  it.journal.append([reading(1000 + minute, { at: at(minute), received: at(minute) })]);

const inFile = <Result>(path: string, look: (records: Records) => Result): Result => {
  const db = openForReading(path);
  try {
    return look(recordsIn(db));
  } finally {
    db.close();
  }
};

test("what is written is read again, the unknown as unknown", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const it = await open({ path });
  const states: readonly CircuitState[] = [
    LIT,
    { ...LIT, lit: false, inhibited: true, mode: "act" },
    { ...LIT, lit: undefined, daylight: "unknown", because: "sensor-silent", mode: "off" },
  ];
  for (const [minute, state] of states.entries()) write(it, minute, state);
  await takeIn(it, 5);
  const rows = inFile(path, (records) => records.circuits(HALL, EVER));
  expect(rows.toSorted((a, b) => a.at - b.at)).toEqual(
    states.map((state, minute) => ({ ...state, at: at(minute), written: minute + 1 })),
  );
  const some = inFile(path, (records) => records.circuits(HALL, { from: at(1), to: at(2) }));
  expect(some.map((row) => row.at)).toEqual([at(1)]);
  expect(inFile(path, (records) => records.circuits("roof" as ZoneId, EVER))).toEqual([]);
});

test("the first hub of a building breaks off nothing", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const it = await open({ path });
  await takeIn(it, 0);
  write(it, 1);
  await takeIn(it, 2);
  expect(inFile(path, (records) => records.breaks(EVER))).toEqual([]);
});

const restarts: readonly [what: string, reading: number, record: number, from: number][] = [
  ["the last reading that a killed hub took in, if that is later", 40, 10, 40],
  ["its last record, if that is later", 5, 10, 10],
];

test.each(restarts)(
  "after a restart the break begins with %s",
  async (_, received, written, from) => {
    const path = join(temporaryFolder(), "journal.db");
    const killed = await open({ path });
    write(killed, written);
    await takeIn(killed, received);

    const next = await open({ path });
    await takeIn(next, 88); // Readings of the new run are no sign of the old one.
    write(next, 90);
    write(next, 91, { lit: false });
    await takeIn(next, 92);
    expect(inFile(path, (records) => records.breaks(EVER))).toEqual([
      { from: at(from), to: at(90), written: 1.5 },
    ]);
  },
);

test("a clock put back stands between what was written before and after", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const it = await open({ path });
  write(it, 100);
  it.circuits.brokeOff({ from: at(110), to: at(50) });
  write(it, 50);
  await takeIn(it, 51);
  const found = inFile(path, (records) => ({
    touching: records.breaks({ from: at(60), to: at(70) }),
    elsewhere: records.breaks({ from: at(120), to: at(130) }),
  }));
  expect(found).toEqual({
    touching: [{ from: at(110), to: at(50), written: 1.5 }],
    elsewhere: [],
  });
});

test("when a zone acted and when it only observed is found without reading all of it", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const it = await open({ path });
  const modes = ["observe", "observe", "act", "act", "off", "observe", "act", "act"] as const;
  for (const [minute, mode] of modes.entries()) write(it, minute, { mode });
  await takeIn(it, 20);
  expect(inFile(path, (records) => records.stretches(HALL, at(60)))).toEqual({
    first: at(0),
    firstActing: at(2),
    latestIdle: { from: at(4), to: at(6) },
  });
  expect(inFile(path, (records) => records.stretches(HALL, at(2)))).toEqual({
    first: at(0),
    firstActing: undefined,
    latestIdle: { from: at(0), to: at(2) },
  });
});

test("records stay for ten years, much longer than decisions", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const clock = handClock();
  const it = await open({ path, clock });
  const evidence = { target: lux(150), threshold: lux(225) };
  write(it, 0);
  write(it, 1, { lit: false });
  it.circuits.brokeOff({ from: at(2), to: at(3) });
  it.decisions.append({
    at: at(0),
    zone: HALL,
    decision: { kind: "allow", because: "too-dark", evidence },
  });
  await takeIn(it, 5);
  const left = () =>
    inFile(path, (records) => [records.circuits(HALL, EVER).length, records.breaks(EVER).length]);

  clock.set(instant(NOON + hours(24 * 3649)));
  clock.ring();
  await until(async () => (await it.ask("decisions", EVER)).length === 0);
  expect(left()).toEqual([2, 1]);
  clock.set(instant(NOON + hours(24 * 3651)));
  clock.ring();
  // The newest stays: what a restarted hub writes next is placed after it.
  await expect.poll(left).toEqual([1, 0]);
});

test("a journal from before there were such records is brought up, and keeps what it has", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const before = await open({ path });
  await takeIn(before, 1);
  await before.journal.close();
  const db = new DatabaseSync(path);
  db.exec("DROP TABLE circuit; DROP TABLE break; PRAGMA user_version = 1");
  db.close();

  const it = await open({ path });
  write(it, 2);
  await takeIn(it, 3);
  expect(inFile(path, (records) => records.circuits(HALL, EVER))).toHaveLength(1);
  expect((await it.journal.after(0, 10)).readings).toHaveLength(2);
});
