import { expect, test } from "vitest";
import { ask, startHttp } from "./http-start.ts";

// Goal: a stranger can write a client from the document alone.
// Method: the document as it is served, walked whole.

type Operation = {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema?: object }[];
  requestBody?: { content: { [type: string]: { schema?: object } } };
  responses: { [http: string]: { description?: string; content?: object } };
  security?: object[];
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: { [path: string]: { [method: string]: Operation } };
  components: { schemas: { [name: string]: object }; securitySchemes: object };
};

const load = async (): Promise<Document> => {
  const { address } = await startHttp();
  return (await ask(`${address}/api/openapi.json`)).body as Document;
};

const operations = (document: Document): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, it]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      it,
    ]),
  );

test("the document lists every operation of the API", async () => {
  const document = await load();
  expect(document.openapi).toBe("3.1.0");
  expect(operations(document).map(([name]) => name)).toEqual([
    "GET /api/building",
    "GET /api/live",
    "GET /api/zones/{zone}/decisions",
    "GET /api/zones/{zone}/why",
    "GET /api/readings/windows",
    "GET /api/zones/{zone}/savings",
    "GET /api/zones/{zone}/observation",
    "POST /api/zones/{zone}/mode",
    "GET /api/backtest",
    "GET /api/zones/{zone}/backtest",
    "POST /api/zones/{zone}/backtest",
    "GET /api/survey",
    "POST /api/survey",
    "GET /api/zones/{zone}/calibration",
    "GET /api/zones/{zone}/sheet",
    "POST /api/zones/{zone}/calibration/points",
    "DELETE /api/zones/{zone}/calibration/points/{id}",
    "POST /api/zones/{zone}/calibration/marks",
    "PUT /api/zones/{zone}/calibration/lamps",
    "POST /api/zones/{zone}/calibration/write",
    "GET /api/light/{token}",
    "POST /api/light/{token}",
    "DELETE /api/light/{token}",
    "POST /api/zones/{zone}/override",
    "DELETE /api/zones/{zone}/override",
    "GET /api/zones/{zone}/link",
    "POST /api/zones/{zone}/link/renew",
    "GET /api/zones/{zone}/sign.svg",
    "GET /api/health",
    "GET /api/boards",
    "GET /api/boards/{board}",
    "DELETE /api/boards/{board}",
    "POST /api/boards/{board}/adoption",
    "PUT /api/boards/{board}/ignored",
    "GET /api/boards/{board}/log",
    "GET /api/kinds",
    "GET /api/kinds/{model}/wiring.svg",
    "PUT /api/wifi",
    "DELETE /api/wifi",
    "GET /api/firmware",
    "POST /api/flash",
    "POST /api/flash/{ticket}/confirmation",
    "GET /api/session",
    "POST /api/session",
    "DELETE /api/session",
    "POST /api/setup",
    "GET /api/access",
    "GET /api/ca.crt",
    "GET /api/openapi.json",
  ]);
});

test("every operation says what it is for, what it answers and how it refuses", async () => {
  const document = await load();
  for (const [name, { summary, responses }] of operations(document)) {
    const codes = Object.keys(responses);
    const success = codes.find((code) => code.startsWith("2"));
    expect({ name, summary, success, codes }).toEqual({
      name,
      summary: expect.stringMatching(/./) as string,
      success: expect.stringMatching(/^20[014]$/) as string,
      codes: expect.arrayContaining(["421", "429", "500"]) as string[],
    });
  }
});

test("every response says what it means and, unless it is empty, what it holds", async () => {
  const responses = operations(await load()).flatMap(([name, { responses: all }]) =>
    Object.entries(all).map(([code, response]) => ({ name, code, ...response })),
  );
  const vague = responses.filter((it) => !it.description || it.description === "Default Response");
  const bare = responses.filter((it) => it.content === undefined && it.code !== "204");
  expect(vague).toEqual([]);
  expect(bare).toEqual([]);
});

test("every parameter of a path is described and required", async () => {
  for (const [name, operation] of operations(await load())) {
    for (const [, parameter] of name.matchAll(/\{(\w+)\}/g)) {
      expect(operation.parameters).toContainEqual(
        expect.objectContaining({ name: parameter, in: "path", required: true }),
      );
    }
  }
});

test("every reference leads somewhere", async () => {
  const document = await load();
  const references = JSON.stringify(document).matchAll(
    /"\$ref":"#\/components\/schemas\/([^"]+)"/g,
  );
  const names = new Set([...references].map(([, name]) => name));
  expect(names.size).toBeGreaterThan(5);
  for (const name of names) expect(document.components.schemas).toHaveProperty(name!);
});

test("what needs a session says so, and what takes the command line's pass too", async () => {
  const document = await load();
  const closed = operations(document).flatMap(([name, { security }]) =>
    security === undefined ? [] : [[name, security.flatMap((it) => Object.keys(it)).join(" or ")]],
  );
  const WORKSHOP =
    /^[A-Z]+ \/api\/(boards|kinds|firmware|wifi|flash|zones\/{zone}\/(mode|override|link|sign|calibration))\b/;
  const open =
    /^[A-Z]+ \/api\/(building|live|light|zones\/{zone}\/(decisions|why)|session|setup|access|ca.crt|openapi)\b/;
  expect(closed).toEqual(
    operations(document)
      .map(([name]) => name)
      .filter((name) => !open.test(name))
      .map((name) => [name, WORKSHOP.test(name) ? "session or pass" : "session"]),
  );
  expect(Object.keys(document.components.securitySchemes)).toEqual(["session", "pass"]);
});
