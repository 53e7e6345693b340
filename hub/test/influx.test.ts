// Needs: influxd.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { BoardId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import { createInfluxStore, type InfluxOptions } from "../src/adapters/influx/store.ts";
import type { ReadingStore } from "../src/ports.ts";
import { type Influxd, startInfluxd } from "./influxd.ts";
import { reading, readings } from "./journal-readings.ts";

// Goal: points have the agreed shape, and whatever a server does, the answer is in time, in words,
// without the password, and says whether to try again.
// Method: a real server, killed and frozen; and a socket that breaks off where a real one would not.

const PASSWORD = "s3cret-passphrase";
const SERIES = { board: "stairs-a", sensor: "light", quantity: "illuminance" } as const;

let influxd: Influxd;
let databases = 0;

beforeAll(async () => {
  influxd = await startInfluxd();
});
afterAll(() => influxd.remove());

const optionsFor = (change: Partial<InfluxOptions> = {}): InfluxOptions => {
  databases += 1;
  return {
    url: influxd.url,
    database: `test_${databases}`,
    building: "demo",
    timezone: "Europe/Paris",
    zoneOf: (board) => (board === "meter" ? undefined : ("stairwell-a" as ZoneId)),
    retention: { rawDays: 3650, tenMinutesDays: 3650 },
    windows: async () => [],
    ...change,
  };
};

/** Asks the server itself, past our own client. */
async function ask(query: string, database: string): Promise<readonly Line[]> {
  const parameters = new URLSearchParams({ q: query, db: database, epoch: "ns" });
  const response = await fetch(`${influxd.url}/query?${parameters.toString()}`);
  // Nanoseconds do not fit into a double: as text.
  const text = (await response.text()).replaceAll(/\[(\d{16,}),/gu, '["$1",');
  const { results } = JSON.parse(text) as { results: [{ series?: Line[] }] };
  return results[0].series ?? [];
}

/** Returns when the server has done it. */
async function command(url: string, query: string): Promise<void> {
  const parameters = new URLSearchParams({ q: query });
  const response = await fetch(`${url}/query?${parameters.toString()}`, { method: "POST" });
  await response.text();
}

type Line = { readonly columns: readonly string[]; readonly values: readonly unknown[][] };

test("a point is named and tagged as agreed, its sequence number in the nanoseconds", async () => {
  const windows: ReadingStore["windows"] = async (_series, range) => [
    { start: range.from, count: 2, sum: 5, min: 1, max: 4, last: 4 },
  ];
  const options = optionsFor({ windows });
  const store = createInfluxStore(options);
  const at = instant(Date.UTC(2026, 9, 20, 12, 3));
  const meter = reading(2_000_042, { at, board: "meter" as BoardId, quantity: "energy", value: 7 });
  expect(await store.write([reading(41, { at, value: 2.5 }), meter])).toEqual({ ok: true });

  const from = (source: string) => ask(`SELECT * FROM ${source}`, options.database);
  expect(await from("raw.illuminance")).toMatchObject([
    {
      columns: ["time", "board", "building", "sensor", "value", "zone"],
      values: [[`${at}000041`, "stairs-a", "demo", "light", 2.5, "stairwell-a"]],
    },
  ]);
  expect(await from("raw.energy")).toMatchObject([
    {
      columns: ["time", "board", "building", "sensor", "value"],
      values: [[`${at}000042`, "meter", "demo", "light", 7]],
    },
  ]);
  const columns = [
    "time",
    "board",
    "building",
    "count",
    "last",
    "max",
    "min",
    "sensor",
    "sum",
    "zone",
  ];
  const summary = ["stairs-a", "demo", 2, 4, 4, 1, "light", 5, "stairwell-a"];
  const tenMinutes = `${Date.UTC(2026, 9, 20, 12)}000000`;
  const day = `${Date.UTC(2026, 9, 19, 22)}000000`;
  expect(await from("ten_minutes.illuminance")).toMatchObject([
    { columns, values: [[tenMinutes, ...summary]] },
  ]);
  expect(await from("day.illuminance")).toMatchObject([{ columns, values: [[day, ...summary]] }]);
});

const durations = async (database: string) => {
  const [line] = await ask(`SHOW RETENTION POLICIES ON ${database}`, database);
  const rows = line?.values ?? [];
  return Object.fromEntries(rows.map((row) => [row[0], row[1]]));
};

test("makes the database and its policies, and follows a changed setting", async () => {
  const options = optionsFor({ retention: { rawDays: 90, tenMinutesDays: 1095 } });
  const now = instant(Date.now());
  const fresh = [reading(1, { at: now })];
  expect(await createInfluxStore(options).write(fresh)).toEqual({ ok: true });
  const made = { raw: "2160h0m0s", ten_minutes: "26280h0m0s", day: "0s" };
  expect(await durations(options.database)).toMatchObject(made);

  const changed = { ...options, retention: { rawDays: 30, tenMinutesDays: 1095 } };
  expect(await createInfluxStore(changed).write(fresh)).toEqual({ ok: true });
  expect(await durations(options.database)).toMatchObject({ ...made, raw: "720h0m0s" });
});

test("a database that somebody dropped is made again", async () => {
  const options = optionsFor();
  const store = createInfluxStore(options);
  await store.write([reading(1)]);
  await command(influxd.url, `DROP DATABASE ${options.database}`);
  expect(await store.write([reading(2)])).toMatchObject({ ok: false, next: "retry" });
  expect(await store.write([reading(2)])).toEqual({ ok: true });
});

test("drops what is older than the server keeps, and only that", async () => {
  const store = createInfluxStore(optionsFor({ retention: { rawDays: 30, tenMinutesDays: 60 } }));
  const now = Date.now();
  const old = reading(1, { at: instant(now - hours(24 * 40)) });
  const young = reading(2, { at: instant(now - hours(1)) });
  expect(await store.write([old, young])).toMatchObject({
    ok: false,
    next: "drop",
    detail: expect.stringContaining("dropped=1"),
  });
  const always = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };
  const series = { ...SERIES, board: young.board, sensor: young.sensor };
  expect(await store.raw(series, always)).toEqual([{ at: young.at, value: young.value }]);
});

test("a time beyond the year 2262 is dropped, its neighbours are kept", async () => {
  const store = createInfluxStore(optionsFor());
  const far = reading(1, { at: instant(8e15) });
  expect(await store.write([far, reading(2)])).toMatchObject({ ok: false, next: "drop" });
  expect(await store.write([reading(2)])).toEqual({ ok: true });
});

test("tries again when the journal cannot be asked for its windows", async () => {
  const windows = () => Promise.reject(new Error("the journal's reader stopped"));
  const store = createInfluxStore(optionsFor({ windows }));
  expect(await store.write([reading(1)])).toEqual({
    ok: false,
    next: "retry",
    detail: "the journal's reader stopped",
  });
});

test("a server that is gone and back again is used again at once", async () => {
  const own = await startInfluxd();
  onTestFinished(() => own.remove());
  const store = createInfluxStore(optionsFor({ url: own.url }));
  expect(await store.write(readings(1, 10))).toEqual({ ok: true });
  await own.kill();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect(await store.write(readings(1, 10))).toMatchObject({
      ok: false,
      next: "retry",
      detail: expect.stringContaining("ECONNREFUSED"),
    });
  }
  await own.restart();
  expect(await store.write(readings(1, 20))).toEqual({ ok: true });
});

test("a server that takes the connection and says nothing is given up in time", async () => {
  const own = await startInfluxd();
  onTestFinished(() => own.remove());
  const store = createInfluxStore(optionsFor({ url: own.url, timeoutMs: 1000 }));
  expect(await store.write([reading(1)])).toEqual({ ok: true });
  own.freeze();
  expect(await store.write([reading(2)])).toMatchObject({ ok: false, next: "retry" });
  const range = { from: instant(0), to: instant(1) };
  await expect(store.raw({ ...SERIES, ...reading(1) }, range)).rejects.toThrow(
    /in time|within|out/u,
  );
  own.thaw();
  expect(await store.write([reading(2)])).toEqual({ ok: true });
});

test("words never carry the password", async () => {
  const own = await startInfluxd({ auth: true });
  onTestFinished(() => own.remove());
  await command(own.url, "CREATE USER boss WITH PASSWORD 'other' WITH ALL PRIVILEGES");

  const account = { username: "boss", password: PASSWORD };
  const outcome = await createInfluxStore(optionsFor({ url: own.url, account })).write([
    reading(1),
  ]);
  expect(outcome).toMatchObject({
    ok: false,
    next: "retry",
    detail: expect.stringContaining("authorization failed"),
  });
  const written = JSON.stringify(outcome);
  expect(written).not.toContain(PASSWORD);
  expect(written).not.toContain(Buffer.from(`boss:${PASSWORD}`).toString("base64"));

  const right = { ...account, password: "other" };
  const store = createInfluxStore(optionsFor({ url: own.url, account: right }));
  expect(await store.write([reading(1)])).toEqual({ ok: true });
  const inAddress = own.url.replace("http://", "http://boss:other@");
  expect(await createInfluxStore(optionsFor({ url: inAddress })).write([reading(1)])).toEqual({
    ok: true,
  });
});

/** A server that answers every request with `bytes` and then does `after` with the socket. */
async function strangeServer(bytes: string, after: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(bytes, () => after(socket)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return `http://127.0.0.1:${address.port}`;
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
const strange: readonly [name: string, bytes: string, after: (socket: Socket) => void][] = [
  ["breaks off in the middle of an answer", `${head}{"results":[`, (it) => it.destroy()],
  ["stops in the middle of an answer", `${head}{"results":[`, () => {}],
  ["closes without a word", "", (it) => it.destroy()],
  ["speaks another protocol", "220 mail.example ESMTP\r\n", () => {}],
  ["answers with something else", `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi`, () => {}],
  ["fails inside", `HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n`, () => {}],
];

for (const [name, bytes, after] of strange) {
  test(`a server that ${name} is tried again`, async () => {
    const url = await strangeServer(bytes, after);
    const store = createInfluxStore(optionsFor({ url, timeoutMs: 500 }));
    expect(await store.write([reading(1)])).toMatchObject({ ok: false, next: "retry" });
  });
}

test("refuses an address that is none, before anything is sent", () => {
  expect(() => createInfluxStore(optionsFor({ url: "localhost 8086" }))).toThrow("Invalid URL");
  expect(() => createInfluxStore(optionsFor({ url: "ftp://localhost" }))).toThrow("http://");
});
