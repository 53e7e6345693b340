// Needs: influxd, mosquitto_pub.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { unsealed } from "@battant/protocol/wire/sealed";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import type { BuildingView } from "../api/contract.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { addBoard, battant, dataFolder, run, startQuickHub } from "./hub-process.ts";
import { startInfluxd } from "./influxd.ts";

// Goal: one reading travels the whole way of docs/architecture.md, "Follow one reading".
// Method: a real hub on a corridor where it is noon now, a person with mosquitto_pub as its light
// sensor, an MQTT client as its relay board, a real InfluxDB. The hub's clock runs six times as fast:
// the shortest delay that a building file allows is waited for.

const SPEED = 6;

/** East or west of Greenwich, wherever the sun stands highest at this moment. */
const noonLongitude = (): number => {
  const hours = (Date.now() / 3_600_000) % 24;
  return Math.round((12 - hours) * 15);
};

const corridor = (): string => `
building: line
name: "One corridor"
location: { latitude_deg: 0, longitude_deg: ${noonLongitude()} }
timezone: UTC
boards:
  hand: { name: "A hand with mosquitto_pub" }
  relay: { name: "A relay board" }
zones:
  corridor:
    name: "Corridor"
    kind: corridor
    area_m2: 20
    levels: 1
    light_sensor: { board: hand, sensor: light }
    circuits:
      main: { relay: { board: relay, relay: main }, load_W: 40 }
    daylight: { mode: act, luminaire_contribution_lx: 0, off_delay_min: 3, on_delay_s: 1 }
`;

const queried = async (url: string, query: string): Promise<string> =>
  (await fetch(`${url}/query?db=battant&q=${encodeURIComponent(query)}`)).text();

test(
  "one reading is acknowledged, stored, copied and decided upon, and a lamp is borrowed and given back",
  { timeout: 180_000 },
  async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.remove());
    const data = dataFolder();
    writeFileSync(join(data, "building.yaml"), corridor());
    const quick = { origin: Date.now(), speed: SPEED };
    const hub = await startQuickHub(quick, data, "--no-demo", "--influx", influxd.url);
    const { password: hand } = await addBoard("hand", data);
    const { password, key } = await addBoard("relay", data);

    const relay = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
      clientId: "relay",
      username: "relay",
      password,
      keepalive: 60,
      will: {
        topic: "battant/1/relay/availability",
        payload: Buffer.from("offline"),
        qos: 1,
        retain: true,
      },
    });
    onTestFinished(() => relay.endAsync(true));
    // The hub waits for signs of life by its own quick clock.
    const alive = setInterval(() => relay.sendPing(), (60_000 / SPEED) * 0.5);
    onTestFinished(() => clearInterval(alive));
    const leases: { id: string; for: number }[] = [];
    const report = (fields: object) =>
      relay.publishAsync("battant/1/relay/relay/main", JSON.stringify({ boot: "r1", ...fields }), {
        qos: 1,
        retain: true,
      });
    const seal = { key: Buffer.from(key, "hex").toString("latin1"), boot: "r1" as BootId, sha256 };
    relay.on("message", (topic, payload) => {
      const opened = unsealed(seal, topic, payload.toString());
      expect(opened.ok).toBe(true);
      if (!opened.ok) return;
      const lease = JSON.parse(opened.value.body) as { id: string; for: number };
      leases.push(lease);
      const inhibited = lease.for > 0;
      void report({
        state: inhibited ? "inhibited" : "available",
        why: inhibited ? "lease" : "lease-ended",
        lease: lease.id,
        lit: !inhibited,
      });
    });
    await relay.subscribeAsync("battant/1/relay/relay/+/lease", { qos: 1 });
    await report({ state: "available", why: "start", lit: true });

    let sequence = 0;
    const see = async (illuminance: number): Promise<void> => {
      sequence += 1;
      const payload = JSON.stringify({
        boot: "h1",
        r: [{ n: sequence, s: "light", q: "illuminance", v: illuminance, a: 0 }],
      });
      const { code } = await run("mosquitto_pub", [
        ...`-h 127.0.0.1 -p ${hub.mqtt} -u hand -i hand -P ${hand} -q 1 -t battant/1/hand/readings -m`.split(
          " ",
        ),
        payload,
      ]);
      expect(code).toBe(0);
    };
    const zone = async () =>
      ((await (await fetch(`${hub.http}/api/building`)).json()) as BuildingView).zones[0]!;

    await see(400);
    expect(await zone()).toMatchObject({
      because: "not-bright-long-enough",
      daylight_lx: 400,
      light: "on",
    });
    await expect
      .poll(async () => (await zone()).light, { timeout: 100_000, interval: 500 })
      .toBe("inhibited");
    expect(leases[0]).toMatchObject({ for: 120_000 });
    expect((await zone()).why.en).toMatch(
      /^Off: daylight has been enough for 3 min \(400 lx, threshold 150 lx\)\.$/u,
    );

    await see(50);
    await expect
      .poll(async () => (await zone()).light, { timeout: 20_000, interval: 200 })
      .toBe("on");
    expect(leases.at(-1)).toMatchObject({ for: 0 });
    expect((await zone()).because).toBe("too-dark");

    // The journal, the copy in InfluxDB and the decision log tell the same story.
    const { out } = await battant("readings", "count", "--data", data, "--json");
    expect(JSON.parse(out)).toMatchObject({ readings: sequence });
    await expect
      .poll(() => queried(influxd.url, `SELECT value, zone FROM battant.raw.illuminance`), {
        timeout: 20_000,
        interval: 500,
      })
      .toMatch(/400,"corridor".*50,"corridor"/su);
    // What was just decided is written with the next commit.
    await expect
      .poll(async () => (await battant("decisions", "--data", data)).out, {
        timeout: 20_000,
        interval: 500,
      })
      .toMatch(/Off: daylight has been\s+enough.*daylight is not enough/su);
  },
);
