import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { parseHubTopic } from "@battant/protocol/wire/topics";
import { unsealed } from "@battant/protocol/wire/sealed";
import { connectAsync, type MqttClient } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import type { BuildingView, ZoneView } from "../api/contract.ts";
import type { ObservationView } from "../api/observation.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { inRegistry } from "./cli-place.ts";
import { addBoard, battant, dataFolder, type HubProcess, startQuickHub } from "./hub-process.ts";

// Goal: a zone in observation decides and nothing at all is sent for it; made to act, it borrows the
// light without a restart; back in observation, the light is given back at once.
// Method: a whole hub whose clock runs thirty times as fast as life, a summer noon over Besançon, and
// MQTT clients that are its boards and hear all that is published to them.

const SPEED = 30;
const NOON = Date.UTC(2026, 5, 21, 10);

const BUILDING = `building: watched
name: "Watched"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  eye: { name: "A light sensor" }
  relay: { name: "A relay" }
zones:
  hall: # as the council asked, in June
    kind: hall
    light_sensor: { board: eye, sensor: light }
    circuits:
      ceiling: { relay: { board: relay, relay: main }, load_W: 108 }
    daylight: { mode: observe, luminaire_contribution_lx: 0, off_delay_min: 3 }
`;

type Heard = { readonly topic: string; readonly text: string };

const connect = async (hub: HubProcess, id: string, password: string, heard: Heard[]) => {
  const client = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
    clientId: id,
    username: id,
    password,
  });
  onTestFinished(() => client.endAsync(true));
  client.on("message", (topic, payload) => heard.push({ topic, text: payload.toString() }));
  await client.subscribeAsync(`battant/1/${id}/#`, { qos: 1 });
  return client;
};

/** A sensor that sees a bright hall, and says so twice a second: four times a minute, over there. */
const shine = (eye: MqttClient): void => {
  let n = 0;
  const say = (): void => {
    n += 1;
    const r = [{ n, s: "light", q: "illuminance", v: 400 + (n % 7), a: 0 }];
    eye.publish("battant/1/eye/readings", JSON.stringify({ boot: "e1", r }), { qos: 1 });
  };
  const timer = setInterval(say, 500);
  onTestFinished(() => clearInterval(timer));
};

/** A relay that does as it is asked, as long as the seal is the hub's. */
const obey = (relay: MqttClient, key: string): { id: string; for: number }[] => {
  const leases: { id: string; for: number }[] = [];
  const seal = { key: Buffer.from(key, "hex").toString("latin1"), boot: "r1" as BootId, sha256 };
  const report = (fields: object): void => {
    const text = JSON.stringify({ boot: "r1", ...fields });
    relay.publish("battant/1/relay/relay/main", text, { qos: 1, retain: true });
  };
  relay.on("message", (topic, payload) => {
    if (!topic.endsWith("/lease")) return;
    const opened = unsealed(seal, topic, payload.toString());
    if (!opened.ok) throw new Error("a lease was not sealed by the hub");
    const lease = JSON.parse(opened.value.body) as { id: string; for: number };
    leases.push(lease);
    const inhibited = lease.for > 0;
    report({
      state: inhibited ? "inhibited" : "available",
      why: inhibited ? "lease" : "lease-ended",
      lease: lease.id,
      lit: !inhibited,
    });
  });
  report({ state: "available", why: "start", lit: true });
  return leases;
};

const PATIENCE = { timeout: 60_000, interval: 100 };

test(
  "observed, then acting, then observed again, without a restart",
  { timeout: 240_000 },
  async () => {
    const data = dataFolder();
    writeFileSync(join(data, "building.yaml"), BUILDING);
    const hub = await startQuickHub(
      { origin: NOON, speed: SPEED },
      data,
      "--no-demo",
      "--host",
      "127.0.0.1",
    );
    const heard: Heard[] = [];
    const eye = await connect(hub, "eye", (await addBoard("eye", data)).password, heard);
    const { password, key } = await addBoard("relay", data);
    const relay = await connect(hub, "relay", password, heard);
    const leases = obey(relay, key);
    shine(eye);

    const token = new URL(hub.setup!).searchParams.get("token");
    const origin = new URL(hub.http).origin;
    const post = (path: string, body: object, cookie = "") =>
      fetch(origin + path, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify(body),
      });
    const setUp = await post("/api/setup", {
      token,
      name: "claire",
      password: "porte cochere ouverte",
    });
    const cookie = setUp.headers.getSetCookie()[0]!.split(";")[0]!;
    const get = async <T>(path: string): Promise<T> =>
      (await (await fetch(origin + path, { headers: { cookie } })).json()) as T;
    const zone = async (): Promise<ZoneView> =>
      (await get<BuildingView>("/api/building")).zones[0]!;
    const setMode = (mode: string) => post("/api/zones/hall/mode", { mode }, cookie);

    await expect.poll(async () => (await zone()).decision, PATIENCE).toBe("inhibit");
    expect((await zone()).why.en).toMatch(/^Observation, nothing is sent\. Off: daylight/u);
    await expect
      .poll(async () => {
        const { figures } = await get<ObservationView>("/api/zones/hall/observation");
        return figures !== null && figures.would_ms > 60_000 && figures.burned.time_ms > 60_000;
      }, PATIENCE)
      .toBe(true);
    const observation = await get<ObservationView>("/api/zones/hall/observation");
    expect(observation.figures).toMatchObject({ day: 1, ended: null, switchings: 1, below_ms: 0 });
    expect(observation.missing.map((it) => it.en)).toEqual(["14 known days are missing of 14."]);
    // Boards hear their own words, and of the hub nothing that moves a relay.
    const fromHub = heard
      .map(({ topic }) => parseHubTopic(topic)?.kind)
      .filter((it) => it !== undefined);
    expect(heard.length).toBeGreaterThan(10);
    expect(fromHub.filter((kind) => kind !== "clock")).toEqual([]);
    expect(leases).toEqual([]);

    expect((await setMode("act")).status).toBe(200);
    await expect.poll(() => leases.length, PATIENCE).toBeGreaterThan(0);
    expect(leases[0]).toMatchObject({ for: 120_000 });
    await expect.poll(async () => (await zone()).light, PATIENCE).toBe("inhibited");
    expect(readFileSync(join(data, "building.yaml"), "utf8")).toBe(
      BUILDING.replace("mode: observe", "mode: act"),
    );
    await expect
      .poll(() => get<ObservationView>("/api/zones/hall/observation"), PATIENCE)
      .toMatchObject({ mode: "act", figures: { ended: expect.any(Number) as number } });

    const before = leases.length;
    expect((await setMode("observe")).status).toBe(200);
    await expect.poll(() => leases.slice(before).some((it) => it.for === 0), PATIENCE).toBe(true);
    await expect.poll(async () => (await zone()).light, PATIENCE).toBe("on");

    const off = await battant("mode", "hall", "off", "--data", data);
    expect(off).toMatchObject({
      code: 0,
      out: expect.stringContaining("The rule is off in hall") as string,
    });
    await expect.poll(async () => (await zone()).because, PATIENCE).toBe("rule-off");
    const lines = inRegistry(data, ({ audit }) => audit.list(20)).filter(
      (it) => it.action === "zone mode set",
    );
    expect(lines.map(({ who, about }) => `${who}, ${about}`)).toEqual([
      "command line, hall: observe to off",
      "claire, hall: act to observe",
      "claire, hall: observe to act",
    ]);
  },
);
