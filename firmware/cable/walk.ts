import type { BoardsView, FlashRequest, FlashView, SensorView } from "@battant/hub/api/contract";
import { askForTest, watchStart } from "./boot.ts";
import { connectChip } from "./chip/connect.ts";
import type { Chip, ChipSession } from "./chip/session.ts";
import { type BoardConsole, openConsole } from "./console.ts";
import type { HubApi } from "./hub-api.ts";
import { planFromView } from "./image/plan-view.ts";
import type { FlashPlan, RegionName } from "./plan.ts";
import type { CablePort } from "./port.ts";
import { isStillWaiting, type SelfTest } from "./self-test.ts";
import { Trouble } from "./trouble.ts";
import {
  type Asking,
  awaitFirstReading,
  awaitOnline,
  isClockOff,
  persistently,
} from "./walk-hub.ts";

/** From a chip on the table to its first reading at the hub: the same walk in the terminal and on the page. */

export type WalkStep =
  | "connect"
  | "prepare"
  | "write"
  | "confirm"
  | "start"
  | "self-test"
  | "join"
  | "reading";

export type WalkEvent =
  | { readonly kind: "step"; readonly step: WalkStep }
  | { readonly kind: "chip"; readonly chip: Chip }
  | { readonly kind: "board"; readonly board: string; readonly isKnown: boolean }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "retry"; readonly region: RegionName; readonly reason: string }
  /** Somebody has to press EN: on this board the cable cannot. The walk waits for it. */
  | { readonly kind: "note"; readonly note: "press-en" }
  /** As often as something in it changes; the last one counts. */
  | { readonly kind: "self-test"; readonly result: SelfTest }
  /** To be looked into; the walk goes on all the same. */
  | { readonly kind: "trouble"; readonly trouble: Trouble };

/** Of the whole plan, in bytes as they will lie in flash. */
export type Progress = {
  readonly region: RegionName;
  readonly written: number;
  readonly total: number;
  readonly bytesPerSecond: number;
};

export type WalkParts = {
  readonly port: CablePort;
  readonly hub: HubApi;
  /** All but what only the chip knows. */
  readonly request: Omit<FlashRequest, "mac">;
  readonly tell: (event: WalkEvent) => void;
  /** Ms, monotonic. */
  readonly now: () => number;
  /** Ms since 1970, as this machine believes. */
  readonly date: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
};

export type Walked = {
  readonly board: string;
  /** The first value; absent for a board that only switches, is in a flat, or hears no sensor. */
  readonly reading: SensorView | undefined;
  readonly took_ms: number;
};

/**
 * Throws `Trouble`. The port is closed then as it is in the end, and the walk may be tried again from
 * its beginning: what the hub knew of the board before holds until a chip is proven to be written.
 */
export type Walk = (parts: WalkParts) => Promise<Walked>;

/** What waits is cut short when the walk is stopped; whoever writes the chip has its own way to stop. */
type Walking = WalkParts & { readonly asking: Asking };

export const flashBoard: Walk = async (given) => {
  const { hub, now } = given;
  const parts: Walking = { ...given, asking: { hub, now, pause: interruptible(given) } };
  const began = parts.now();
  const written = await write(parts);
  try {
    const reading = await arrive(parts, written);
    return { board: written.board, reading, took_ms: now() - began };
  } finally {
    await parts.port.close().catch(() => undefined);
  }
};

const interruptible =
  ({ pause, signal }: WalkParts): WalkParts["pause"] =>
  (ms) =>
    new Promise((resolve, reject) => {
      const stop = (): void => reject(new Trouble("cancelled", "stopped while waiting"));
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      pause(ms).then(() => {
        signal.removeEventListener("abort", stop);
        resolve();
      }, reject);
    });

const enter = ({ tell, signal }: WalkParts, step: WalkStep): void => {
  if (signal.aborted) throw new Trouble("cancelled", `stopped before the step ${step}`);
  tell({ kind: "step", step });
};

type Written = Pick<FlashView, "board" | "host"> & {
  /** The hub as it was before the board started. */
  readonly before: BoardsView;
};

/** Connect, prepare, write, confirm; then the chip starts, and the port stays open. */
const write = async (parts: Walking): Promise<Written> => {
  const { hub, tell, signal, pause } = parts;
  enter(parts, "connect");
  const session = await connectChip(parts.port, { signal, pause });
  try {
    tell({ kind: "chip", chip: session.chip });
    enter(parts, "prepare");
    const view = await prepare(parts, session.chip);
    enter(parts, "write");
    await session.write(planOf(view), { ...tellProgress(parts), signal });
    // From here on the chip is the board that the hub knows: stopping now would part them.
    tell({ kind: "step", step: "confirm" });
    await persistently(() => hub.confirm(view.ticket), parts.asking);
    enter(parts, "start");
    const before = await persistently(() => hub.boards(), parts.asking);
    await session.leave();
    return { board: view.board, host: view.host, before };
  } catch (problem) {
    await session.abandon();
    throw problem;
  }
};

const prepare = async (parts: Walking, chip: Chip): Promise<FlashView> => {
  const { hub, tell, request } = parts;
  const { now, espruino } = await persistently(() => hub.firmware(), parts.asking);
  if (espruino === null) throw new Trouble("no-espruino", "the hub has none");
  const away = now - parts.date();
  if (isClockOff(away)) {
    const detail = `the hub's clock is ${Math.round(away / 1000)} s from this machine's`;
    tell({ kind: "trouble", trouble: new Trouble("clock-off", detail) });
  }
  const view = await persistently(() => hub.prepare({ ...request, mac: chip.mac }), parts.asking);
  if (view.flashSize > chip.flashSize) {
    const detail = `the plan needs ${view.flashSize} bytes of flash, the chip has ${chip.flashSize}`;
    throw new Trouble("flash-too-small", detail);
  }
  tell({ kind: "board", board: view.board, isKnown: view.isKnown });
  return view;
};

const planOf = (view: FlashView): FlashPlan => {
  const plan = planFromView(view);
  if (!plan.ok) throw new Trouble("hub-silent", `its plan cannot be read: ${plan.problem}`);
  return plan.value;
};

type Telling = Omit<Parameters<ChipSession["write"]>[1], "signal">;

const tellProgress = ({ tell, now }: WalkParts): Telling => {
  const began = now();
  return {
    progress: (region, written, total) => {
      const seconds = (now() - began) / 1000;
      const bytesPerSecond = seconds > 0 ? Math.round(written / seconds) : 0;
      tell({ kind: "progress", progress: { region, written, total, bytesPerSecond } });
    },
    retry: (region, reason) => tell({ kind: "retry", region, reason }),
  };
};

/** It starts, tests itself, joins, measures. */
const arrive = async (
  parts: Walking,
  { board, host, before }: Written,
): Promise<SensorView | undefined> => {
  const { tell, now, asking } = parts;
  const boardConsole = openConsole(parts);
  try {
    const onSilence = (): void => tell({ kind: "note", note: "press-en" });
    const first = await watchStart({ boardConsole, now, pause: asking.pause, onSilence });
    enter(parts, "self-test");
    const test = await testUntilSettled(parts, boardConsole, first);
    judge(parts, test, host);
    enter(parts, "join");
    const { isPrivate } = await awaitOnline(asking, board);
    if (isPrivate || (await measuresNothing(parts))) return undefined;
    enter(parts, "reading");
    return await awaitFirstReading(asking, before, { board, isMute: isMute(test) });
  } finally {
    await boardConsole.close();
  }
};

/** No sensor answers: there is little to wait for, and a place to give it all the same. */
const isMute = ({ sensors }: SelfTest): boolean =>
  sensors.length > 0 && sensors.every((it) => !it.isGood && !isStillWaiting(it));

const measuresNothing = async ({ hub, request, asking }: Walking): Promise<boolean> => {
  const kinds = await persistently(() => hub.kinds(), asking);
  return kinds.find(({ model }) => model === request.model)?.sensors.length === 0;
};

const TEST_EVERY_MS = 2000;
/** Scan, handshake, DHCP, and two attempts at the hub. */
const HUB_MS_MAX = 45_000;
/** A meter is listened to every ten seconds, and twice until the other speed is tried. */
const SENSORS_MS_MAX = 25_000;

/** Until the hub is reached and every sensor had the time to look, or that has taken too long. */
const testUntilSettled = async (
  { tell, asking: { now, pause } }: Walking,
  boardConsole: BoardConsole,
  first: SelfTest,
): Promise<SelfTest> => {
  const began = now();
  let latest = first;
  tell({ kind: "self-test", result: latest });
  for (;;) {
    const waited = now() - began;
    const isReached = latest.hubProblem === undefined;
    const isLooking = waited < SENSORS_MS_MAX && latest.sensors.some(isStillWaiting);
    if (isReached ? !isLooking : waited > HUB_MS_MAX) return latest;
    await pause(TEST_EVERY_MS);
    const next = (await askForTest({ boardConsole, now, pause })) ?? latest;
    if (JSON.stringify(next) !== JSON.stringify(latest)) tell({ kind: "self-test", result: next });
    latest = next;
  }
};

/** A silent sensor stops nobody: a maker may wire it later. Without its hub a board is nothing. */
const judge = ({ tell }: WalkParts, test: SelfTest, host: string): void => {
  const silent = test.sensors.filter(({ isGood }) => !isGood);
  if (silent.length > 0) {
    const detail = silent.map(({ sensor, answer }) => `${sensor}: ${answer}`).join("; ");
    tell({ kind: "trouble", trouble: new Trouble("sensor-silent", detail) });
  }
  const { hubProblem, signal } = test;
  if (hubProblem === undefined) return;
  if (hubProblem.startsWith("broker refused")) throw new Trouble("hub-refuses", hubProblem);
  if (signal === undefined) throw new Trouble("wifi-failed", "the board has no address");
  throw new Trouble("hub-unreachable", `hub at ${host}: ${hubProblem}; Wi-Fi ${signal} dBm`);
};
