import { instant } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv, UnusableCsv } from "../src/backtest/csv.ts";
import { createWallClock } from "../src/cli/times.ts";
import { SENSOR } from "./building.ts";

// Goal: a table as people have it is read, whatever program saved it; what cannot be read is named by
// its line and left out; and no table, however long, fills the memory.
// Method: tables as text, cut into parts at any place.

const clock = createWallClock("Europe/Paris");

async function* parts(text: string, size = 7): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
}

async function read(text: string, { size = 7, named = true } = {}) {
  const { readings, facts } = readCsv(parts(text, size), {
    timeOf: (it) => clock.read(it, instant(0)),
    sensor: named ? undefined : { board: SENSOR, sensor: "light" as never },
  });
  const rows: string[] = [];
  for await (const page of readings) {
    for (const { at, board, sensor, quantity, value } of page) {
      rows.push(`${new Date(at).toISOString()} ${board}/${sensor} ${quantity} ${value}`);
    }
  }
  return { rows, facts };
}

const ROW = "2026-06-21T12:30:00.000Z hall-1/light illuminance 1234.5";

const manners: readonly [who: string, text: string][] = [
  ["ISO", "time,board,sensor,value\n2026-06-21T12:30:00Z,hall-1,light,1234.5\n"],
  ["no last line end", "time,board,sensor,value\n2026-06-21T12:30:00Z,hall-1,light,1234.5"],
  [
    "battant readings export",
    "time,board,sensor,quantity,value,unit\n2026-06-21T14:30:00.000+02:00,hall-1,light,illuminance,1234.5,lx\n",
  ],
  [
    "battant readings export --excel",
    "\ufefftime;local_time;board;sensor;quantity;value;unit\r\n2026-06-21T14:30:00.000+02:00;2026-06-21 14:30:00;hall-1;light;illuminance;1234,5;lx\r\n",
  ],
  [
    "a French Excel",
    "\ufeffHeure;Carte;Capteur;Valeur\r\n\r\n21/06/2026 14:30;hall-1;light;1 234,5\r\n;;;\r\n",
  ],
  [
    "a French Excel, with seconds",
    "date;carte;capteur;lux\n21/06/2026 14:30:00;hall-1;light;1\u202f234,5\n",
  ],
  ["tabs", "value\tsensor\tboard\ttime\n1234.5\tlight\thall-1\t2026-06-21T14:30\n"],
  ["quotes", 'time,board,sensor,value\n"2026-06-21 14:30:00","hall-1","light","1234,5"\n'],
];

test.each(manners)("%s", async (_, text) => {
  for (const size of [1, 7, 4096]) {
    const { rows, facts } = await read(text, { size });
    expect([rows, facts.problems]).toEqual([[ROW], []]);
  }
});

test("a table of time and value alone is about the zone that was named", async () => {
  const { rows } = await read("utc,lux\n2026-06-21T12:30:00Z,7\n", { named: false });
  expect(rows).toEqual([`2026-06-21T12:30:00.000Z ${SENSOR}/light illuminance 7`]);
});

test("what cannot be read is left out, with its line and the reason", async () => {
  const { rows, facts } = await read(
    [
      "time,board,sensor,quantity,value",
      "yesterday,hall-1,light,illuminance,1",
      "2026-02-30T10:00Z,hall-1,light,illuminance,1",
      "2026-06-21T12:30:00Z,hall-1,light,illuminance,1234.5",
      "2026-06-21T12:31:00Z,hall-1,light,illuminance,#N/A",
      "2026-06-21T12:31:00Z,hall-1,light,illuminance,-3",
      "2026-06-21T12:31:00Z,hall-1,light,illuminance,200000",
      "2026-06-21T12:31:00Z,Hall 1,light,illuminance,5",
      "2026-06-21T12:31:00Z,hall-1,light,brilliance,5",
      "2026-06-21T12:31:00Z,hall-1",
      "2026-06-21T12:31:00Z,meter,linky,energy,5",
      "21/06/2026,hall-1,light,illuminance,",
    ].join("\n"),
  );
  expect(rows).toEqual([ROW]);
  expect(facts.problems.map(({ line, problem }) => `${line} ${problem.en}`)).toEqual([
    "2 the time cannot be read; write 2026-06-21T14:30:00 or 21/06/2026 14:30",
    "3 the time cannot be read; write 2026-06-21T14:30:00 or 21/06/2026 14:30",
    "5 the value is no number",
    "6 the value is outside of what a sensor can measure",
    "7 the value is outside of what a sensor can measure",
    "8 the board or the sensor has no valid name (a-z, 0-9 and -)",
    "9 unknown quantity; for light, write illuminance",
    "10 unknown quantity; for light, write illuminance",
    "12 the value is no number",
  ]);
  expect(facts).toMatchObject({ rows: 11, wrong: 9 });
});

const refusals: readonly [what: string, text: string, told: RegExp][] = [
  ["no columns", "a,b,c\n1,2,3\n", /must name the columns/],
  ["no board", "time,value\n2026-06-21,1\n", /--zone/],
  ["one endless line", `time,board,sensor,value\n${"x".repeat(5000)}`, /line 2 is too long/],
];

test.each(refusals)("%s: refused as a whole", async (_, text, told) => {
  await expect(read(text, { size: 64 })).rejects.toThrow(UnusableCsv);
  await expect(read(text, { size: 64 })).rejects.toThrow(told);
});

test("rows that come late are put in order, and a table that is in no order is refused", async () => {
  const head = "time,board,sensor,value\n";
  const row = (minute: number, value: number): string =>
    `${new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString()},hall-1,light,${value}\n`;
  let late = head;
  for (let n = 0; n < 120_000; n++) late += row(n ^ 0x3ff, n);
  const { rows } = await read(late, { size: 65_536 });
  expect(rows).toHaveLength(120_000);
  expect(rows).toEqual(rows.toSorted());

  let grouped = head;
  for (const board of [0, 1]) for (let n = 0; n < 110_000; n++) grouped += row(n, board);
  await expect(read(grouped, { size: 65_536 })).rejects.toThrow(/line 110002 .* sort the table/);
});

test("no text at all makes it fail in any other way than by a refusal", async () => {
  const failures: Error[] = [];
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc
      .array(fc.string({ maxLength: 60 }), { maxLength: 20 })
      .map((rows) => `time,board,sensor,value\n${rows.join("\n")}`),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 50 }), async (it, size) => {
      const outcome = await read(it, { size }).catch((problem: unknown) => problem);
      if (outcome instanceof Error && !(outcome instanceof UnusableCsv)) failures.push(outcome);
    }),
    { numRuns: 300 },
  );
  expect(failures).toEqual([]);
});
