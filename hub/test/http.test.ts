import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import type { WhyView } from "../api/contract.ts";
import { PROBLEMS, type ProblemCode } from "../src/adapters/http/problems.ts";
import {
  building,
  createFakeAccounts,
  decision,
  health,
  NOON,
  savings,
  SETUP_TOKEN,
  stoppedClock,
} from "./http-fakes.ts";
import { type Asked, ask, signIn, startHttp } from "./http-start.ts";

// Goal: every endpoint answers what the contract says, and every refusal is one a person can act on.
// Method: the real server on a free port, asked over real HTTP; parts in memory behind it.

const DAY = 86_400_000;

test("the building is public: a display in the hall has no account", async () => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/building`);
  expect(answer.code).toBe(200);
  expect(answer.body).toEqual(building);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("unknown values stay null on the wire", async () => {
  const { address, views } = await startHttp();
  const [zone] = building.zones;
  const unknown = { ...zone!, daylight_lx: null, illuminance_lx: null, light: "unknown" as const };
  views.show({ ...building, zones: [unknown] });
  const { body } = await ask(`${address}/api/building`);
  expect(body).toEqual({ ...building, zones: [unknown] });
});

test("nothing leaves that the contract does not name", async () => {
  const { address, views } = await startHttp();
  views.show({ ...building, meterSerial: "021528603314" } as typeof building);
  const { body } = await ask(`${address}/api/building`);
  expect(JSON.stringify(body)).not.toContain("021528603314");
});

test("the decisions of a zone cover the last day unless asked otherwise", async () => {
  const { address } = await startHttp();
  const url = `${address}/api/zones/stairwell-a/decisions`;
  expect((await ask(url)).body).toEqual([decision]);
  expect((await ask(`${url}?from=${NOON - DAY}&to=${decision.at}`)).body).toEqual([]);
  expect((await ask(`${url}?from=${decision.at}&to=${decision.at + 1}`)).body).toEqual([decision]);
});

const WHY = "/api/zones/stairwell-a/why";
const whyAt = async (address: string, at: string): Promise<readonly WhyView[]> =>
  (await ask(`${address}${WHY}${at}`)).body as readonly WhyView[];

test("why is open to all: now, and at a time of the building's own clock or by the millisecond", async () => {
  const { address } = await startHttp();
  const [now] = await whyAt(address, "");
  expect(now).toEqual({
    at: NOON,
    zone: "stairwell-a",
    decision: "inhibit",
    because: "daylight-sufficient",
    since: decision.at,
    why: {
      fr: "Éteint depuis 11:48 : la lumière du jour suffit (310 lx à 11:48, seuil 225 lx).",
      en: "Off since 11:48: daylight has been enough (310 lx at 11:48, threshold 225 lx).",
    },
  });
  const [local] = await whyAt(address, "?at=2026-03-12T11:40");
  const [exact] = await whyAt(address, `?at=${NOON - 1_200_000}`);
  expect(local).toEqual(exact);
  expect(local).toMatchObject({ decision: "allow", because: "not-bright-long-enough" });
  expect(await whyAt(address, "?at=2026-03-01T08:00")).toMatchObject([
    { decision: null, because: null, since: null },
  ]);
});

test("a zone that does not exist is told with the one that was probably meant", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "samir");
  for (const asked of ["why", "decisions", "savings"]) {
    const url = `${address}/api/zones/stairwel-a/${asked}`;
    expect(await ask(url, { headers: { cookie } })).toMatchObject({
      code: 404,
      body: {
        code: "unknown-zone",
        message: { fr: expect.stringContaining("(vouliez-vous dire stairwell-a ?)") },
      },
    });
  }
});

test("savings are for the manager and the council, and opened as intervals when asked", async () => {
  const { address } = await startHttp();
  const url = `${address}/api/zones/stairwell-a/savings`;
  for (const name of ["claire", "samir"]) {
    const headers = { cookie: await signIn(address, name) };
    const closed = await ask(url, { headers });
    expect(closed).toMatchObject({ code: 200, body: { burning: savings.burning, intervals: [] } });
    const opened = await ask(`${url}?intervals=true`, { headers });
    expect(opened.body).toEqual({ ...savings, from: NOON - 31 * DAY, to: NOON });
  }
});

test("health is what the views say, null included", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "claire");
  const answer = await ask(`${address}/api/health`, { headers: { cookie } });
  expect(answer.body).toEqual(health);
});

test("windows carry the mean and keep the order of time", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "samir");
  const query = `board=hall&sensor=light&quantity=illuminance&from=${NOON - 1_200_000}&to=${NOON}`;
  const answer = await ask(`${address}/api/readings/windows?${query}`, { headers: { cookie } });
  expect(answer.body).toEqual([
    { start: NOON - 1_200_000, count: 4, mean: 250, min: 100, max: 400, last: 300 },
    { start: NOON - 600_000, count: 4, mean: 250, min: 100, max: 400, last: 300 },
  ]);
});

const SERIES = "board=hall&sensor=light&quantity=illuminance";
const ACCOUNT = { name: "claire", password: "porte cochere ouverte" };

type Row = [code: ProblemCode, path: string, route: string, asked?: Asked & { as?: string }];

const refusals: readonly Row[] = [
  ["unknown-zone", "/api/zones/roof/decisions", "/api/zones/{zone}/decisions"],
  ["invalid-request", "/api/zones/Roof!/decisions", "/api/zones/{zone}/decisions"],
  ["invalid-request", "/api/zones/stairwell-a/decisions?from=noon", "/api/zones/{zone}/decisions"],
  ["invalid-request", "/api/zones/stairwell-a/decisions?limit=501", "/api/zones/{zone}/decisions"],
  ["invalid-request", "/api/zones/stairwell-a/decisions?colour=1", "/api/zones/{zone}/decisions"],
  ["unknown-zone", "/api/zones/roof/why", "/api/zones/{zone}/why"],
  ["invalid-request", `${WHY}?at=noon`, "/api/zones/{zone}/why"],
  ["invalid-request", `${WHY}?at=2026-03-12T11:40Z`, "/api/zones/{zone}/why"],
  ["time-refused", `${WHY}?at=2026-13-12T11:40`, "/api/zones/{zone}/why"],
  ["time-refused", `${WHY}?at=2026-03-12T12:01`, "/api/zones/{zone}/why"],
  ["time-refused", `${WHY}?at=9999999999999999`, "/api/zones/{zone}/why"],
  ["sign-in-needed", `/api/readings/windows?${SERIES}`, "/api/readings/windows"],
  ["sign-in-needed", "/api/readings/windows", "/api/readings/windows"],
  [
    "private-board",
    "/api/readings/windows?board=flat-3&sensor=energy&quantity=energy",
    "/api/readings/windows",
    { as: "claire" },
  ],
  [
    "invalid-request",
    "/api/readings/windows?board=hall&sensor=light&quantity=brightness",
    "/api/readings/windows",
    { as: "claire" },
  ],
  [
    "range-refused",
    `/api/readings/windows?${SERIES}&from=${NOON}&to=${NOON}`,
    "/api/readings/windows",
    { as: "claire" },
  ],
  [
    "range-refused",
    `/api/readings/windows?${SERIES}&from=${NOON - 63 * DAY}&to=${NOON}`,
    "/api/readings/windows",
    { as: "claire" },
  ],
  [
    "range-refused",
    `/api/readings/windows?${SERIES}&size=day&from=0&to=${NOON}`,
    "/api/readings/windows",
    { as: "claire" },
  ],
  ["sign-in-needed", "/api/zones/stairwell-a/savings", "/api/zones/{zone}/savings"],
  ["council-only", "/api/zones/stairwell-a/savings", "/api/zones/{zone}/savings", { as: "lea" }],
  ["council-only", "/api/zones/stairwell-a/savings", "/api/zones/{zone}/savings", { as: "paul" }],
  ["unknown-zone", "/api/zones/cellar/savings", "/api/zones/{zone}/savings", { as: "samir" }],
  [
    "savings-range-refused",
    `/api/zones/stairwell-a/savings?from=${NOON - 401 * DAY}&to=${NOON}`,
    "/api/zones/{zone}/savings",
    { as: "samir" },
  ],
  [
    "savings-range-refused",
    `/api/zones/stairwell-a/savings?from=${NOON}&to=${NOON}`,
    "/api/zones/{zone}/savings",
    { as: "samir" },
  ],
  [
    "nothing-noted",
    `/api/zones/stairwell-a/savings?from=${NOON - 9 * DAY}&to=${NOON - 8 * DAY}`,
    "/api/zones/{zone}/savings",
    { as: "samir" },
  ],
  [
    "store-unavailable",
    "/api/readings/windows?board=hall&sensor=broken&quantity=illuminance",
    "/api/readings/windows",
    { as: "claire" },
  ],
  ["sign-in-needed", "/api/health", "/api/health"],
  ["sign-in-needed", "/api/health", "/api/health", { headers: { cookie: "battant_session=x" } }],
  ["manager-only", "/api/health", "/api/health", { as: "samir" }],
  [
    "not-json",
    "/api/session",
    "/api/session",
    { method: "POST", body: "name=a", headers: { "content-type": "text/plain" } },
  ],
  [
    "malformed",
    "/api/session",
    "/api/session",
    { method: "POST", body: "{", headers: { "content-type": "application/json" } },
  ],
  ["invalid-request", "/api/session", "/api/session", { method: "POST", body: { name: "a" } }],
  [
    "too-large",
    "/api/session",
    "/api/session",
    { method: "POST", body: { name: "a".repeat(9000), password: "b" } },
  ],
  [
    "wrong-name-or-password",
    "/api/session",
    "/api/session",
    { method: "POST", body: { name: "claire", password: "guess" } },
  ],
  [
    "foreign-page",
    "/api/session",
    "/api/session",
    { method: "POST", body: ACCOUNT, headers: { origin: "http://evil.example" } },
  ],
  [
    "foreign-page",
    "/api/session",
    "/api/session",
    { method: "DELETE", headers: { origin: "null" } },
  ],
  [
    "setup-done",
    "/api/setup",
    "/api/setup",
    { method: "POST", body: { token: SETUP_TOKEN, ...ACCOUNT } },
  ],
];

type Responses = {
  [http: string]: {
    content: { [type: string]: { schema: { properties?: { code?: { enum: string[] } } } } };
  };
};
type Document = { paths: { [path: string]: { [method: string]: { responses: Responses } } } };

for (const [code, path, route, { as: name, ...asked } = {}] of refusals) {
  const method = asked.method ?? "GET";
  test(`${method} ${path} is refused as ${code}, and the document says so`, async () => {
    const { address } = await startHttp();
    const session = name === undefined ? {} : { cookie: await signIn(address, name) };
    const answer = await ask(address + path, {
      ...asked,
      headers: { ...session, ...asked.headers },
    });
    const { http, message } = PROBLEMS[code];
    expect(answer.code).toBe(http);
    expect(answer.body).toMatchObject({ code });
    const given = (answer.body as { message: { fr: string; en: string } }).message;
    expect(given.fr.startsWith(message.fr)).toBe(true);
    expect(given.en.startsWith(message.en)).toBe(true);

    const document = (await ask(`${address}/api/openapi.json`)).body as Document;
    const described = document.paths[route]?.[method.toLowerCase()]?.responses[http];
    expect(described?.content["application/json"]?.schema.properties?.code?.enum).toContain(code);
  });
}

test("a refused value is named, so that whoever writes a client finds it", async () => {
  const { address } = await startHttp();
  const { body } = await ask(`${address}/api/zones/stairwell-a/decisions?from=noon`);
  expect(JSON.stringify(body)).toContain("from must be integer");
});

test.each(["/api", "/api/", "/api/nothing", "/api/building/", "/api/../api/nothing"])(
  "%s does not exist, and says so as JSON even to a browser",
  async (path) => {
    const { address } = await startHttp();
    const answer = await ask(address + path, { headers: { accept: "text/html" } });
    expect(answer.code).toBe(404);
    expect(answer.body).toMatchObject({ code: "unknown-path" });
  },
);

test("a broken address is refused in the same shape", async () => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/%zz`);
  expect(answer.code).toBe(400);
  expect(answer.body).toMatchObject({ code: "malformed" });
});

test("bytes that are not HTTP are refused in the same shape, and hurt nobody", async () => {
  const { address } = await startHttp();
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  socket.end("\u0016\u0003\u0001 not http\r\n\r\n");
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text).toMatch(/^HTTP\/1.1 400 /);
  expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({ code: "malformed" });
  expect((await ask(`${address}/api/building`)).code).toBe(200);
});

test.each([
  ["192.168.1.20:8080", 200],
  ["[fe80::1]:8080", 200],
  ["localhost:8080", 200],
  ["battant.local", 200],
  ["BATTANT.local:80", 200],
  ["battant", 200],
  ["hub.home.arpa", 200],
  ["lumiere.example.org", 200],
  ["rebind.evil.example", 421],
  ["192.168.1.20.evil.example", 421],
  ["battant.local.evil.example", 421],
  ["not a host", 421],
  ["evil.example@battant", 421],
])("a request that calls the hub %j is answered %i", async (host, code) => {
  const { address } = await startHttp({ hostNames: ["lumiere.example.org"] });
  expect((await ask(`${address}/api/building`, { headers: { host } })).code).toBe(code);
});

test.each(["GET /api/building HTTP/1.0\r\n\r\n", "GET /api/building HTTP/1.1\r\nHost:\r\n\r\n"])(
  "a request that does not say whom it calls is refused: %j",
  async (request) => {
    const { address } = await startHttp();
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    socket.write(request);
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1.1 421 /);
  },
);

test("an impatient client is told to wait, and for how long", async () => {
  const { address } = await startHttp({ limits: { requestsPerMinute: 2 } });
  await ask(`${address}/api/building`);
  await ask(`${address}/api/building`);
  const answer = await ask(`${address}/api/building`);
  expect(answer.code).toBe(429);
  expect(answer.body).toMatchObject({ code: "too-many-requests" });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
});

test.each(["GET", "POST"])("%s of what does not exist counts as a request too", async (method) => {
  const { address } = await startHttp({ limits: { requestsPerMinute: 2 } });
  const url = `${address}/api/nothing`;
  expect((await ask(url, { method })).code).toBe(404);
  expect((await ask(url, { method })).code).toBe(404);
  expect((await ask(url, { method })).code).toBe(429);
});

test("a failure inside is logged without the address, which may hold a token", async () => {
  const lines: string[] = [];
  const accounts = createFakeAccounts(SETUP_TOKEN);
  const { address } = await startHttp({
    log: (event, fields) => lines.push(`${event} ${JSON.stringify(fields)}`),
    accounts: {
      ...accounts,
      completeSetup: () => Promise.reject(new Error("database is locked")),
    },
  });
  const answer = await ask(`${address}/api/setup?token=secret`, {
    method: "POST",
    body: { token: "secret", name: "claire", password: ACCOUNT.password },
  });
  expect(answer.code).toBe(500);
  expect(answer.body).toMatchObject({ code: "failed" });
  expect(JSON.stringify(answer.body)).not.toContain("locked");
  expect(lines).toEqual(['request failed {"route":"/api/setup","problem":"database is locked"}']);
});

test("a port that is taken is a clear refusal to start", async () => {
  const { address } = await startHttp();
  const port = Number(new URL(address).port);
  await expect(startHttp({ listen: { host: "127.0.0.1", port } })).rejects.toThrow(
    `port ${port} is taken`,
  );
});

test("the default range follows the hub's clock, which may be a simulated one", async () => {
  const { address } = await startHttp({ clock: stoppedClock((decision.at + 2 * DAY) as never) });
  expect((await ask(`${address}/api/zones/stairwell-a/decisions`)).body).toEqual([]);
});
