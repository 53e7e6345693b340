import { encode } from "uqr";
import { expect, test } from "vitest";
import type { LightView, LinkView } from "../api/light.ts";
import { minutes } from "@battant/protocol/vocabulary/units";
import { PROBLEMS } from "../src/adapters/http/problems.ts";
import { createFakeAccounts, NOON, PASSWORD, SETUP_TOKEN } from "./http-fakes.ts";
import { PASS } from "./http-desks.ts";
import { type Answer, type Asked, ask, signIn, startHttp } from "./http-start.ts";

// Goal: the code on a sign gives light in one zone and nothing else, to anybody, a few times; with
// an account it needs no code. Method: the real server asked over real HTTP.

const ZONE = "stairwell-a";

const opened = async () => {
  const started = await startHttp();
  const token = started.light.token(ZONE);
  const at = (path: string, asked: Asked = {}): Promise<Answer> =>
    ask(`${started.address}${path}`, asked);
  return {
    ...started,
    token,
    at,
    api: (asked: Asked = {}) => at(`/api/light/${token}`, asked),
    page: (asked: Asked = {}) => at(`/light/${token}`, asked),
    form: (body: string, headers: Readonly<Record<string, string>> = {}) =>
      at(`/light/${token}`, { method: "POST", body, headers: { ...FORM, ...headers } }),
    shown: () => started.views.building().zones[0]!,
  };
};

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const POST = (count: unknown): Asked => ({ method: "POST", body: { minutes: count } });

const codeOf = ({ body }: Answer): string => (body as { code: string }).code;

test("without an account: how the light is and why, light for a while, and it handed back", async () => {
  const { api } = await opened();
  const before = await api();
  expect(before.code).toBe(200);
  expect(before.body).toEqual({
    name: "Escalier A",
    light: "inhibited",
    why: {
      fr: "Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx)",
      en: "Off: daylight has been enough for 12 min (310 lx, threshold 225 lx)",
    },
    override_until: null,
    override_by: null,
    asked_until: null,
    now: NOON,
    speed: 1,
    timezone: "Europe/Paris",
    minutes: [5, 15, 30, 60],
    wait_s: 0,
  } satisfies LightView);
  const after = await api(POST(15));
  expect(after.body).toMatchObject({
    light: "on",
    override_by: "page",
    override_until: NOON + minutes(15),
  });
  expect((await api({ method: "DELETE" })).body).toEqual(before.body);
});

test.each([0, 61, 1.5, -5, "soon", null])("%s is no number of minutes", async (count) => {
  const { api, shown } = await opened();
  const answer = await api(POST(count));
  expect([answer.code, codeOf(answer)]).toEqual([400, "invalid-request"]);
  expect(shown().override_until).toBeNull();
});

test("whoever only looks changes nothing: a message app may look at a link before its reader", async () => {
  const { api, page, views } = await opened();
  let changes = 0;
  views.onChange(() => (changes += 1));
  await api();
  await page();
  await page({ method: "HEAD" });
  expect(changes).toBe(0);
});

test("a code that was renewed is answered like one that never was, on the API and on the page", async () => {
  const { api, at, page, light } = await opened();
  light.lightDesk.renew(ZONE, { address: undefined, port: 80 }, "claire");
  const never = "zzzzzzzzzzzzzzzzzzzz";
  const [renewed, wrong] = [await api(), await at(`/api/light/${never}`)];
  expect(renewed.code).toBe(404);
  expect(renewed.body).toEqual({ code: "link-refused", message: PROBLEMS["link-refused"].message });
  expect(wrong.body).toEqual(renewed.body);
  const [renewedPage, wrongPage] = [await page(), await at(`/light/${never}`)];
  expect(renewedPage.code).toBe(404);
  expect(renewedPage.body).toContain("Scannez celui qui est affiché sur place");
  expect(renewedPage.body).not.toContain("http-equiv");
  expect(wrongPage.body).toBe(renewedPage.body);
});

test("after ten asks the answer says when again, and the page keeps showing the light", async () => {
  const { api, form, page } = await opened();
  for (let i = 0; i < 10; i += 1) expect((await api(POST(5))).code).toBe(200);
  const refused = await api(POST(5));
  expect([refused.code, codeOf(refused)]).toEqual([429, "too-many-asks"]);
  expect(refused.headers["retry-after"]).toBe("600");
  expect(JSON.stringify(refused.body)).toContain("de nouveau possible dans 10\u00a0min");
  const posted = await form("minutes=15");
  expect(posted.code).toBe(429);
  expect(posted.headers["retry-after"]).toBe("600");
  expect(posted.body).toContain("De nouveau possible dans 10\u00a0min");
  expect(posted.body).toContain("Escalier A");
  expect((await page()).code).toBe(200);
});

test("thirty wrong codes and one phone has to wait", async () => {
  const { at } = await opened();
  const posted = { method: "POST", body: "minutes=5", headers: FORM };
  expect((await at("/light/wrong", posted)).code).toBe(404);
  for (let i = 1; i < 30; i += 1) expect((await at("/api/light/wrong")).code).toBe(404);
  const refused = await at("/api/light/wrong");
  expect([refused.code, codeOf(refused)]).toEqual([429, "too-many-links"]);
  expect(refused.headers["retry-after"]).toBe("3600");
  const page = await at("/light/wrong");
  expect(page.code).toBe(429);
  expect(page.body).toContain("de nouveau possible dans 60\u00a0min");
});

test("a page of another site asks for nothing, with a form or with a script", async () => {
  const { api, form, shown, address } = await opened();
  const foreign = { origin: "https://elsewhere.example" };
  expect(codeOf(await form("minutes=15", foreign))).toBe("foreign-page");
  expect(codeOf(await form("minutes=15", { origin: "null" }))).toBe("foreign-page");
  expect(codeOf(await form("minutes=15", { "sec-fetch-site": "cross-site" }))).toBe("foreign-page");
  expect(codeOf(await api({ ...POST(15), headers: foreign }))).toBe("foreign-page");
  expect(codeOf(await api({ method: "DELETE", headers: foreign }))).toBe("foreign-page");
  expect(shown().override_until).toBeNull();
  expect((await form("minutes=15", { origin: address })).code).toBe(303);
  expect(shown().override_by).toBe("page");
});

test("the API reads no forms: only the page behind a sign does", async () => {
  const { at, token } = await opened();
  const posted = { method: "POST", body: "minutes=15", headers: FORM };
  expect((await at(`/api/light/${token}`, posted)).code).toBe(415);
  expect((await at("/api/session", posted)).code).toBe(415);
});

test("with scripts turned off a form gives light, and hands it back; reloading asks for nothing", async () => {
  const { form, page, shown, token } = await opened();
  const posted = await form("minutes=30");
  expect([posted.code, posted.headers.location]).toEqual([303, `/light/${token}`]);
  expect(shown().override_until).toBe(NOON + minutes(30));
  expect((await page()).body).toContain('data-left="1800000" data-speed="1">30:00</b>');
  expect((await form("back=1")).code).toBe(303);
  expect(shown().override_until).toBeNull();
  for (const nonsense of ["minutes=", "minutes=61", "minutes=1e9", "minutes=-1", "%%%", "x=y"]) {
    await form(nonsense);
    expect(shown().override_until).toBeNull();
  }
});

test("the page is one small answer, in the reader's language, and loads nothing", async () => {
  const { page, at, token } = await opened();
  const french = await page();
  expect(french.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(french.headers["cache-control"]).toBe("no-store");
  expect(french.headers["referrer-policy"]).toBe("same-origin");
  expect(french.headers["content-security-policy"]).toMatch(
    /^default-src 'none';style-src 'sha256-[^']+';script-src 'sha256-[^']+';/,
  );
  expect(String(french.body).length).toBeLessThan(10_000);
  expect(french.body).toContain('<html lang="fr">');
  expect(french.body).toContain("Lumière pour 15\u00a0min");
  expect(String(french.body).match(/(?:src|href)="[^"]*"/g)).toEqual([
    'href="/icon.svg"',
    'href="?lang=en"',
  ]);
  const asked = async (accepted: string, query = ""): Promise<string | undefined> => {
    const headers = { "accept-language": accepted };
    const { body } = await at(`/light/${token}${query}`, { headers });
    return /<html lang="(..)">/.exec(String(body))?.[1];
  };
  expect(await asked("en-GB,en;q=0.9")).toBe("en");
  expect(await asked("de-DE,en;q=0.5")).toBe("en");
  expect(await asked("de-DE")).toBe("fr");
  expect(await asked("en", "?lang=fr")).toBe("fr");
  expect(await asked("fr", "?lang=en")).toBe("en");
});

test("the name of a zone stays text, whatever it is made of", async () => {
  const { views, page } = await opened();
  const [zone] = views.building().zones;
  const name = `<script>alert("&")</script>`;
  views.show({ ...views.building(), zones: [{ ...zone!, name }] });
  const { body } = await page();
  expect(body).not.toContain("<script>alert");
  expect(body).toContain("<h1>&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</h1>");
});

test("what the wall switch gave shows its time, and no way to end it", async () => {
  const { light, page, form, shown } = await opened();
  light.press(ZONE, 20);
  const { body } = await page();
  expect(body).toContain("Quelqu&#39;un a appuyé sur l&#39;interrupteur");
  expect(body).toContain(">20:00</b>");
  expect(body).toContain("aucune page ne peut y mettre fin");
  expect(body).not.toContain("Rendre la main");
  await form("back=1");
  expect(shown()).toMatchObject({ override_by: "wall-switch", override_until: NOON + minutes(20) });
});

test("an account needs no code; a display asks for nothing; the audit log has who it was", async () => {
  const people = ["manager", "council", "resident", "workshop", "display"] as const;
  const accounts = createFakeAccounts(
    SETUP_TOKEN,
    people.map((role) => ({ name: role, role, password: PASSWORD })),
  );
  const { address, light } = await startHttp({ accounts });
  const url = `${address}/api/zones/${ZONE}/override`;
  expect(codeOf(await ask(url, POST(15)))).toBe("sign-in-needed");
  expect(codeOf(await ask(url, { method: "DELETE" }))).toBe("sign-in-needed");
  for (const role of people) {
    const headers = { cookie: await signIn(address, role) };
    const given = await ask(url, { ...POST(15), headers });
    const back = await ask(url, { method: "DELETE", headers });
    expect([given.code, back.code]).toEqual(role === "display" ? [403, 403] : [200, 200]);
  }
  const pass = { authorization: `Bearer ${PASS}` };
  expect((await ask(url, { ...POST(30), headers: pass })).body).toMatchObject({
    override_until: NOON + minutes(30),
  });
  expect(
    codeOf(await ask(`${address}/api/zones/cellar/override`, { ...POST(5), headers: pass })),
  ).toBe("unknown-zone");
  expect(light.audit).toHaveLength(9);
  expect(light.audit[0]).toBe("manager: light asked for, stairwell-a, 15 min");
  expect(light.audit.at(-1)).toBe("command line: light asked for, stairwell-a, 30 min");
});

test("an account that asks without end is told to wait, for every ask is written to the disk", async () => {
  const { address } = await startHttp();
  const headers = { cookie: await signIn(address, "claire") };
  const url = `${address}/api/zones/${ZONE}/override`;
  for (let i = 0; i < 60; i += 1) {
    expect((await ask(url, { ...POST(5), headers })).code).toBe(200);
  }
  const refused = await ask(url, { ...POST(5), headers });
  expect([refused.code, codeOf(refused)]).toEqual([429, "too-many-requests"]);
  expect((await ask(url, { method: "DELETE", headers })).code).toBe(200);
});

test("the link is for the workshop and managers, and is where phones find the hub", async () => {
  const { address, light } = await startHttp();
  const link = `${address}/api/zones/${ZONE}/link`;
  const port = new URL(address).port;
  expect(codeOf(await ask(link))).toBe("sign-in-needed");
  const council = { headers: { cookie: await signIn(address, "samir") } };
  expect(codeOf(await ask(link, council))).toBe("workshop-only");
  const headers = { cookie: await signIn(address, "claire") };
  const { body } = await ask(link, { headers });
  expect(body).toEqual({
    zone: ZONE,
    name: "Escalier A",
    address: `http://192.168.1.20:${port}/light/${light.token(ZONE)}`,
    addresses: ["192.168.1.20"],
    made: 1,
  } satisfies LinkView);
  expect((await ask(`${link}?address=battant.local:80`, { headers })).body).toMatchObject({
    address: `http://battant.local/light/${light.token(ZONE)}`,
  });
  const wrong = await ask(`${link}?address=battant.local/elsewhere`, { headers });
  expect([wrong.code, codeOf(wrong)]).toEqual([400, "address-refused"]);

  const before = light.token(ZONE);
  const renewed = await ask(`${link}/renew`, { method: "POST", headers });
  expect((renewed.body as LinkView).address).toContain(light.token(ZONE));
  expect(light.token(ZONE)).not.toBe(before);
  expect(light.audit).toEqual(["claire: light link renewed, stairwell-a"]);
});

test("the sign's picture is the code of exactly that link, with a quiet zone of four", async () => {
  const { address, light } = await startHttp();
  const headers = { cookie: await signIn(address, "lea") };
  const url = `${address}/api/zones/${ZONE}/sign.svg?address=battant.local`;
  const { code, body, headers: answered } = await ask(url, { headers });
  expect([code, answered["content-type"]]).toEqual([200, "image/svg+xml"]);
  expect(answered["content-security-policy"]).toContain("default-src 'none'");
  const link = `http://battant.local:${new URL(address).port}/light/${light.token(ZONE)}`;
  const { data, size } = encode(link, { ecc: "M", border: 4 });
  const drawn = [...String(body).matchAll(/M(\d+),(\d+)h10v10h-10z/g)].map(
    ([, x, y]) => `${Number(x) / 10},${Number(y) / 10}`,
  );
  const wanted = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`${x},${y}`] : [])),
  );
  expect(drawn.toSorted()).toEqual(wanted.toSorted());
  for (const [x, y] of drawn.map((it) => it.split(",").map(Number))) {
    expect(Math.min(x!, y!, size - 1 - x!, size - 1 - y!)).toBeGreaterThanOrEqual(4);
  }
  expect((await ask(url)).code).toBe(401);
});
