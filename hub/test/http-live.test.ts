import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { building, NOON } from "./http-fakes.ts";
import { ask, startHttp } from "./http-start.ts";

// Goal: whoever looks sees the present; whoever stopped looking costs nothing.
// Method: real streams, read event by event; the views count who listens.

type Event = { readonly name: string; readonly data: unknown; readonly text: string };

type Stream = {
  readonly headers: Headers;
  next(): Promise<Event>;
  close(): void;
};

const parse = (text: string): Event => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
  const data = field("data");
  const name = field("event") ?? "";
  return { name, text, data: data === undefined ? undefined : JSON.parse(data) };
};

const openStream = async (address: string): Promise<Stream> => {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const response = await fetch(`${address}/api/live`, { signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = async (): Promise<Event> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      if (end >= 0) {
        const text = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!text.startsWith("retry:")) return parse(text);
      } else {
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream has ended");
        rest += value;
      }
    }
  };
  return { headers: response.headers, next, close: () => abort.abort() };
};

const at = (now: number) => ({ ...building, now });

test("the whole building comes at once, then each time it changes", async () => {
  const { address, views } = await startHttp({ limits: { livePeriodMs: 10 } });
  const stream = await openStream(address);
  expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(stream.headers.get("cache-control")).toBe("no-store");
  expect(stream.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(await stream.next()).toMatchObject({ name: "building", data: building });
  views.show(at(NOON + 1000));
  expect(await stream.next()).toMatchObject({ name: "building", data: at(NOON + 1000) });
});

test("a restless building is shown once a period, and its last state is", async () => {
  const { address, views } = await startHttp({ limits: { livePeriodMs: 400 } });
  const stream = await openStream(address);
  await stream.next();
  const start = performance.now();
  for (let i = 1; i <= 200; i++) {
    views.show(at(NOON + i));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  let seen = 0;
  for (let last = 0; last < NOON + 200; seen++) {
    last = ((await stream.next()).data as { now: number }).now;
  }
  expect(seen).toBeGreaterThan(1);
  expect(seen).toBeLessThanOrEqual(2 + (performance.now() - start) / 400);
});

test("a quiet stream says that it is alive, to programs and to pages", async () => {
  const { address } = await startHttp({ limits: { heartbeatMs: 20 } });
  const stream = await openStream(address);
  await stream.next();
  const beat = await stream.next();
  expect(beat).toMatchObject({ name: "alive", data: { now: NOON } });
  expect(beat.text).toMatch(/^: /m);
});

test("a hundred streams that open and close leave no listener, and one listens for all", async () => {
  const { address, views } = await startHttp({ limits: { streamsPerAddress: 200 } });
  expect(views.listeners()).toBe(0);
  const streams = await Promise.all(Array.from({ length: 100 }, () => openStream(address)));
  await Promise.all(streams.map((it) => it.next()));
  expect(views.listeners()).toBe(1);
  for (const stream of streams) stream.close();
  await expect.poll(() => views.listeners(), { timeout: 10_000 }).toBe(0);
});

test("streams have a maximum, and room returns when one closes", async () => {
  const { address, views } = await startHttp({ limits: { streams: 2 } });
  const first = await openStream(address);
  await openStream(address);
  const answer = await ask(`${address}/api/live`);
  expect(answer.code).toBe(503);
  expect(answer.body).toMatchObject({ code: "too-many-streams" });
  expect(answer.headers["retry-after"]).toBe("60");
  first.close();
  await expect
    .poll(async () => (await openStream(address)).headers.get("content-type"), { timeout: 10_000 })
    .toContain("text/event-stream");
  expect(views.listeners()).toBe(1);
});

test("one visitor cannot take the place of the others", async () => {
  const { address } = await startHttp({ limits: { streams: 10, streamsPerAddress: 1 } });
  await openStream(address);
  expect((await ask(`${address}/api/live`)).code).toBe(503);
  const other = httpRequest(`${address}/api/live`, { localAddress: "127.0.0.2" }).end();
  const [response] = (await once(other, "response")) as [{ statusCode: number }];
  other.destroy();
  expect(response.statusCode).toBe(200);
});

test("a reader that takes nothing is dropped, and the others do not notice", async () => {
  const { address, views } = await startHttp({ limits: { livePeriodMs: 5, heartbeatMs: 100 } });
  const zones = Array.from({ length: 400 }, () => building.zones[0]!);
  views.show({ ...building, zones });
  const deaf = connect(Number(new URL(address).port), "127.0.0.1");
  deaf.pause();
  deaf.write("GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await expect.poll(() => views.listeners(), { timeout: 10_000 }).toBe(1);

  let now = NOON as number;
  const restless = setInterval(() => views.show({ ...building, zones, now: (now += 1) }), 5);
  onTestFinished(() => clearInterval(restless));
  // Nobody listens any more once the only reader was dropped.
  await expect.poll(() => views.listeners(), { timeout: 20_000 }).toBe(0);
  deaf.destroy();

  const stream = await openStream(address);
  expect((await stream.next()).name).toBe("building");
});

test("a slow reader misses some states and never the last", async () => {
  const { address, views } = await startHttp({ limits: { livePeriodMs: 1, heartbeatMs: 5000 } });
  const zones = Array.from({ length: 2000 }, () => building.zones[0]!);
  const stream = await openStream(address);
  await stream.next();
  for (let i = 1; i <= 60; i++) {
    views.show({ ...building, zones, now: NOON + i });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  let seen = 0;
  for (let last = 0; last < NOON + 60; seen++) {
    last = ((await stream.next()).data as { now: number }).now;
  }
  expect(seen).toBeLessThan(40); // More than a megabyte each: nowhere is there room for all.
});

test("closing the server does not wait for streams", async () => {
  const http = await startHttp();
  const stream = await openStream(http.address);
  await stream.next();
  await http.close();
  await expect(stream.next()).rejects.toThrow("terminated");
  expect(http.views.listeners()).toBe(0);
});
