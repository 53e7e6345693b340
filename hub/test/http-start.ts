import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request as askPlain } from "node:http";
import { request as askOverTls } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { createHttp, type Http, type HttpParts } from "../src/adapters/http/server.ts";
import type { Accounts } from "../src/ports.ts";
import {
  createFakeBoardDesk,
  createFakeFlashDesk,
  createFakePasses,
  type FakeBoardDesk,
  type FakeFlashDesk,
} from "./http-desks.ts";
import { createFakeBacktests, type FakeBacktests } from "./backtest-parts.ts";
import { calibrationScene } from "./calibration-parts.ts";
import {
  claire,
  createFakeAccounts,
  createFakeModes,
  createFakeReadings,
  createFakeViews,
  type FakeViews,
  isPrivate,
  lea,
  NOON,
  PASSWORD,
  paul,
  samir,
  SETUP_TOKEN,
  stoppedClock,
} from "./http-fakes.ts";
import { createFakeLight, type FakeLight } from "./light-parts.ts";

/** The real server for one test, and how to ask it. */

export type Answer = {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

export type Asked = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text already. */
  readonly body?: unknown;
  /** Whom to trust over HTTPS. */
  readonly ca?: string;
};

/** One request over real HTTP or HTTPS, with no header that was not asked for. */
export const ask = async (url: string, asked: Asked = {}): Promise<Answer> => {
  const { method = "GET", headers = {}, body, ca } = asked;
  const isJson = body !== undefined && typeof body !== "string";
  const request = url.startsWith("https:") ? askOverTls : askPlain;
  const question = request(url, {
    method,
    ca,
    headers: isJson ? { "content-type": "application/json", ...headers } : headers,
    agent: false,
  });
  question.end(isJson ? JSON.stringify(body) : body);
  const [response] = (await once(question, "response")) as [IncomingMessage];
  const text = await textOf(response);
  const isJsonAnswer = response.headers["content-type"]?.startsWith("application/json");
  return {
    code: response.statusCode ?? 0,
    headers: response.headers,
    body: isJsonAnswer ? JSON.parse(text) : text,
  };
};

/** What a browser would send back. */
export const cookieOf = (answer: Answer): string => {
  const [cookie] = answer.headers["set-cookie"] ?? [];
  if (cookie === undefined) throw new Error("the answer sets no cookie");
  return cookie.slice(0, cookie.indexOf(";"));
};

export type Started = Http & {
  readonly views: FakeViews;
  readonly accounts: Accounts;
  readonly boardDesk: FakeBoardDesk;
  readonly flashDesk: FakeFlashDesk;
  readonly light: FakeLight;
  readonly backtests: FakeBacktests;
};

/** The real server on a free port, ended when the test ends. */
export const startHttp = async (parts: Partial<HttpParts> = {}): Promise<Started> => {
  const views = createFakeViews();
  const accounts = createFakeAccounts(SETUP_TOKEN, [claire, samir, lea, paul]);
  const boardDesk = createFakeBoardDesk();
  const flashDesk = createFakeFlashDesk();
  const light = createFakeLight(views);
  const backtests = createFakeBacktests(
    () => views.building().zones,
    () => NOON,
  );
  const http = await createHttp({
    listen: { host: "127.0.0.1", port: 0 },
    views,
    accounts,
    passes: createFakePasses(),
    boardDesk,
    flashDesk,
    lightDesk: light.lightDesk,
    caPath: join(tmpdir(), "battant-no-such-certificate"),
    readings: createFakeReadings(),
    zoneModes: createFakeModes(),
    backtestDesk: backtests.desk,
    calibrationDesk: calibrationScene({ from: NOON }).desk,
    isPrivate,
    clock: stoppedClock(NOON),
    pagesDir: tmpdir(),
    ...parts,
  });
  onTestFinished(() => http.close());
  return { ...http, views, accounts, boardDesk, flashDesk, light, backtests };
};

export const signIn = async (address: string, name: string, ca?: string): Promise<string> => {
  const asked = { method: "POST", body: { name, password: PASSWORD } };
  return cookieOf(await ask(`${address}/api/session`, ca === undefined ? asked : { ...asked, ca }));
};
