// Needs: mosquitto, mosquitto_passwd.
import type { BoardId, BootId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import { type RelayReport, WARNING } from "@battant/protocol/vocabulary/relay";
import { instant, seconds } from "@battant/protocol/vocabulary/units";
import { decodeClockQuestion, encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { decodeRelayReport, encodeLease } from "@battant/protocol/wire/relay";
import { clockTopic, leaseTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import { expect, onTestFinished, test } from "vitest";
import { type Simulation, startSimulation } from "../simulation.ts";
import { typicalZone, type WorldFile } from "../world-file.ts";
import { startMosquitto, until } from "./brokers.ts";
import { createSealer, KEY_HEX } from "./sealer.ts";

// Goal: in the pretend building the luminaires really blink before they go out, whoever presses keeps
// the light, and the sensor below them sees no darkness in it.
// Method: the real program in a world at ten times life, a real Mosquitto, a hub of a few lines, and
// somebody in the stairwell who looks at the luminaires.

const SPEED = 10;
const ORIGIN = Date.UTC(2026, 5, 21, 10);
const BOARD = "stairs-1" as BoardId;
const RELAY = "main" as RelayId;
const STAIRWELL = typicalZone("stairwell", "stairwell");

const worldOf = (port: number): WorldFile => ({
  mqtt: { host: "127.0.0.1", port },
  clock: { origin: ORIGIN, realOrigin: Date.now(), speed: SPEED },
  seed: 3,
  location: { latitude_deg: 47.24, longitude_deg: 6.02 },
  scene: "clear",
  zones: [{ ...STAIRWELL, lighting: "permanent" }],
  meters: [],
  boards: [
    {
      id: BOARD,
      password: "p",
      key: KEY_HEX,
      parts: [
        { kind: "relay", relay: RELAY, zone: "stairwell", feedback: true, wallSwitch: true },
        { kind: "light", sensor: "light", zone: "stairwell" },
      ],
    },
  ],
});

/** What somebody in the stairwell has seen the luminaires do. */
type Look = { readonly at: number; readonly lit: boolean };

const building = async () => {
  const mosquitto = await startMosquitto({ [BOARD]: "p" });
  onTestFinished(() => mosquitto.stop());
  const client = await mosquitto.hub();
  onTestFinished(() => client.endAsync());
  const seal = createSealer();
  const reports: RelayReport[] = [];
  const seen: { readonly value: number; readonly at: number }[] = [];
  const litReadings: number[] = [];
  const now = () => instant(Math.round(simulation.clock.now()));
  let boot = "" as BootId;
  let told = false;
  client.on("message", (topic, bytes) => {
    const payload = bytes.toString();
    const route = parseBoardTopic(topic);
    if (route?.kind === "relay") {
      const report = decodeRelayReport(payload);
      if (report.ok) reports.push(report.value);
    }
    if (route?.kind === "readings") {
      const batch = decodeReadings(payload);
      if (!batch.ok) return;
      for (const { quantity, value, time } of batch.value.readings) {
        const at = time.kind === "at" ? time.at : now() - time.age;
        if (quantity === "illuminance") seen.push({ value, at });
        if (quantity === "lit") litReadings.push(value);
      }
    }
    if (route?.kind !== "clock-question") return;
    const question = decodeClockQuestion(payload);
    if (!question.ok) throw new Error(question.problem);
    boot = question.value.boot;
    const clock = encodeClock(now(), question.value.number);
    client.publish(clockTopic(BOARD), seal(boot, clockTopic(BOARD), clock), { qos: 1 });
    told = true;
  });
  await client.subscribeAsync("battant/#", { qos: 1 });
  const simulation: Simulation = startSimulation({
    world: worldOf(mosquitto.port),
    onUncaught: (board, error) => {
      throw new Error(`${board}: ${String(error)}`);
    },
  });
  onTestFinished(() => simulation.stop());
  const looks: Look[] = [];
  simulation.world.watch((event) => {
    if (event.kind === "lit") looks.push({ at: simulation.clock.now(), lit: event.lit });
  });
  let leases = 0;
  const lease = (): void => {
    const id = `l${leases++}` as LeaseId;
    const body = encodeLease({ id, boot, issued: now(), duration: seconds(120), warn: true });
    const topic = leaseTopic(BOARD, RELAY);
    client.publish(topic, seal(boot, topic, body), { qos: 1 });
  };
  await until("the board knows the time", () => told && reports.length > 0);
  await until("its sensor has reported", () => seen.length > 0);
  const says = (reason: string): boolean => reports.at(-1)?.reason === reason;
  return { simulation, reports, seen, litReadings, looks, lease, says };
};

test("luminaires blink twice, burn on, and then go out; a sensor under them misses nothing", async () => {
  const { looks, lease, says, reports, seen, litReadings } = await building();
  lease();
  await until("it warns", () => says("warning"));
  expect(reports.at(-1)).toMatchObject({ state: "available", lease: "l0", lit: true });
  await until("it is dark", () => reports.at(-1)?.lit === false);
  expect(reports.at(-1)).toMatchObject({ state: "inhibited", reason: "lease", lease: "l0" });
  // A busy machine is late at ten times life, and never early.
  expect(looks.map(({ lit }) => lit)).toEqual([false, true, false, true, false]);
  const [off, on, offAgain, onAgain, dark] = looks.map(({ at }) => at) as [
    number,
    number,
    number,
    number,
    number,
  ];
  expect(on - off).toBeGreaterThanOrEqual(490);
  expect(offAgain - on).toBeGreaterThanOrEqual(990);
  expect(onAgain - offAgain).toBeGreaterThanOrEqual(490);
  expect(dark - off).toBeGreaterThanOrEqual(WARNING - 200);
  // Told as it was meant: the light was on, and then it was off.
  expect(reports.filter((it) => it.reason === "warning").every((it) => it.lit === true)).toBe(true);
  await until("history is kept", () => litReadings.includes(0));
  expect(litReadings.slice(0, 2)).toEqual([1, 0]);
  const isDark = ({ value }: { readonly value: number }): boolean =>
    value < seen[0]!.value - STAIRWELL.luminaire_lx / 2;
  await until("the sensor misses the luminaires", () => seen.some(isDark));
  expect(seen.find(isDark)!.at).toBeGreaterThan(dark);
}, 60_000);

test("somebody who presses while they blink keeps the light", async () => {
  const { simulation, looks, lease, says } = await building();
  lease();
  await until("it blinks", () => looks.length > 0);
  simulation.world.press("stairwell");
  await until("the press is obeyed", () => says("wall-switch"));
  expect(simulation.world.isLit("stairwell")).toBe(true);
  const before = looks.length;
  lease();
  await until("a lease is refused", () => says("lease-refused"));
  const end = simulation.clock.now() + 2 * WARNING;
  await until("the warning would be over", () => simulation.clock.now() > end);
  expect(looks).toHaveLength(before);
}, 60_000);
