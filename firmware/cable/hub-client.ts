import type {
  CalibrationView,
  MarkRequest,
  PointRequest,
  WriteRequest,
} from "@battant/hub/api/calibration";
import type {
  AdoptRequest,
  BoardLogView,
  BoardsView,
  BoardView,
  BuildingView,
  FirmwareView,
  FlashedView,
  FlashView,
  KindView,
  ProblemView,
  Sentence,
  WifiRequest,
} from "@battant/hub/api/contract";
import type { LightRequest, LightView, LinkView } from "@battant/hub/api/light";
import type { ModeView } from "@battant/hub/api/observation";
import type { HubApi } from "./hub-api.ts";
import { Trouble } from "./trouble.ts";

/** The hub's HTTP API as the walk and the terminal ask it. Both come from one build: answers are its types. */

/** The hub said no, in its own words. */
export class HubRefusal extends Trouble {
  /** Stable, for programs. */
  readonly code: string;
  readonly said: Sentence;

  constructor({ code, message }: ProblemView) {
    super("refused-by-hub", `${code}: ${message.en}`);
    this.name = "HubRefusal";
    this.code = code;
    this.said = message;
  }
}

export type HubClient = HubApi & {
  building(): Promise<BuildingView>;
  setWifi(request: WifiRequest): Promise<void>;
  forgetWifi(): Promise<void>;
  adopt(board: string, request: AdoptRequest): Promise<BoardView>;
  setIgnored(board: string, isIgnored: boolean): Promise<BoardView>;
  forget(board: string): Promise<void>;
  log(board: string, asked: LogAsked): Promise<BoardLogView>;
  calibration(zone: string): Promise<CalibrationView>;
  addPoint(zone: string, request: PointRequest): Promise<CalibrationView>;
  markLamps(zone: string, request: MarkRequest): Promise<CalibrationView>;
  writeCalibration(zone: string, request: WriteRequest): Promise<CalibrationView>;
  askForLight(zone: string, request: LightRequest): Promise<LightView>;
  handBackLight(zone: string): Promise<LightView>;
  /** `address`: where phones find the hub; its likeliest one without it. */
  lightLink(zone: string, address?: string): Promise<LinkView>;
  renewLightLink(zone: string, address?: string): Promise<LinkView>;
  setMode(zone: string, mode: ModeView["mode"]): Promise<ModeView>;
};

export type LogAsked = {
  readonly after: number;
  /** So long the hub waits for something newer, 25 at most. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
};

type Call = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly patience?: number;
};

export type Headers = { readonly [name: string]: string };

/** A plan is some two megabytes, made while one waits; a slow machine takes seconds for it. */
const PATIENCE_MS = 30_000;

/** `base`: nothing on a page of the hub, `http://127.0.0.1:8080` beside it. */
export const createHubClient = (
  fetch: typeof globalThis.fetch,
  base: string,
  headers: Headers = {},
): HubClient => {
  const ask = async <T>(path: string, call: Call = {}): Promise<T> => {
    const { method = "GET", body, signal, patience = PATIENCE_MS } = call;
    const limit = AbortSignal.timeout(patience);
    const answer = await hubAnswers(() =>
      fetch(base + path, {
        method,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    return answer as T;
  };
  const of = (board: string, more = ""): string =>
    `/api/boards/${encodeURIComponent(board)}${more}`;
  return {
    kinds: () => ask<readonly KindView[]>("/api/kinds"),
    firmware: () => ask<FirmwareView>("/api/firmware"),
    prepare: (body) => ask<FlashView>("/api/flash", { method: "POST", body }),
    confirm: (ticket) =>
      ask<FlashedView>(`/api/flash/${encodeURIComponent(ticket)}/confirmation`, { method: "POST" }),
    boards: () => ask<BoardsView>("/api/boards"),
    board: (board) => ask<BoardView>(of(board)),
    building: () => ask<BuildingView>("/api/building"),
    setWifi: (body) => ask<void>("/api/wifi", { method: "PUT", body }),
    forgetWifi: () => ask<void>("/api/wifi", { method: "DELETE" }),
    adopt: (board, body) => ask<BoardView>(of(board, "/adoption"), { method: "POST", body }),
    setIgnored: (board, ignored) =>
      ask<BoardView>(of(board, "/ignored"), { method: "PUT", body: { ignored } }),
    forget: (board) => ask<void>(of(board), { method: "DELETE" }),
    askForLight: (zone, body) => ask<LightView>(light(zone, "override"), { method: "POST", body }),
    handBackLight: (zone) => ask<LightView>(light(zone, "override"), { method: "DELETE" }),
    lightLink: (zone, address) => ask<LinkView>(light(zone, "link", address)),
    renewLightLink: (zone, address) =>
      ask<LinkView>(light(zone, "link/renew", address), { method: "POST" }),
    calibration: (zone) => ask<CalibrationView>(calibrationOf(zone)),
    addPoint: (zone, body) =>
      ask<CalibrationView>(calibrationOf(zone, "/points"), { method: "POST", body }),
    markLamps: (zone, body) =>
      ask<CalibrationView>(calibrationOf(zone, "/marks"), { method: "POST", body }),
    writeCalibration: (zone, body) =>
      ask<CalibrationView>(calibrationOf(zone, "/write"), { method: "POST", body }),
    log: (board, { after, waitSeconds, signal }) =>
      ask<BoardLogView>(of(board, `/log?after=${after}&wait_s=${waitSeconds}`), {
        signal,
        patience: PATIENCE_MS + waitSeconds * 1000,
      }),
    setMode: (zone, mode) =>
      ask<ModeView>(`/api/zones/${encodeURIComponent(zone)}/mode`, {
        method: "POST",
        body: { mode },
      }),
  };
};

const light = (zone: string, what: string, address?: string): string => {
  const query = address === undefined ? "" : `?address=${encodeURIComponent(address)}`;
  return `/api/zones/${encodeURIComponent(zone)}/${what}${query}`;
};

const calibrationOf = (zone: string, more = ""): string =>
  `/api/zones/${encodeURIComponent(zone)}/calibration${more}`;

/** What comes is the hub's answer, or one of its refusals; anything else is no hub. */
const hubAnswers = async (call: () => Promise<Response>): Promise<unknown> => {
  let response: Response;
  let value: unknown;
  try {
    response = await call();
    const text = await response.text();
    value = text === "" ? undefined : JSON.parse(text);
  } catch (problem) {
    throw new Trouble("hub-silent", reasonOf(problem), { cause: problem });
  }
  if (response.ok) return value;
  if (isProblem(value)) throw new HubRefusal(value);
  throw new Trouble("hub-silent", `it answered HTTP ${response.status}`);
};

const isProblem = (value: unknown): value is ProblemView => {
  const { code, message } = (value ?? {}) as { code?: unknown; message?: Partial<Sentence> };
  return (
    typeof code === "string" && typeof message?.fr === "string" && typeof message.en === "string"
  );
};

/** `fetch` says `fetch failed`, and why only in its cause. */
const reasonOf = (problem: unknown): string => {
  if (!(problem instanceof Error)) return String(problem);
  return problem.cause instanceof Error ? problem.cause.message : problem.message;
};
