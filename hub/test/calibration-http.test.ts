import { minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { calibrationScene } from "./calibration-parts.ts";
import { PASS } from "./http-desks.ts";
import { NOON } from "./http-fakes.ts";
import { ask, type Asked, signIn, startHttp } from "./http-start.ts";

// Goal: managers and the workshop calibrate by the API, the council reads the sheet, nobody else
// does either; whatever is sent is bounded. Method: the real server over real HTTP before a real desk.

const AT = "/api/zones/stairwell-a/calibration";
const POINT = { floor_lx: 160, lamps: null, lampsFloor_lx: null };

const start = async () => {
  const scene = calibrationScene({ from: NOON });
  scene.lamps(false);
  scene.seeSteadily(100, 4);
  const http = await startHttp({ calibrationDesk: scene.desk });
  const as = async (name: string): Promise<Asked["headers"] & object> => ({
    cookie: await signIn(http.address, name),
  });
  return { ...http, scene, as };
};

const routes: readonly [code: number, method: string, path: string, body?: unknown][] = [
  [200, "GET", AT],
  [201, "POST", `${AT}/points`, POINT],
  [200, "DELETE", `${AT}/points/1`],
  [200, "PUT", `${AT}/lamps`, { kind: "fluorescent" }],
  [409, "POST", `${AT}/marks`, { lamps: "on" }],
  [409, "POST", `${AT}/write`, { from: "measured" }],
];

test("the workshop, managers and the command line calibrate; nobody else does", async () => {
  const { address, as } = await start();
  const pass = { authorization: `Bearer ${PASS}` };
  for (const [code, method, path, body] of routes) {
    const call = (headers: Asked["headers"] = {}) =>
      ask(`${address}${path}`, { method, body, headers });
    expect((await call()).code, path).toBe(401);
    for (const name of ["samir", "paul"]) {
      expect((await call(await as(name))).code, `${path} by ${name}`).toBe(403);
    }
    expect((await call(await as("lea"))).code, path).toBe(code);
  }
  expect((await ask(`${address}${AT}`, { headers: pass })).code).toBe(200);
});

test("managers and the council read the sheet; the workshop and residents do not", async () => {
  const { address, as } = await start();
  const sheet = `${address}/api/zones/stairwell-a/sheet`;
  const codes = [401, 200, 200, 403, 403];
  const visitors = [undefined, "claire", "samir", "lea", "paul"];
  for (const [index, name] of visitors.entries()) {
    const answer = await ask(sheet, name === undefined ? {} : { headers: await as(name) });
    expect(answer.code, name).toBe(codes[index]);
  }
});

test("a point that was added is read back, by whom and when", async () => {
  const { address, as, scene } = await start();
  const headers = await as("lea");
  await ask(`${address}${AT}/points`, { method: "POST", body: POINT, headers });
  expect((await ask(`${address}${AT}`, { headers })).body).toMatchObject({
    points: [{ floor_lx: 160, sensor_lx: 100, factor: 1.6, who: "lea", at: scene.now() }],
    sensor: { trust: "steady", illuminance_lx: 100 },
    next: { fr: expect.stringContaining("de nuit") },
  });
});

test("a refusal tells why in both languages", async () => {
  const { address, as, scene } = await start();
  scene.pass(minutes(5));
  const answer = await ask(`${address}${AT}/points`, {
    method: "POST",
    body: POINT,
    headers: await as("lea"),
  });
  expect(answer).toMatchObject({
    code: 409,
    body: {
      code: "calibration-refused",
      message: {
        fr: "Rien n'a été retenu. (le capteur ne dit rien : regardez sa carte, son alimentation et son Wi-Fi)",
        en: "Nothing was taken. (the sensor says nothing: look at its board, its supply and its Wi-Fi)",
      },
    },
  });
});

const bad: readonly [path: string, method: string, body: unknown][] = [
  ["/points", "POST", {}],
  ["/points", "POST", { ...POINT, floor_lx: 0 }],
  ["/points", "POST", { ...POINT, floor_lx: -5 }],
  ["/points", "POST", { ...POINT, floor_lx: 150_001 }],
  ["/points", "POST", { ...POINT, floor_lx: "bright" }],
  ["/points", "POST", { ...POINT, lamps: "dim" }],
  ["/points", "POST", { ...POINT, lampsFloor_lx: -1 }],
  ["/points", "POST", { ...POINT, more: 1 }],
  ["/marks", "POST", { lamps: "perhaps" }],
  ["/lamps", "PUT", { kind: "candle" }],
  ["/write", "POST", { from: "thin air" }],
  ["/points/none", "DELETE", undefined],
  ["/points/99999999", "DELETE", undefined],
];

test("whatever has not the expected form is refused", async () => {
  const { address, as } = await start();
  const headers = await as("lea");
  for (const [path, method, body] of bad) {
    const answer = await ask(`${address}${AT}${path}`, { method, body, headers });
    expect(answer.code, `${method} ${path} ${JSON.stringify(body)}`).toBe(400);
  }
});

test("a zone that there is not is not found", async () => {
  const { address, as } = await start();
  const headers = await as("claire");
  for (const what of ["calibration", "sheet"]) {
    expect((await ask(`${address}/api/zones/cellar/${what}`, { headers })).code).toBe(404);
  }
});
