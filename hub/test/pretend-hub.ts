import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createPretendHub, type PretendHub } from "../../firmware/cable/test/walk-hub.ts";
import { HubRefusal } from "@battant/cable/hub-client";
import { onTestFinished } from "vitest";
import type { FlashPlan } from "@battant/cable/plan";
import type { AdoptRequest, BoardLogView, FlashRequest } from "../api/contract.ts";
import { inRegistry } from "./cli-place.ts";

/**
 * The HTTP door of a hub that is not there: as far as the `battant` command goes through it. The data
 * folder tells of it as of one that runs.
 */

export type HttpHub = {
  readonly port: number;
  readonly hub: PretendHub;
  /** `PUT /api/wifi {"ssid":…}`, in order. */
  readonly calls: string[];
  log: BoardLogView;
};

const ZONES = [{ zone: "hall", name: "Hall" }];

export type HttpHubOptions = {
  /** Whose passes are good. */
  readonly dataDir: string;
  readonly plan: FlashPlan;
  readonly ssid?: string | null;
  readonly hasEspruino?: boolean;
  readonly onConfirmed?: (hub: PretendHub) => void;
};

export const startHttpHub = async (options: HttpHubOptions): Promise<HttpHub> => {
  const hub = createPretendHub({ date: Date.now, ...options });
  const calls: string[] = [];
  const state = { port: 0, hub, calls, log: { next: 0, lines: [] } as BoardLogView };
  const server = createServer((request, response) => {
    answer(request, { state, options })
      .then((value) => send(response, 200, value))
      .catch((problem: unknown) => {
        if (!(problem instanceof HubRefusal)) return send(response, 500, String(problem));
        return send(response, 409, { code: problem.code, message: problem.said });
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.port = (server.address() as AddressInfo).port;
  runsAt(options.dataDir, state.port);
  return state;
};

/** A hub's run, by a process that does nothing but live. */
export const runsAt = (dir: string, httpPort: number): void => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)", "battant"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  inRegistry(dir, ({ run }) => {
    run.begin({
      pid: child.pid!,
      version: "0.1.0",
      buildingFile: join(dir, "building.yaml"),
      page: `http://127.0.0.1:${httpPort}`,
      httpPort,
      mqttPort: 1883,
      mqttTlsPort: null,
      demo: false,
      speed: 1,
    });
  });
};

const send = (response: ServerResponse, code: number, value: unknown): void => {
  response.statusCode = value === undefined ? 204 : code;
  response.setHeader("content-type", "application/json");
  response.end(value === undefined ? undefined : JSON.stringify(value));
};

type Answering = { readonly state: HttpHub; readonly options: HttpHubOptions };

const refusal = (code: string, en: string): HubRefusal =>
  new HubRefusal({ code, message: { fr: `Refusé : ${en}`, en } });

const answer = async (
  request: IncomingMessage,
  { state, options }: Answering,
): Promise<unknown> => {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const isAllowed = inRegistry(options.dataDir, ({ passes }) => passes.check(token));
  if (!isAllowed) throw refusal("sign-in-needed", "Sign in first.");
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const call = `${request.method} ${request.url}`;
  state.calls.push(`${call} ${text}`.trim());
  const body = (text === "" ? undefined : JSON.parse(text)) as unknown;
  const { hub } = state;
  const board = /^\w+ \/api\/boards\/([^/?]+)/.exec(call)?.[1];
  if (board === "nobody") throw refusal("unknown-board", "There is no such board.");
  if (call === "GET /api/kinds") return hub.kinds();
  if (call === "GET /api/firmware") {
    const firmware = await hub.firmware();
    return options.ssid === undefined ? firmware : { ...firmware, wifi: { ssid: options.ssid } };
  }
  if (call === "POST /api/flash") return hub.prepare(body as FlashRequest);
  if (call.endsWith("/confirmation")) return hub.confirm(call.split("/")[3]!);
  if (call === "GET /api/boards") return hub.boards();
  if (call === "GET /api/building") return { zones: ZONES };
  if (call.includes("/log?")) return state.log;
  if (call.endsWith("/adoption")) {
    const { name, zone } = body as AdoptRequest;
    const zones = zone === null ? [] : ["id" in zone ? zone.id : "new-zone"];
    hub.say({ name, place: "adopted", zones });
  }
  if (call.endsWith("/ignored")) hub.say({ place: "ignored" });
  if (call.startsWith("DELETE ") || call === "PUT /api/wifi") return undefined;
  return hub.board(board!);
};
