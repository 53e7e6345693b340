import { request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { expect, test, vi } from "vitest";
import type { FlashRequest, FlashView } from "../api/contract.ts";
import { DESK_PROBLEMS } from "../src/adapters/http/desk-problems.ts";
import type { DeskProblem } from "../src/desk/desks.ts";
import { createVisitors } from "../src/adapters/http/visitors.ts";
import {
  createFakeBoardDesk,
  createFakeFlashDesk,
  createFakePasses,
  hallBoard,
  lightKind,
  newBoard,
  PASS,
  STORAGE,
} from "./http-desks.ts";
import { createFakeAccounts, NOON } from "./http-fakes.ts";
import { ask, type Asked, signIn, startHttp } from "./http-start.ts";

// Goal: the workshop and managers do with boards what the contract says; nobody else does anything.
// Method: the real server on a free port, asked over real HTTP; desks in memory that keep an audit.

const WIFI = { ssid: "Atelier", password: "a network's secret" };
const ADOPTION = {
  name: "Hall",
  flat: null,
  zone: { id: "hall" },
  lightSensor: "light",
  detector: null,
  relay: null,
};
const FLASH: FlashRequest = {
  model: "light",
  mac: "240ac4123456",
  board: null,
  name: "Cave",
  flat: null,
  replaces: null,
  host: null,
};

type Route = readonly [code: number, method: string, path: string, body?: unknown];

/** In an order in which each of them succeeds. */
const ROUTES: readonly Route[] = [
  [200, "GET", "/api/kinds"],
  [200, "GET", "/api/kinds/light/wiring.svg?lang=en"],
  [200, "GET", "/api/firmware"],
  [204, "PUT", "/api/wifi", WIFI],
  [201, "POST", "/api/flash", FLASH],
  [200, "POST", "/api/flash/ticket-of-light-123456/confirmation"],
  [204, "DELETE", "/api/wifi"],
  [200, "GET", "/api/boards"],
  [200, "GET", "/api/boards/hall-1"],
  [200, "GET", "/api/boards/hall-1/log?after=0&wait_s=0"],
  [200, "POST", "/api/boards/light-a1b2c3/adoption", ADOPTION],
  [200, "PUT", "/api/boards/light-a1b2c3/ignored", { ignored: true }],
  [204, "DELETE", "/api/boards/light-a1b2c3"],
];

const asPass = (token: string) => ({ authorization: `Bearer ${token}` });

test("the table has every route of the workshop", async () => {
  const { address } = await startHttp();
  const { paths } = (await ask(`${address}/api/openapi.json`)).body as {
    paths: { [path: string]: { [method: string]: { security?: object[] } } };
  };
  // What the workshop does to zones has tests of its own.
  const ours = Object.entries(paths).filter(([path]) => !path.startsWith("/api/zones/"));
  const closed = ours.flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => JSON.stringify(security)?.includes("pass"))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
  const described = ROUTES.map(([, method, path]) =>
    `${method} ${path}`
      .replace(/\?.*/, "")
      .replace(/boards\/[^/]+/, "boards/{board}")
      .replace("kinds/light", "kinds/{model}")
      .replace(/ticket-[^/]+/, "{ticket}"),
  );
  expect(described.toSorted()).toEqual(closed.toSorted());
});

test.each([
  ["nobody", 401, "sign-in-needed"],
  ["a forged cookie", 401, "sign-in-needed"],
  ["a wrong pass", 401, "sign-in-needed"],
  ["a resident", 403, "workshop-only"],
  ["the co-owners' council", 403, "workshop-only"],
])("%s gets nothing of the workshop", async (who, code, problem) => {
  const { address, boardDesk, flashDesk } = await startHttp();
  const shown: { [name: string]: Asked["headers"] } = {
    "a forged cookie": { cookie: "battant_session=forged" },
    "a wrong pass": asPass("guess"),
    "a resident": { cookie: await signIn(address, "paul") },
    "the co-owners' council": { cookie: await signIn(address, "samir") },
  };
  for (const [, method, path, body] of ROUTES) {
    const headers = shown[who] ?? {};
    const answer = await ask(address + path, { method, headers, body });
    expect({ path, code: answer.code, body: answer.body }).toMatchObject({
      path,
      code,
      body: { code: problem },
    });
  }
  expect([...boardDesk.audit, ...flashDesk.audit, ...flashDesk.confirmed]).toEqual([]);
});

test.each(["lea", "claire", "command line"])("%s may do it all, by name", async (who) => {
  const { address, boardDesk, flashDesk } = await startHttp();
  const headers = who === "command line" ? asPass(PASS) : { cookie: await signIn(address, who) };
  for (const [code, method, path, body] of ROUTES) {
    const answer = await ask(address + path, { method, headers, body });
    expect({ path, code: answer.code, kept: answer.headers["cache-control"] }).toEqual({
      path,
      code,
      kept: "no-store",
    });
  }
  expect([...flashDesk.audit, ...boardDesk.audit]).toEqual([
    `${who} gives Atelier`,
    `${who} prepares light-123456`,
    `${who} forgets the network`,
    `${who} adopts light-a1b2c3`,
    `${who} ignores light-a1b2c3`,
    `${who} forgets light-a1b2c3`,
  ]);
  expect(flashDesk.confirmed).toEqual(["light-123456"]);
});

test("the command line is no manager", async () => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/health`, { headers: asPass(PASS) });
  expect(answer.body).toMatchObject({ code: "manager-only" });
});

test("whoever shows a wrong pass is not let in by a cookie beside it", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "claire");
  const headers = { cookie, ...asPass("guess") };
  expect((await ask(`${address}/api/boards`, { headers })).code).toBe(401);
});

test.each([
  ["127.0.0.1", true],
  ["127.8.9.10", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["192.168.1.20", false],
  ["::ffff:192.168.1.20", false],
  ["fe80::1", false],
  ["::127.0.0.1", false],
  ["1.127.0.0", false],
])("a pass shown from %s counts: %s", (ip, counts) => {
  const visitors = createVisitors(createFakeAccounts(""), createFakePasses());
  const headers = asPass(PASS);
  const request = { ip, headers, cookies: {}, protocol: "http" } as unknown as FastifyRequest;
  expect(visitors.accountOf(request) !== undefined).toBe(counts);
});

const startAsLea = async (parts: Parameters<typeof startHttp>[0] = {}) => {
  const http = await startHttp(parts);
  const cookie = await signIn(http.address, "lea");
  const asked = (path: string, more: Asked = {}) =>
    ask(http.address + path, { ...more, headers: { cookie, ...more.headers } });
  return { ...http, cookie, asked };
};

test("answers are what the desks say", async () => {
  const { asked } = await startAsLea();
  expect((await asked("/api/kinds")).body).toEqual([lightKind]);
  expect((await asked("/api/boards")).body).toEqual({ now: NOON, boards: [hallBoard, newBoard] });
  expect((await asked("/api/boards/light-a1b2c3")).body).toEqual(newBoard);
  await asked("/api/wifi", { method: "PUT", body: WIFI });
  expect((await asked("/api/firmware")).body).toMatchObject({
    espruino: { version: "2v30", isListed: true },
    wifi: { ssid: "Atelier" },
    mqttPort: 1883,
  });
  const zone = { name: "Cave", kind: "corridor" };
  const adopted = await asked("/api/boards/light-a1b2c3/adoption", {
    method: "POST",
    body: { ...ADOPTION, zone },
  });
  expect(adopted.body).toEqual({
    ...newBoard,
    name: "Hall",
    place: "adopted",
    zones: ["new-zone"],
  });
  const back = { method: "PUT", body: { ignored: false } };
  expect((await asked("/api/boards/light-a1b2c3/ignored", back)).body).toMatchObject({
    place: "new",
  });
});

test("unknown stays null on the wire: no release, no network", async () => {
  const desk = createFakeFlashDesk();
  const flashDesk = {
    ...desk,
    firmware: async () => ({ ...(await desk.firmware()), espruino: null }),
  };
  const { asked } = await startAsLea({ flashDesk });
  expect((await asked("/api/firmware")).body).toMatchObject({
    espruino: null,
    wifi: { ssid: null },
  });
});

test("a secret that a desk would let slip does not leave", async () => {
  const desk = createFakeFlashDesk();
  const wifi = WIFI;
  const flashDesk = { ...desk, firmware: async () => ({ ...(await desk.firmware()), wifi }) };
  const { asked } = await startAsLea({ flashDesk });
  const { body } = await asked("/api/firmware");
  expect(body).toMatchObject({ wifi: { ssid: "Atelier" } });
  expect(JSON.stringify(body)).not.toContain(WIFI.password);
});

test("the wiring is a picture in the language asked for, that can do nothing", async () => {
  const { asked } = await startAsLea();
  const french = await asked("/api/kinds/light/wiring.svg");
  expect(french.headers["content-type"]).toBe("image/svg+xml");
  expect(french.headers["content-security-policy"]).toMatch(/^default-src 'none';/);
  expect(french.body).toMatch(/^<svg lang="fr"/);
  expect((await asked("/api/kinds/light/wiring.svg?lang=en")).body).toMatch(/^<svg lang="en"/);
  expect((await asked("/api/kinds/light/wiring.svg?lang=de")).code).toBe(400);
  const unknown = await asked("/api/kinds/toaster/wiring.svg");
  expect(unknown.body).toMatchObject({ code: "unknown-kind" });
});

/** The answer as it comes, undone by hand. */
const prepare = async (asked: (path: string, more: Asked) => ReturnType<typeof ask>) => {
  await asked("/api/wifi", { method: "PUT", body: WIFI });
  return (encoding?: string) =>
    asked("/api/flash", {
      method: "POST",
      body: FLASH,
      headers: encoding === undefined ? {} : { "accept-encoding": encoding },
    });
};

test.each([
  ["gzip", "gzip"],
  ["br, GZIP;q=0.5", "gzip"],
  ["gzip, deflate, br, zstd", "gzip"],
  ["br", undefined],
  ["gzip;q=0", undefined],
  ["gzip; q=0.000, br", undefined],
  [undefined, undefined],
])(
  "what is flashed arrives whole; for a client that accepts %s, in %s",
  async (accepted, coded) => {
    const { address, cookie, asked } = await startAsLea();
    await asked("/api/wifi", { method: "PUT", body: WIFI });
    const { headers, bytes } = await new Promise<{ headers: object; bytes: Buffer }>((resolve) => {
      const sent = { cookie, "content-type": "application/json" };
      const encoding = accepted === undefined ? {} : { "accept-encoding": accepted };
      const options = { method: "POST", headers: { ...sent, ...encoding }, agent: false };
      httpRequest(`${address}/api/flash`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ headers: response.headers, bytes: Buffer.concat(chunks) }),
        );
      }).end(JSON.stringify(FLASH));
    });
    const named = coded === undefined ? {} : { "content-encoding": coded };
    expect(headers).toMatchObject({
      ...named,
      vary: "accept-encoding",
      "cache-control": "no-store",
      "content-length": String(bytes.length),
    });
    expect("content-encoding" in headers).toBe(coded !== undefined);
    const text = coded === undefined ? bytes : gunzipSync(bytes);
    const view = JSON.parse(text.toString()) as FlashView;
    expect(Buffer.from(view.regions[0]!.data, "base64").equals(STORAGE)).toBe(true);
    if (coded !== undefined) expect(bytes.length).toBeLessThan(text.length / 10);
  },
);

test("small answers stay as they are", async () => {
  const { asked } = await startAsLea();
  const ask = await prepare(asked);
  await asked("/api/wifi", { method: "DELETE" });
  const answer = await ask("gzip");
  expect(answer.headers["content-encoding"]).toBeUndefined();
  expect(answer.body).toMatchObject({ code: "wifi-missing" });
});

test("a confirmation whose answer was lost may be asked again", async () => {
  const { asked } = await startAsLea();
  const again = () => asked("/api/flash/ticket-of-light-1/confirmation", { method: "POST" });
  expect((await again()).body).toEqual({ board: "light-1" });
  expect((await again()).body).toEqual({ board: "light-1" });
});

test("whoever prepares one chip after the other without end has to wait", async () => {
  const { asked } = await startAsLea({ limits: { flashesPerMinute: 2 } });
  const ask = await prepare(asked);
  expect((await ask()).code).toBe(201);
  expect((await ask()).code).toBe(201);
  const answer = await ask();
  expect(answer.code).toBe(429);
  expect(answer.body).toMatchObject({ code: "too-many-requests" });
});

// The log

test("what a board has said is told at once, and what is new after that", async () => {
  const { asked, boardDesk } = await startAsLea();
  boardDesk.say("hall-1", "starts: power");
  boardDesk.say("hall-1", "light 412 lx");
  const line = { at: NOON, from: "board" };
  const first = { ...line, number: 1, text: "starts: power" };
  const second = { ...line, number: 2, text: "light 412 lx" };
  expect((await asked("/api/boards/hall-1/log?wait_s=25")).body).toEqual({
    next: 2,
    lines: [first, second],
  });
  expect((await asked("/api/boards/hall-1/log?after=1")).body).toEqual({
    next: 2,
    lines: [second],
  });
});

test("whoever waits is told as soon as there is something", async () => {
  const { asked, boardDesk } = await startAsLea();
  const answer = asked("/api/boards/hall-1/log?after=0&wait_s=25");
  await vi.waitFor(() => expect(boardDesk.waiting()).toBe(1), { timeout: 5000 });
  boardDesk.say("hall-1", "light 412 lx");
  expect((await answer).body).toMatchObject({ next: 1, lines: [{ text: "light 412 lx" }] });
});

test("nothing waits for a reader who has gone", async () => {
  const { address, cookie, boardDesk } = await startAsLea();
  const abort = new AbortController();
  const url = `${address}/api/boards/hall-1/log?wait_s=25`;
  const gone = fetch(url, { headers: { cookie }, signal: abort.signal }).catch(() => "gone");
  await vi.waitFor(() => expect(boardDesk.waiting()).toBe(1), { timeout: 5000 });
  abort.abort();
  expect(await gone).toBe("gone");
  await vi.waitFor(() => expect(boardDesk.waiting()).toBe(0), { timeout: 5000 });
});

test("a reader who waits does not keep the hub from stopping", async () => {
  const { address, cookie, boardDesk, close } = await startAsLea();
  const url = `${address}/api/boards/hall-1/log?wait_s=25`;
  const cut = fetch(url, { headers: { cookie } }).catch(() => "cut");
  await vi.waitFor(() => expect(boardDesk.waiting()).toBe(1), { timeout: 5000 });
  await close();
  expect(await cut).toBe("cut");
  await vi.waitFor(() => expect(boardDesk.waiting()).toBe(0), { timeout: 5000 });
});

test("the log of an unknown board is none", async () => {
  const { asked } = await startAsLea();
  expect((await asked("/api/boards/attic-9/log")).body).toMatchObject({ code: "unknown-board" });
  expect((await asked("/api/boards/attic-9")).body).toMatchObject({ code: "unknown-board" });
});

// Refusals

type Responses = { [http: string]: { content?: { [type: string]: { schema: object } } } };
type Document = { paths: { [path: string]: { [method: string]: { responses: Responses } } } };

const documented = ({ paths }: Document, method: string, path: string): DeskProblem[] => {
  const { responses } = paths[path]![method.toLowerCase()]!;
  const codes = Object.keys(DESK_PROBLEMS) as DeskProblem[];
  return codes.filter((code) => JSON.stringify(responses).includes(`"${code}"`));
};

test.each([
  ["POST", "/api/boards/{board}/adoption", ADOPTION, 5],
  ["PUT", "/api/boards/{board}/ignored", { ignored: true }, 2],
  ["DELETE", "/api/boards/{board}", undefined, 3],
  ["PUT", "/api/wifi", WIFI, 1],
  ["POST", "/api/flash", FLASH, 8],
  ["POST", "/api/flash/{ticket}/confirmation", undefined, 1],
])("%s %s tells every no of the desk in its own words", async (method, path, body, count) => {
  const detail = { fr: "parce que", en: "because" };
  let problem: DeskProblem = "unknown-board";
  const no = () => ({ ok: false, problem, detail }) as const;
  const later = () => Promise.resolve(no());
  const boardDesk = { ...createFakeBoardDesk(), adopt: later, setIgnored: no, forget: later };
  const flashDesk = { ...createFakeFlashDesk(), setWifi: no, prepare: later, confirm: no };
  const { asked } = await startAsLea({ boardDesk, flashDesk });
  const document = (await asked("/api/openapi.json")).body as Document;
  const codes = documented(document, method, path);
  expect(codes).toHaveLength(count);
  for (problem of codes) {
    const answer = await asked(path.replace(/\{\w+\}/, "hall-1"), { method, body });
    const { http, message } = DESK_PROBLEMS[problem];
    expect(answer.code).toBe(http);
    expect(answer.body).toEqual({
      code: problem,
      message: { fr: `${message.fr} (parce que)`, en: `${message.en} (because)` },
    });
  }
});

const flash = (change: object): Route => [400, "POST", "/api/flash", { ...FLASH, ...change }];
const adopt = (change: object): Route => [
  400,
  "POST",
  "/api/boards/hall-1/adoption",
  { ...ADOPTION, ...change },
];
const wifi = (change: object): Route => [400, "PUT", "/api/wifi", { ...WIFI, ...change }];
const { host: _host, ...without } = FLASH;

const HOSTILE: readonly (readonly [string, Route])[] = [
  ["a model that is a path", flash({ model: "../../etc/passwd" })],
  ["no model", flash({ model: null })],
  ["a MAC in capitals", flash({ mac: "240AC4123456" })],
  ["a MAC that is longer", flash({ mac: "240ac41234567" })],
  ["a board's name with a wildcard", flash({ board: "+" })],
  ["a board's name with a line break", flash({ board: "hall-1\n" })],
  ["a name of spaces", flash({ name: "   " })],
  ["a name with a line break", flash({ name: "Hall\nboards:" })],
  ["a name without end", flash({ name: "a".repeat(81) })],
  ["a flat that is a list", flash({ flat: ["flat-1", "flat-2"] })],
  ["a replaced board that is an object", flash({ replaces: { board: "hall-1" } })],
  ["a host with a port", flash({ host: "192.168.1.20:1883" })],
  ["a host with a line break", flash({ host: "battant.local\r\nx" })],
  ["a host without end", flash({ host: "a".repeat(254) })],
  ["a key nobody knows", flash({ key: "00" })],
  ["a key that is missing", [400, "POST", "/api/flash", without]],
  ["a list", [400, "POST", "/api/flash", "[]"]],
  ["no JSON", [400, "POST", "/api/flash", "{"]],
  ["what would change all objects", [400, "PUT", "/api/wifi", '{"__proto__":{"ssid":"x"}}']],
  ["a tower of brackets", [400, "PUT", "/api/wifi", "[".repeat(4000)]],
  ["a network without a name", wifi({ ssid: "" })],
  ["a network with a long name", wifi({ ssid: "a".repeat(33) })],
  ["a password too long", wifi({ password: "secret-".repeat(10) })],
  ["a password that is a list", wifi({ password: ["secret-a", "secret-b"] })],
  ["no name", adopt({ name: "" })],
  ["a name that clears the terminal", adopt({ name: "\u001b[2J" })],
  ["a zone that is text", adopt({ zone: "hall" })],
  ["a zone that is old and new", adopt({ zone: { id: "hall", name: "Hall", kind: "hall" } })],
  ["a zone with a path", adopt({ zone: { id: "../hall" } })],
  ["a sensor with a slash", adopt({ lightSensor: "light/+" })],
  ["a relay that is a number too long", adopt({ relay: 1e40 })],
  ["ignored or not, maybe", [400, "PUT", "/api/boards/hall-1/ignored", { ignored: "maybe" }]],
  ["a board that is a wildcard", [400, "DELETE", "/api/boards/%23"]],
  ["a board that is a path", [400, "GET", "/api/boards/..%2Fhall"]],
  ["a ticket with a slash", [400, "POST", "/api/flash/a%2Fb/confirmation"]],
  ["a ticket without end", [400, "POST", `/api/flash/${"a".repeat(300)}/confirmation`]],
  ["a wait without end", [400, "GET", "/api/boards/hall-1/log?wait_s=26"]],
  ["a line before the first", [400, "GET", "/api/boards/hall-1/log?after=-1"]],
  ["a body without end", [413, "POST", "/api/flash", { ...FLASH, name: "a".repeat(9000) }]],
];

test("hostile requests are refused by their form, reach no desk and are not echoed", async () => {
  const { asked, boardDesk, flashDesk } = await startAsLea();
  const headers = { "content-type": "application/json" };
  for (const [name, [code, method, path, body]] of HOSTILE) {
    const sent = typeof body === "string" ? { method, body, headers } : { method, body };
    const answer = await asked(path, sent);
    expect({ name, code: answer.code, body: answer.body }).toMatchObject({
      name,
      code,
      body: { code: expect.stringMatching(/^(invalid-request|malformed|too-large)$/) as string },
    });
    expect(JSON.stringify(answer.body)).not.toContain("secret");
  }
  expect([...boardDesk.audit, ...flashDesk.audit, ...flashDesk.confirmed]).toEqual([]);
});

test.each([
  ["PUT", "/api/wifi", WIFI],
  ["DELETE", "/api/wifi", undefined],
  ["DELETE", "/api/boards/hall-1", undefined],
  ["POST", "/api/flash/ticket-of-hall-1/confirmation", undefined],
])("%s %s from a page of another site is refused", async (method, path, body) => {
  const { asked, boardDesk, flashDesk } = await startAsLea();
  const headers = { origin: "http://evil.example" };
  expect((await asked(path, { method, body, headers })).body).toMatchObject({
    code: "foreign-page",
  });
  expect([...boardDesk.audit, ...flashDesk.audit, ...flashDesk.confirmed]).toEqual([]);
});
