import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { unsealed } from "@battant/protocol/wire/sealed";
import { connectAsync, type MqttClient } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import type { BuildingView } from "../api/contract.ts";
import type { LightView } from "../api/light.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { inRegistry } from "./cli-place.ts";
import { battant, dataFolder, startHub } from "./hub-process.ts";

// Goal: in a stairwell that Battant keeps dark, the code on the sign brings the light back at once,
// for as long as was asked; then the rule takes over after its own waiting; the wall switch wins.
// Method: a whole hub whose building's time runs twenty times as fast, MQTT clients as its two
// boards, and HTTP as a phone would ask.

const SPEED = 20;
const PATIENCE = { timeout: 60_000, interval: 100 };

const BUILDING = `
building: light
name: "One stairwell"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  eye: { name: "A sensor" }
  hand: { name: "A relay" }
zones:
  stairs:
    name: "Stairs"
    kind: corridor
    area_m2: 20
    levels: 1
    light_sensor: { board: eye, sensor: light }
    circuits:
      main: { relay: { board: hand, relay: main }, load_W: 40, warning: none }
    daylight:
      mode: act
      luminaire_contribution_lx: 0
      off_delay_min: 3
      on_delay_s: 1
      override_hold_min: 20
`;

type World = { boards: { id: string; password: string; key: string }[] };

const connected = async (port: number, id: string, world: World) => {
  const { password, key } = world.boards.find((it) => it.id === id)!;
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: id,
    username: id,
    password,
  });
  onTestFinished(() => client.endAsync(true));
  return { client, key };
};

/** Sees a bright day, once a second. */
const see = (eye: MqttClient): void => {
  let sequence = 0;
  const timer = setInterval(() => {
    sequence += 1;
    const value = 400 + (sequence % 5);
    const reading = { n: sequence, s: "light", q: "illuminance", v: value, a: 0 };
    eye.publish("battant/1/eye/readings", JSON.stringify({ boot: "e1", r: [reading] }), { qos: 1 });
  }, 1000);
  onTestFinished(() => clearInterval(timer));
};

/** A relay that does as it is told, and whose wall switch can be pressed. */
const obey = async (hand: MqttClient, key: string) => {
  const boot = "h1" as BootId;
  const seal = { key: Buffer.from(key, "hex").toString("latin1"), boot, sha256 };
  const heard: { readonly isEnd: boolean; readonly at: number }[] = [];
  const report = (fields: object) =>
    hand.publishAsync("battant/1/hand/relay/main", JSON.stringify({ boot, ...fields }), {
      qos: 1,
      retain: true,
    });
  hand.on("message", (topic, payload) => {
    const opened = unsealed(seal, topic, payload.toString());
    if (!opened.ok) throw new Error(opened.problem);
    const lease = JSON.parse(opened.value.body) as { id: string; for: number };
    const isEnd = lease.for === 0;
    heard.push({ isEnd, at: performance.now() });
    void report({
      state: isEnd ? "available" : "inhibited",
      why: isEnd ? "lease-ended" : "lease",
      lease: lease.id,
      lit: isEnd,
    });
  });
  await hand.subscribeAsync("battant/1/hand/relay/+/lease", { qos: 1 });
  await report({ state: "available", why: "start", lit: true });
  return {
    heard,
    press: () => report({ state: "available", why: "wall-switch", lit: true }),
  };
};

const scene = async () => {
  const data = dataFolder();
  const building = join(data, "stairwell.yaml");
  writeFileSync(building, BUILDING);
  const fast = ["--no-boards", "--speed", String(SPEED), "--building", building];
  const hub = await startHub(data, ...fast);
  const world = JSON.parse(readFileSync(join(data, "world.json"), "utf8")) as World;
  const { client: eye } = await connected(hub.mqtt, "eye", world);
  const { client: hand, key } = await connected(hub.mqtt, "hand", world);
  see(eye);
  const relay = await obey(hand, key);
  const link = (await battant("light", "link", "stairs", "--data", data)).out.trim();
  const api = link.replace("/light/", "/api/light/");
  const ask = async (method: string, minutes?: number): Promise<LightView> => {
    const answer = await fetch(api, {
      method,
      ...(minutes !== undefined && {
        body: JSON.stringify({ minutes }),
        headers: { "content-type": "application/json" },
      }),
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as LightView;
  };
  const zone = async () =>
    ((await (await fetch(`${hub.http}/api/building`)).json()) as BuildingView).zones[0]!;
  const keptOff = async (): Promise<void> => {
    await expect.poll(async () => (await zone()).light, PATIENCE).toBe("inhibited");
  };
  return { data, relay, ask, zone, keptOff };
};

test(
  "the code brings the light back at once, then the rule waits its time, and the wall switch wins",
  { timeout: 240_000 },
  async () => {
    const { data, relay, ask, zone, keptOff } = await scene();
    await keptOff();
    expect(await ask("GET")).toMatchObject({ light: "inhibited", override_until: null });

    const asked = await ask("POST", 2);
    const answeredAt = performance.now();
    expect(asked).toMatchObject({ override_by: "page", asked_until: asked.override_until });
    expect(asked.why.fr).toMatch(
      /^Allumage permis : quelqu'un l'a demandé sur la page, jusqu'à \d\d:\d\d\.$/,
    );
    await expect.poll(async () => (await zone()).light, PATIENCE).toBe("on");
    const end = relay.heard.findLast((it) => it.isEnd)!;
    expect(end.at - answeredAt).toBeLessThan(2000);

    // It has run out: the rule waits as long as it always does before it borrows the circuit again.
    await expect.poll(async () => (await ask("GET")).override_until, PATIENCE).toBeNull();
    // The next tick decides so.
    await expect.poll(async () => (await zone()).because, PATIENCE).toBe("not-bright-long-enough");
    await keptOff();
    expect((await ask("GET")).now - asked.override_until!).toBeGreaterThan(60_000);

    // Handed back, it ends before its time.
    await ask("POST", 60);
    expect(await ask("DELETE")).toMatchObject({ override_until: null, asked_until: null });

    await ask("POST", 5);
    await relay.press();
    await expect.poll(async () => (await zone()).override_by, PATIENCE).toBe("wall-switch");
    const pressed = await ask("DELETE");
    expect(pressed).toMatchObject({ override_by: "wall-switch", asked_until: null });
    expect(pressed.override_until! - pressed.now).toBeGreaterThan(5 * 60_000);
    expect(pressed.why.en).toMatch(/^Light allowed: somebody pressed the wall switch, until /);

    const lines = inRegistry(data, ({ audit }) => audit.list(20));
    expect(
      lines.filter((it) => it.who === "light link").map((it) => `${it.action}, ${it.about}`),
    ).toEqual([
      "light handed back, stairs",
      "light asked for, stairs, 5 min",
      "light handed back, stairs",
      "light asked for, stairs, 60 min",
      "light asked for, stairs, 2 min",
    ]);
    await expect
      .poll(
        async () => (await battant("decisions", "--data", data)).out.replaceAll(/\s+/g, " "),
        PATIENCE,
      )
      .toContain("somebody asked for it on the page");
  },
);
