import { expect, test } from "vitest";
import { claire, createFakeAccounts, PASSWORD, SETUP_TOKEN } from "./http-fakes.ts";
import { ask, cookieOf, signIn, startHttp } from "./http-start.ts";

// Goal: a newcomer becomes the first manager once, people come and go, and no page of another site
// can act in their name. Method: real requests, with the headers a browser would send.

const nobody = { signedIn: false, account: null, role: null };
const asClaire = { signedIn: true, account: "claire", role: "manager", setupOpen: false };
const setup = { token: SETUP_TOKEN, name: "claire", password: PASSWORD };

test("the set-up link makes the first manager and signs them in", async () => {
  const { address } = await startHttp({ accounts: createFakeAccounts(SETUP_TOKEN) });
  expect((await ask(`${address}/api/session`)).body).toEqual({ ...nobody, setupOpen: true });

  const done = await ask(`${address}/api/setup`, { method: "POST", body: setup });
  expect(done.code).toBe(201);
  expect(done.body).toEqual(asClaire);

  const session = await ask(`${address}/api/session`, { headers: { cookie: cookieOf(done) } });
  expect(session.body).toEqual(asClaire);
});

test("the set-up link works once", async () => {
  const { address } = await startHttp({ accounts: createFakeAccounts(SETUP_TOKEN) });
  await ask(`${address}/api/setup`, { method: "POST", body: setup });
  const again = await ask(`${address}/api/setup`, { method: "POST", body: setup });
  expect(again.code).toBe(409);
  expect(again.body).toMatchObject({ code: "setup-done" });
});

test("a name of spaces is no name", async () => {
  const { address } = await startHttp({ accounts: createFakeAccounts(SETUP_TOKEN) });
  const answer = await ask(`${address}/api/setup`, {
    method: "POST",
    body: { ...setup, name: "  " },
  });
  expect(answer.code).toBe(400);
  expect(answer.body).toMatchObject({ code: "invalid-request" });
});

test("a wrong set-up token makes nobody a manager", async () => {
  const { address } = await startHttp({ accounts: createFakeAccounts(SETUP_TOKEN) });
  const body = { ...setup, token: "guess" };
  const answer = await ask(`${address}/api/setup`, { method: "POST", body });
  expect(answer.code).toBe(403);
  expect(answer.body).toMatchObject({ code: "setup-link-refused" });
  expect(answer.headers["set-cookie"]).toBeUndefined();
});

test("a short password is refused with what to do, before the token is spent", async () => {
  const { address } = await startHttp({ accounts: createFakeAccounts(SETUP_TOKEN) });
  const body = { ...setup, password: "elevenchars" };
  const answer = await ask(`${address}/api/setup`, { method: "POST", body });
  expect(answer.code).toBe(400);
  expect(answer.body).toMatchObject({
    code: "password-too-short",
    message: { en: expect.stringContaining("at least 12 characters") as string },
  });
  expect((await ask(`${address}/api/setup`, { method: "POST", body: setup })).code).toBe(201);
});

test("the session cookie is out of reach of scripts and of other sites", async () => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/session`, {
    method: "POST",
    body: { name: "claire", password: PASSWORD },
  });
  const [cookie] = answer.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/^battant_session=[\w-]{20,}; /);
  const flags = cookie!.split("; ").slice(1).toSorted();
  expect(flags).toEqual(["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Strict"]);
  expect(JSON.stringify(answer.body)).not.toContain(cookie!.split(/[=;]/)[1]);
});

test("whoever signs out is out, even with a copy of the cookie", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "claire");
  const left = await ask(`${address}/api/session`, { method: "DELETE", headers: { cookie } });
  expect(left.code).toBe(204);
  expect(left.headers["set-cookie"]?.[0]).toMatch(/^battant_session=; .*Expires=Thu, 01 Jan 1970/);
  const after = await ask(`${address}/api/session`, { headers: { cookie } });
  expect(after.body).toEqual({ ...nobody, setupOpen: false });
});

test("signing out twice, or without a session, is no error", async () => {
  const { address } = await startHttp();
  expect((await ask(`${address}/api/session`, { method: "DELETE" })).code).toBe(204);
});

test("signing in again ends the session before", async () => {
  const { address } = await startHttp();
  const cookie = await signIn(address, "claire");
  const body = { name: "samir", password: PASSWORD };
  await ask(`${address}/api/session`, { method: "POST", body, headers: { cookie } });
  const before = await ask(`${address}/api/session`, { headers: { cookie } });
  expect(before.body).toMatchObject({ signedIn: false });
});

test("a cookie of absurd length is no session and reaches no account", async () => {
  const seen: string[] = [];
  const accounts = createFakeAccounts(SETUP_TOKEN, [claire]);
  const { address } = await startHttp({
    accounts: {
      ...accounts,
      session: (token) => {
        seen.push(token);
        return undefined;
      },
    },
  });
  const cookie = `battant_session=${"x".repeat(4000)}`;
  const answer = await ask(`${address}/api/session`, { headers: { cookie } });
  expect(answer.body).toMatchObject({ signedIn: false });
  expect(seen).toEqual([]);
});

test("whoever guesses is stopped, by the accounts", async () => {
  const { address } = await startHttp();
  const guess = { method: "POST", body: { name: "claire", password: "guess" } };
  for (let i = 0; i < 5; i++) expect((await ask(`${address}/api/session`, guess)).code).toBe(401);
  const stopped = await ask(`${address}/api/session`, guess);
  expect(stopped.code).toBe(429);
  expect(stopped.body).toMatchObject({ code: "too-many-attempts" });
});

test("whoever guesses is stopped, by the server, and may still look", async () => {
  const { address } = await startHttp({ limits: { attemptsPerMinute: 2 } });
  const guess = { method: "POST", body: { ...setup, token: "guess" } };
  await ask(`${address}/api/setup`, guess);
  await ask(`${address}/api/setup`, guess);
  const stopped = await ask(`${address}/api/setup`, guess);
  expect(stopped.code).toBe(429);
  expect(stopped.body).toMatchObject({ code: "too-many-requests" });
  expect((await ask(`${address}/api/session`)).code).toBe(200);
});

const body = { name: "claire", password: PASSWORD };
const json = { "content-type": "application/json" };

test.each([
  ["from the hub's own page", { origin: "OWN" }, 201],
  ["from a program that is no browser", {}, 201],
  ["from our own page, as an old browser says it", { "sec-fetch-site": "same-origin" }, 201],
  ["from another site", { origin: "http://evil.example" }, 403],
  ["from another port of the same machine", { origin: "http://127.0.0.1:1" }, 403],
  ["from a sandboxed frame", { origin: "null" }, 403],
  ["from a sibling site, without an origin", { "sec-fetch-site": "same-site" }, 403],
  ["from another site, without an origin", { "sec-fetch-site": "cross-site" }, 403],
])("signing in %s", async (_name, headers: Record<string, string>, code) => {
  const { address } = await startHttp();
  const sent = headers["origin"] === "OWN" ? { ...headers, origin: address } : headers;
  const answer = await ask(`${address}/api/session`, { method: "POST", body, headers: sent });
  expect(answer.code).toBe(code);
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
  "what a form of another site can send, %s, is not read",
  async (type) => {
    const { address } = await startHttp();
    const answer = await ask(`${address}/api/session`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": type },
    });
    expect(answer.code).toBe(415);
    expect(answer.body).toMatchObject({ code: "not-json" });
  },
);

test("no other site is let in by a CORS header", async () => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/session`, {
    method: "OPTIONS",
    headers: { origin: "http://evil.example", "access-control-request-method": "DELETE" },
  });
  expect(answer.code).toBe(403);
  expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
});

test.each([
  ["an object that would change all objects", '{"__proto__":{"role":"manager"}}'],
  ["a list", "[]"],
  ["nothing", ""],
])("a body that is %s is refused", async (_name, text) => {
  const { address } = await startHttp();
  const answer = await ask(`${address}/api/session`, { method: "POST", body: text, headers: json });
  expect(answer.code).toBe(400);
});
