// Needs: mosquitto_pub.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { unsealed } from "@battant/protocol/wire/sealed";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { startSimulation } from "@battant/simulator/simulation";
import type { WorldFile } from "@battant/simulator/world-file";
import type { BuildingView, HealthView } from "../api/contract.ts";
import { replay } from "../replay/replay.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { addBoard, battant, dataFolder, type HubProcess, run, startHub } from "./hub-process.ts";

// Goal: the hub as a stranger meets it, from the command to the lamp.
// Method: real processes, real MQTT clients, the real board program in the pretend building.

const MINUTE = 60_000;

const ONE_ZONE = `
building: one
name: "One zone"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hand: { name: "A hand with mosquitto_pub" }
zones:
  hall:
    kind: hall
    light_sensor: { board: hand, sensor: light }
    circuits:
      ceiling: { relay: { board: hand, relay: main } }
    daylight: { mode: act, luminaire_contribution_lx: 0 }
`;

const viewOf = async (hub: HubProcess): Promise<BuildingView> =>
  (await (await fetch(`${hub.http}/api/building`)).json()) as BuildingView;

const boardOf = async (data: string, id: string): Promise<string> =>
  (await addBoard(id, data)).password;

type Message = { readonly as: string; readonly password: string; readonly to: string };

const publish = (hub: HubProcess, text: string, { as, password, to }: Message) =>
  run("mosquitto_pub", [
    ..."-h 127.0.0.1 -q 1 -p".split(" "),
    String(hub.mqtt),
    ...`-u ${as} -i ${as} -P ${password} -t ${to}`.split(" "),
    "-m",
    text,
  ]);

const reading = (n: number, value: number): string =>
  JSON.stringify({ boot: "hand-1", r: [{ n, s: "light", q: "illuminance", v: value, a: 0 }] });

const countOf = async (data: string): Promise<number> => {
  const { out } = await battant("readings", "count", "--data", data, "--json");
  return (JSON.parse(out) as { readings: number }).readings;
};

test(
  "a person with mosquitto_pub is a board, with its own credentials and no others",
  { timeout: MINUTE },
  async () => {
    const data = dataFolder();
    const hub = await startHub(data, "--no-demo");
    const password = await boardOf(data, "hand");
    await boardOf(data, "other");

    expect(
      await publish(hub, reading(1, 412.5), {
        as: "hand",
        password,
        to: "battant/1/hand/readings",
      }),
    ).toMatchObject({ code: 0 });
    expect(await countOf(data)).toBe(1);

    // The same reading again is stored once.
    expect(
      await publish(hub, reading(1, 412.5), {
        as: "hand",
        password,
        to: "battant/1/hand/readings",
      }),
    ).toMatchObject({ code: 0 });
    expect(await countOf(data)).toBe(1);

    const wrong = await publish(hub, reading(2, 1), {
      as: "hand",
      password: "guess",
      to: "battant/1/hand/readings",
    });
    expect(wrong.code).not.toBe(0);
    expect(wrong.err).toMatch(/not authori[sz]ed|bad user name/iu);
    const foreign = await publish(hub, reading(3, 1), {
      as: "hand",
      password,
      to: "battant/1/other/readings",
    });
    expect(foreign.code).not.toBe(0);
    const anonymous = await run("mosquitto_pub", [
      "-h",
      "127.0.0.1",
      "-p",
      String(hub.mqtt),
      "-q",
      "1",
      "-t",
      "battant/1/hand/readings",
      "-m",
      reading(4, 1),
    ]);
    expect(anonymous.code).not.toBe(0);

    // A malformed payload is acknowledged, so that it is not sent for ever, and counted.
    expect(
      await publish(hub, '{"boot":', { as: "hand", password, to: "battant/1/hand/readings" }),
    ).toMatchObject({ code: 0 });
    expect(
      await publish(hub, reading(5, 99), { as: "hand", password, to: "battant/1/hand/readings" }),
    ).toMatchObject({ code: 0 });
    expect(await countOf(data)).toBe(2);

    await expect
      .poll(async () => (await battant("doctor", "--data", data)).out, {
        timeout: 20_000,
        interval: 500,
      })
      .toMatch(/not JSON/u);
    const { code, out } = await battant("doctor", "--data", data, "--json");
    expect(code).toBe(1);
    const told = JSON.stringify(JSON.parse(out));
    for (const word of ["hand", "not JSON", "127.0.0.1"]) expect(told).toContain(word);
  },
);

/** What a person hears with mosquitto_sub and the board's own password: `TOPIC PAYLOAD` lines. */
const listenTo = (hub: HubProcess, password: string, filter: string) =>
  run(
    "mosquitto_sub",
    `-h 127.0.0.1 -p ${hub.mqtt} -u hand -P ${password} -i hand-ear -q 1 -t ${filter} -C 1 -W 8 -v`.split(
      " ",
    ),
  );

const openedWith = (key: string, line: string) => {
  const [topic = "", ...rest] = line.trim().split(" ");
  const seal = {
    key: Buffer.from(key, "hex").toString("latin1"),
    boot: "hand-1" as BootId,
    sha256,
  };
  return unsealed(seal, topic, rest.join(" "));
};

test("mosquitto_sub hears its own board and nobody else", { timeout: MINUTE }, async () => {
  const data = dataFolder();
  const hub = await startHub(data, "--no-demo");
  const { password, key } = await addBoard("hand", data);
  const own = listenTo(hub, password, "battant/1/hand/clock");
  const asking = setInterval(() => {
    void publish(hub, '{"boot":"hand-1","c":0}', {
      as: "hand",
      password,
      to: "battant/1/hand/clock/get",
    });
  }, 500);
  onTestFinished(() => clearInterval(asking));
  const { code, out } = await own;
  clearInterval(asking);
  expect(code).toBe(0);
  expect(out).toMatch(/^battant\/1\/hand\/clock [0-9a-f]{64} \d+ \{"t":\d+\}\n$/u);
  expect(openedWith(key, out)).toMatchObject({ ok: true });
  expect(
    openedWith(
      key.replace(/./u, (it) => (it === "0" ? "1" : "0")),
      out,
    ).ok,
  ).toBe(false);
  const foreign = await listenTo(hub, password, "battant/1/#");
  expect(foreign.out).toBe("");
  expect(foreign.err).toMatch(/denied/iu);
});

test(
  "a lease is sealed with the board's key, and nobody but the hub can send one",
  { timeout: 2 * MINUTE },
  async () => {
    const data = dataFolder();
    writeFileSync(join(data, "building.yaml"), ONE_ZONE);
    const hub = await startHub(data, "--no-demo");
    const { password, key } = await addBoard("hand", data);
    const lease = listenTo(hub, password, "battant/1/hand/relay/main/lease");
    // A relay that is held by a lease of nobody knows whom: the hub ends it.
    const held = '{"boot":"hand-1","state":"inhibited","why":"lease","lease":"old","lit":false}';
    const telling = setInterval(() => {
      void publish(hub, held, { as: "hand", password, to: "battant/1/hand/relay/main" });
    }, 500);
    onTestFinished(() => clearInterval(telling));
    const { code, out } = await lease;
    clearInterval(telling);
    expect(code).toBe(0);
    const opened = openedWith(key, out);
    expect(opened.ok && JSON.parse(opened.value.body)).toMatchObject({ boot: "hand-1", for: 0 });

    const forged = listenTo(hub, password, "battant/1/hand/relay/main/lease");
    for (const to of ["relay/main/lease", "clock", "settings", "update"]) {
      const sent = await publish(hub, out, { as: "hand", password, to: `battant/1/hand/${to}` });
      expect([to, sent.code]).not.toEqual([to, 0]);
    }
    // The hub itself may say something more about the lease; what it says is its own.
    const heard = (await forged).out;
    if (heard !== "") expect(openedWith(key, heard).ok).toBe(true);
    expect(heard).not.toBe(out);
  },
);

test("a removed board is out at once, and cannot come back", { timeout: MINUTE }, async () => {
  const data = dataFolder();
  const hub = await startHub(data, "--no-demo");
  const password = await boardOf(data, "hand");
  const client = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
    clientId: "hand",
    username: "hand",
    password,
    reconnectPeriod: 0,
    keepalive: 30,
  });
  const closed = new Promise<void>((done) => client.once("close", () => done()));
  expect((await battant("boards", "remove", "hand", "--data", data)).code).toBe(0);
  await closed;
  expect(
    (await publish(hub, reading(1, 1), { as: "hand", password, to: "battant/1/hand/readings" }))
      .code,
  ).not.toBe(0);
});

test(
  "Ctrl-C stops in good order, starting again loses nothing, and a second hub is refused",
  { timeout: 2 * MINUTE },
  async () => {
    const data = dataFolder();
    const first = await startHub(data, "--no-demo");
    const password = await boardOf(data, "hand");
    for (let n = 1; n <= 5; n++) {
      await publish(first, reading(n, n), { as: "hand", password, to: "battant/1/hand/readings" });
    }
    await expect(startHub(data, "--no-demo")).rejects.toThrow(/already runs|tourne déjà/u);
    expect(await first.kill("SIGINT")).toEqual({ code: 0, signal: null });
    expect(await countOf(data)).toBe(5);
    const second = await startHub(data, "--no-demo");
    expect(await countOf(data)).toBe(5);
    expect(second.setup).toMatch(/\/setup\?token=\S{20,}/u);
    expect(second.setup).not.toBe(first.setup);
  },
);

test("what the hub could not answer is told by the doctor", { timeout: MINUTE }, async () => {
  const data = dataFolder();
  const hub = await startHub(data, "--no-demo");
  rmSync(join(data, "certificates", "ca.crt"));
  const { status } = await fetch(`${hub.http}/api/ca.crt`);
  expect(status).toBe(500);
  await hub.kill("SIGINT");
  const { out } = await battant("doctor", "--data", data);
  expect(out).toMatch(/hub, http: request failed: \/api\/ca\.crt: ENOENT/u);
});

test(
  "a port that is taken, a bad option and a bad building file are explained",
  { timeout: MINUTE },
  async () => {
    const data = dataFolder();
    const hub = await startHub(data, "--no-demo");
    const taken = await battant(
      "start",
      "--no-demo",
      "--data",
      dataFolder(),
      "--http",
      "0",
      "--mqtt",
      String(hub.mqtt),
    );
    expect(taken.code).toBe(1);
    expect(taken.err).toMatch(new RegExp(`${hub.mqtt}.*--mqtt`, "su"));
    expect(taken.err).not.toMatch(/at .*\.ts:\d+/u);
    const wrong = await battant("start", "--speed", "1000");
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.err).toContain("--speed takes a number from 1 to 120");
    const missing = await battant(
      "start",
      "--no-demo",
      "--data",
      dataFolder(),
      "--building",
      "nowhere.yaml",
    );
    expect(missing.code).toBe(1);
    expect(missing.err).toContain("nowhere.yaml");
  },
);

/** A demonstration whose boards live in this process, where their lamps can be looked at. */
async function demonstration() {
  const data = dataFolder();
  const hub = await startHub(data, "--speed", "60", "--no-boards");
  const file = join(data, "world.json");
  expect(statSync(file).mode & 0o077).toBe(0);
  const world = JSON.parse(readFileSync(file, "utf8")) as WorldFile;
  const problems: unknown[] = [];
  const simulation = startSimulation({
    world,
    onUncaught: (board, error) => problems.push({ board, error }),
  });
  onTestFinished(() => simulation.stop());
  const zone = (id: string, view: BuildingView) => view.zones.find((it) => it.zone === id)!;
  const borrowed = async (): Promise<void> => {
    await expect
      .poll(async () => zone("stairwell-a", await viewOf(hub)).light, {
        timeout: 60_000,
        interval: 200,
      })
      .toBe("inhibited");
  };
  return { data, hub, simulation, problems, borrowed, zone };
}

test(
  "a stairwell goes bright and its light goes off; the hub is killed and the light comes back within the lease",
  { timeout: 3 * MINUTE },
  async () => {
    const { hub, simulation, problems, borrowed, zone } = await demonstration();
    await borrowed();
    expect(simulation.world.isLit("stairwell-a")).toBe(false);
    const told = zone("stairwell-a", await viewOf(hub));
    expect(told).toMatchObject({ decision: "inhibit", because: "daylight-sufficient" });
    expect(told.why.fr).toMatch(
      /^Éteint : la lumière du jour suffit depuis \d+ min \(\d+ lx, (seuil 225|rallumage permis sous 150) lx\)\.$/u,
    );
    expect(told.lease_until).toBeGreaterThan(0);

    let back: number | undefined;
    simulation.world.watch((event) => {
      if (event.kind === "lit" && event.zone === "stairwell-a" && event.lit) back = event.at;
    });
    const killed = simulation.clock.now();
    await hub.kill("SIGKILL");
    await expect.poll(() => back, { timeout: 20_000, interval: 50 }).toBeDefined();
    // The lease of 120 s, and what simulated seconds pass while a busy machine looks away.
    expect(back! - killed).toBeLessThanOrEqual(120_000 + 15_000);
    expect(problems).toEqual([]);
  },
);

test(
  "somebody presses the wall switch and is obeyed at once",
  { timeout: 3 * MINUTE },
  async () => {
    const { hub, simulation, borrowed, zone } = await demonstration();
    await borrowed();
    expect(simulation.perform({ kind: "press", zone: "stairwell-a" })).toBeUndefined();
    await expect.poll(() => simulation.world.isLit("stairwell-a"), { timeout: 10_000 }).toBe(true);
    await expect
      .poll(async () => zone("stairwell-a", await viewOf(hub)).because, { timeout: 10_000 })
      .toBe("override");
  },
);

test(
  "a car park is kept off while nobody is there, and lit again when somebody comes",
  { timeout: 3 * MINUTE },
  async () => {
    const { hub, simulation, problems, zone } = await demonstration();
    const told = async () => zone("car-park", await viewOf(hub));
    const patient = { timeout: 70_000, interval: 100 };
    await expect.poll(told, patient).toMatchObject({ because: "vacant", light: "inhibited" });
    expect((await told()).why.fr).toMatch(/^Éteint : personne/u);
    await expect.poll(() => simulation.world.moves("car-park"), patient).toBe(true);
    await expect.poll(() => simulation.world.isLit("car-park"), { timeout: 20_000 }).toBe(true);
    await expect.poll(async () => (await told()).because, patient).not.toBe("vacant");
    expect(problems).toEqual([]);
  },
);

test("a live evening, replayed, gives identical decisions", { timeout: 3 * MINUTE }, async () => {
  const { data, hub, borrowed } = await demonstration();
  await borrowed();
  await hub.kill("SIGTERM");
  const folder = join(data, "traces");
  const names = readdirSync(folder);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const result = replay(readFileSync(join(folder, name), "utf8"));
    expect(result).toMatchObject({ ok: true, differences: [] });
    expect(result.ok && result.events).toBeGreaterThan(50);
    // What a flat uses is nobody's business, a trace's least of all.
    expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/"board":"flat-/u);
  }
});

test("flats are stored, and shown to nobody", { timeout: 3 * MINUTE }, async () => {
  const { data, hub, simulation } = await demonstration();
  await expect
    .poll(async () => (await battant("readings", "count", "--data", data, "--json")).out, {
      timeout: 60_000,
      interval: 1000,
    })
    .toMatch(/flat-1-meter/u);
  const exported = await battant("readings", "export", "--data", data);
  expect(exported.out).not.toContain("flat-");
  expect(exported.out + exported.err).toMatch(/flat|logement/iu);
  for (const path of ["/api/building", "/api/zones/hall/decisions"]) {
    expect(await (await fetch(`${hub.http}${path}`)).text()).not.toContain("flat-1");
  }
  expect((await fetch(`${hub.http}/api/health`)).status).toBe(401);
  expect(simulation.boards.get("flat-1-meter")?.isOnline()).toBe(true);
});

test(
  "npm start brings up the demonstration with its boards, and leaves nothing behind",
  { timeout: 2 * MINUTE },
  async () => {
    const data = dataFolder();
    const hub = await startHub(data, "--speed", "30");
    const token = new URL(hub.setup!).searchParams.get("token");
    const origin = { origin: hub.http, "content-type": "application/json" };
    const made = await fetch(`${hub.http}/api/setup`, {
      method: "POST",
      headers: origin,
      body: JSON.stringify({ token, name: "gestion", password: "une phrase assez longue" }),
    });
    expect(made.status).toBeLessThan(300);
    const cookie = made.headers.get("set-cookie")!.split(";")[0]!;
    const health = (await (
      await fetch(`${hub.http}/api/health`, { headers: { cookie } })
    ).json()) as HealthView;
    expect(health.boards.length).toBeGreaterThanOrEqual(9);
    expect(health.boards.filter((board) => board.online !== true)).toEqual([]);
    const children = readFileSync(`/proc/${hub.pid}/task/${hub.pid}/children`, "utf8")
      .trim()
      .split(" ");
    expect(children).toHaveLength(1);
    expect(await hub.kill("SIGINT")).toEqual({ code: 0, signal: null });
    for (const child of children) expect(existsSync(`/proc/${child}`)).toBe(false);
  },
);
