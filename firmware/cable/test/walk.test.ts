import { expect, onTestFinished, test } from "vitest";
import { Trouble } from "../trouble.ts";
import { flashBoard, type WalkEvent, type WalkParts } from "../walk.ts";
import { createChip } from "./esp32/chip.ts";
import { createMemoryPort } from "./esp32/ports.ts";
import { missingIn, planOf } from "./flash-kit.ts";
import { consoleThat, type Says } from "./walk-console.ts";
import { BOARD, createPretendHub, LIGHT, type PretendHubOptions, TICKET } from "./walk-hub.ts";

// Goal: from a chip on the table to its first reading, step by step; each step that fails says why,
// leaves the port closed and can be tried again.
// Method: a simulated chip that checks every byte, a hub in memory, and a board that says on its
// console what each test wants. Time passes twenty times as fast as in life.

const SPEED = 20;
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms / SPEED));
const now = (): number => performance.now() * SPEED;
const NOON = Date.UTC(2026, 5, 21, 10);
const date = (): number => NOON + now();

type SceneOptions = Partial<PretendHubOptions> & {
  readonly says?: Says;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: WalkEvent) => void;
};

const scene = ({ says = () => ({}), signal, onEvent, ...options }: SceneOptions = {}) => {
  const plan = planOf("small");
  const chip = createChip({ run: consoleThat(says) });
  onTestFinished(() => chip.close());
  const port = createMemoryPort(chip);
  const hub = createPretendHub({
    plan,
    date,
    onConfirmed: (it) => {
      it.say({ online: true, flashed: date() });
      // Nothing is measured before the board has started.
      setTimeout(() => it.say({ sensors: [{ ...LIGHT, value: 412, at: date() }] }), 400);
    },
    ...options,
  });
  const events: WalkEvent[] = [];
  const parts: WalkParts = {
    port,
    hub,
    request: { model: "light", board: null, name: null, flat: null, replaces: null, host: null },
    tell: (event) => {
      events.push(event);
      onEvent?.(event);
    },
    now,
    date,
    pause,
    signal: signal ?? new AbortController().signal,
  };
  return {
    plan,
    chip,
    port,
    hub,
    events,
    walk: () => flashBoard(parts),
    walkWith: (changed: Partial<WalkParts>) => flashBoard({ ...parts, ...changed }),
    steps: () => events.flatMap((it) => (it.kind === "step" ? [it.step] : [])),
    troubles: () => events.flatMap((it) => (it.kind === "trouble" ? [it.trouble.kind] : [])),
    isClosed: () => port.readable === null && port.writable === null,
  };
};

const WRITING = ["connect", "prepare", "write", "confirm"];
const ALL = [...WRITING, "start", "self-test", "join", "reading"];

test("a blank chip becomes a board, and its first reading ends the walk", async () => {
  const { walk, steps, events, hub, chip, plan, isClosed, troubles } = scene();
  const walked = await walk();
  expect(walked).toEqual({
    board: BOARD,
    reading: { sensor: "light", quantity: "illuminance", value: 412, at: expect.any(Number) },
    took_ms: expect.any(Number),
  });
  expect(steps()).toEqual(ALL);
  expect(missingIn(chip, plan)).toEqual([]);
  expect([hub.prepared, hub.confirmed]).toEqual([[chip.mac], [TICKET]]);
  expect(events).toContainEqual({ kind: "board", board: BOARD, isKnown: false });
  expect(events.find((it) => it.kind === "chip")).toMatchObject({ chip: { mac: chip.mac } });
  const progress = events.flatMap((it) => (it.kind === "progress" ? [it.progress] : []));
  expect(progress.at(-1)).toMatchObject({ written: progress[0]!.total });
  expect(events.findLast((it) => it.kind === "self-test")).toMatchObject({
    result: { signal: -61, sensors: [{ sensor: "light", isGood: true }] },
  });
  expect([troubles(), chip.complaints, isClosed()]).toEqual([[], [], true]);
});

test("a confirmation whose answer is lost is asked for again", async () => {
  const { walk, hub } = scene({
    onConfirmed: (it) => {
      if (hub.confirmed.length === 1) it.lose(1);
      else it.say({ online: true });
      setTimeout(() => it.say({ sensors: [{ ...LIGHT, value: 1, at: date() }] }), 1000);
    },
  });
  await walk();
  expect(hub.confirmed).toEqual([TICKET, TICKET]);
});

test("a hub that is away for a moment is waited for, wherever the walk is", async () => {
  const steps: string[] = [];
  const { walk, hub } = scene({
    onEvent: (event) => {
      if (event.kind !== "step") return;
      steps.push(event.step);
      hub.lose(2);
    },
  });
  expect(await walk()).toMatchObject({ reading: { value: 412 } });
  expect(steps).toEqual(ALL);
});

test("a hub that stays away ends the walk", async () => {
  const { walk, hub, isClosed } = scene({ onConfirmed: (it) => it.lose(100) });
  await expect(walk()).rejects.toMatchObject({ kind: "hub-silent" });
  expect(hub.confirmed).toHaveLength(5);
  expect(isClosed()).toBe(true);
});

const beforeWriting: readonly [name: string, options: SceneOptions, kind: string][] = [
  ["has no Espruino", { hasEspruino: false }, "no-espruino"],
  ["refuses", { refuses: true }, "refused-by-hub"],
  ["plans for a larger flash", { flashSize: 16 * 1024 * 1024 }, "flash-too-small"],
];

test.each(beforeWriting)("of a chip whose hub %s nothing is written", async (_, options, kind) => {
  const { walk, chip, hub, steps, isClosed } = scene(options);
  await expect(walk()).rejects.toMatchObject({ kind });
  expect(steps()).toEqual(["connect", "prepare"]);
  expect(chip.flash.every((byte) => byte === 0xff)).toBe(true);
  expect([hub.confirmed, isClosed()]).toEqual([[], true]);
});

test("a chip that is not proven to be written is not confirmed", async () => {
  const { walk, chip, hub, steps, isClosed } = scene();
  chip.setFaults({ worn: { address: 0x12000, once: false } });
  await expect(walk()).rejects.toMatchObject({ kind: "verify-failed" });
  expect(steps()).toEqual(["connect", "prepare", "write"]);
  expect([hub.confirmed, isClosed()]).toEqual([[], true]);
});

const told: readonly [name: string, said: ReturnType<Says>, kind: string, detail: RegExp][] = [
  [
    "without an address",
    { wifi: "not connected", hub: "not reached yet" },
    "wifi-failed",
    /no address/,
  ],
  [
    "that gets no answer",
    { hub: "not reached, broker does not answer" },
    "hub-unreachable",
    /broker does not answer; Wi-Fi -61 dBm/,
  ],
  [
    "that is refused",
    { hub: "not reached, broker refused our name or password" },
    "hub-refuses",
    /name or password/,
  ],
];

test.each(told)("a board %s is told so after a while", async (_, said, kind, detail) => {
  const { walk, steps, isClosed } = scene({ says: () => said });
  await expect(walk()).rejects.toMatchObject({ kind, detail: expect.stringMatching(detail) });
  expect(steps()).toEqual([...WRITING, "start", "self-test"]);
  expect(isClosed()).toBe(true);
});

test("a board that needs a while to its hub is given it", async () => {
  const since = now();
  const { walk, events } = scene({
    says: () => (now() - since < 25_000 ? { wifi: "not connected", hub: "not reached yet" } : {}),
  });
  expect(await walk()).toMatchObject({ reading: { value: 412 } });
  expect(events.filter((it) => it.kind === "self-test").length).toBeGreaterThan(1);
});

test("a silent sensor is told, and does not end the walk", async () => {
  const { walk, steps, events } = scene({ says: () => ({ sensor: "light: no-response" }) });
  await walk();
  expect(steps()).toEqual(ALL);
  const trouble = events.find((it) => it.kind === "trouble")!.trouble;
  expect([trouble.kind, trouble.detail]).toEqual(["sensor-silent", "light: no-response"]);
});

test("a board that hears no sensor at all is not waited for as long, and joins all the same", async () => {
  const { walk, steps } = scene({
    says: () => ({ sensor: "light: no-response" }),
    onConfirmed: (it) => it.say({ online: true }),
  });
  expect(await walk()).toMatchObject({ reading: undefined });
  expect(steps()).toEqual(ALL);
});

test("a sensor that has not looked yet is waited for", async () => {
  let asked = 0;
  const { walk, troubles } = scene({
    says: () => ({ sensor: ++asked < 4 ? "light: not looked yet" : "light: 3 lx" }),
  });
  await walk();
  expect(troubles()).toEqual([]);
});

test("what the console tells of a failed start ends the walk", async () => {
  const { walk, steps } = scene({
    says: () => "No program on this board is whole. Flash it again.\r\n",
  });
  await expect(walk()).rejects.toMatchObject({ kind: "no-program" });
  expect(steps()).toEqual([...WRITING, "start"]);
});

test("a board that only switches is done when it is online", async () => {
  const { walk, steps } = scene({
    sensors: [],
    onConfirmed: (it) => it.say({ online: true, sensors: [], relays: ["main"] }),
  });
  expect(await walk()).toMatchObject({ board: BOARD, reading: undefined });
  expect(steps()).toEqual(ALL.slice(0, -1));
});

test("of a flat's board nothing is waited for that nobody may see", async () => {
  const { walk } = scene({ onConfirmed: (it) => it.say({ online: true, isPrivate: true }) });
  expect(await walk()).toMatchObject({ reading: undefined });
});

test("a board that the hub does not hear is told", async () => {
  const { walk } = scene({ onConfirmed: () => undefined });
  await expect(walk()).rejects.toMatchObject({ kind: "hub-unreachable" });
});

test("neither what was measured before nor what a relay counts is a first reading", async () => {
  const { walk, hub } = scene({
    onConfirmed: (it) => {
      it.say({ online: true, relays: ["main"] });
      const lit = { sensor: "main", quantity: "lit", value: 1, at: date() + 10_000 };
      setTimeout(() => it.say({ sensors: [lit, { ...LIGHT, value: 5, at: NOON }] }), 500);
    },
  });
  hub.say({ sensors: [{ ...LIGHT, value: 5, at: NOON }] });
  await expect(walk()).rejects.toMatchObject({ kind: "no-reading" });
});

test("a reading with a wrong time is told as a wrong clock", async () => {
  const { walk } = scene({
    onConfirmed: (it) => {
      it.say({ online: true });
      setTimeout(() => it.say({ sensors: [{ ...LIGHT, value: 5, at: 1000 }] }), 500);
    },
  });
  await expect(walk()).rejects.toMatchObject({
    kind: "clock-off",
    detail: expect.stringContaining("1970-01-01"),
  });
});

test("a hub whose clock is off is told before anything is written, and the walk goes on", async () => {
  const { walk, events, troubles } = scene({
    away: -3 * 3_600_000,
    onConfirmed: (it) => {
      it.say({ online: true });
      setTimeout(
        () => it.say({ sensors: [{ ...LIGHT, value: 5, at: date() - 3 * 3_600_000 }] }),
        500,
      );
    },
  });
  await walk();
  expect(troubles()).toEqual(["clock-off"]);
  const kinds = events.map((it) => (it.kind === "step" ? it.step : it.kind));
  expect(kinds.indexOf("trouble")).toBeLessThan(kinds.indexOf("write"));
});

const stops: readonly string[] = ["connect", "prepare", "write", "start", "self-test", "reading"];

test.each(stops)("stopped at the step %s, the walk ends, and can be walked again", async (at) => {
  const stopping = new AbortController();
  const { walk, walkWith, isClosed, chip, plan } = scene({
    signal: stopping.signal,
    onEvent: (event) => {
      const isThere =
        at === "write" ? event.kind === "progress" : event.kind === "step" && event.step === at;
      if (isThere) stopping.abort();
    },
  });
  const ended = await walk().catch((problem: unknown) => problem);
  expect(ended).toBeInstanceOf(Trouble);
  expect(ended).toMatchObject({ kind: "cancelled" });
  expect(isClosed()).toBe(true);
  await walkWith({ signal: new AbortController().signal });
  expect(missingIn(chip, plan)).toEqual([]);
});
