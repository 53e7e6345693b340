import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeMembership } from "@battant/board/espruino/membership";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildParts, type HostBoard, type HostBoardOptions, type Parts } from "../host/board.ts";
import { createEspruinoBoard } from "../host/espruino.ts";
import { createVmBoard } from "../host/vm.ts";

// Goal: the bundle as it was built runs where it has to, in an engine that has what Espruino has and
// no more, and a test can move the world around it.
// Method: one suite for the vm and, when ESPRUINO names one, for a real interpreter.

const interpreter = process.env["ESPRUINO"];

type Create = (options: HostBoardOptions) => Promise<HostBoard>;

const kinds: (readonly [kind: string, create: Create])[] = [["a vm", createVmBoard]];
if (interpreter === undefined) {
  console.info("ESPRUINO names no interpreter: the built bundle runs in a vm only.");
} else {
  kinds.push(["Espruino", (options) => createEspruinoBoard(interpreter, options)]);
}

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** Whoever calls is heard and never answered. */
const listen = async (): Promise<{ readonly port: number; heard(): string; hangUp(): void }> => {
  let text = "";
  const sockets = new Set<import("node:net").Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const hangUp = (): void => sockets.forEach((it) => it.destroy());
  endings.push(async () => {
    hangUp();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => text, hangUp };
};

const membership = (port: number): string =>
  encodeMembership({
    board: "board-1" as BoardId,
    broker: { host: "127.0.0.1", port },
    password: "not to be printed",
    key: "k".repeat(32),
  });

const until = async (what: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    if (await what()) return;
    await sleep(50);
  }
  throw new Error("it did not come about within 10 s");
};

let parts: Parts;

beforeAll(async () => {
  parts = await buildParts("relay-light");
});

describe.each(kinds)("on %s", (_kind, create) => {
  const board = async (options: Partial<HostBoardOptions> = {}): Promise<HostBoard> => {
    const created = await create({ parts, ...options });
    endings.push(() => created.close());
    return created;
  };

  const member = async (options: Partial<HostBoardOptions> = {}) => {
    const hub = await listen();
    const created = await board(options);
    await created.install("membership", membership(hub.port));
    return { board: created, hub };
  };

  test("a board that knows no hub says so, and tells no secret", async () => {
    const lonely = await board();
    await lonely.start();
    await until(() => lonely.console().includes("does not know its hub"));
    expect(lonely.mishaps()).toEqual([]);
  });

  test("a board calls its hub, by its name and with its last will", async () => {
    const { board: caller, hub } = await member();
    await caller.start();
    await until(() => hub.heard().includes("not to be printed"));
    expect(hub.heard()).toContain("MQTT");
    expect(hub.heard()).toContain("battant/1/board-1/availability");
    expect(caller.console()).not.toContain("not to be printed");
    expect(caller.mishaps()).toEqual([]);
  });

  test("it sees the light there is, through the chip and its driver", async () => {
    const { board: seer } = await member({ speed: 20 });
    seer.world.illuminance(412);
    await seer.start();
    await until(async () => {
      await seer.ask("battant.test()");
      return /light: 41[12]\.\d lx/.test(seer.console());
    });
    seer.world.illuminance(25_000);
    await until(async () => {
      await seer.ask("battant.test()");
      return /light: 2[45]\d\d\d(?:\.\d)? lx/.test(seer.console());
    });
    expect(seer.mishaps()).toEqual([]);
  });

  test("its relay is de-energised, and no press changes that", async () => {
    const { board: relay, hub } = await member();
    await relay.start();
    await until(() => hub.heard() !== "");
    relay.world.hold();
    expect(await relay.ask("1 + 1")).toBe("2");
    relay.world.release();
    expect(await relay.ask("1 + 1")).toBe("2");
    expect(relay.world.relay()).toBe(false);
    expect(relay.mishaps()).toEqual([]);
  });

  test("it starts again when its program asks, and counts its starts in flash", async () => {
    const { board: restarting, hub } = await member();
    await restarting.start();
    await until(() => hub.heard() !== "");
    void restarting.ask("E.reboot()");
    await until(() => restarting.restarts() === 1);
    await until(async () => (await restarting.ask("typeof battant")) === "object");
    await restarting.kill();
    expect((await restarting.read("starts0"))?.startsWith("00000000\0\0\xff")).toBe(true);
  });

  test("power that goes and comes leaves flash and world as they were", async () => {
    const { board: cut } = await member({ speed: 20 });
    cut.world.illuminance(90);
    await cut.start();
    await cut.kill();
    await cut.install("note", "\x00\x7f\x80\xff");
    expect(await cut.read("note")).toBe("\x00\x7f\x80\xff");
    expect(await cut.read("nothing")).toBeUndefined();
    await cut.start();
    await until(async () => {
      await cut.ask("battant.test()");
      return /light: (?:89|90)\.?\d* lx/.test(cut.console());
    });
    expect(cut.restarts()).toBe(0);
  });

  test("a program that is not what was flashed is never run", async () => {
    const { board: spoilt, hub } = await member();
    await spoilt.install("app", parts.program.replace("battant", "bottant"));
    await spoilt.start();
    await until(() => spoilt.console().includes("No program on this board is whole"));
    expect(hub.heard()).toBe("");
  });

  test("an exception nobody catches is seen", async () => {
    const { board: failing, hub } = await member();
    await failing.start();
    await until(() => hub.heard() !== "");
    await failing.ask("setTimeout('nobody.is.there()', 1)");
    await until(() => failing.mishaps().length > 0);
    expect(failing.mishaps().join()).toMatch(/Uncaught.*nobody/);
  });

  test("time passes as fast as the test wants", async () => {
    const { board: fast } = await member({ speed: 100 });
    await fast.start();
    const before = Number(await fast.ask("getTime()"));
    await sleep(300);
    expect(Number(await fast.ask("getTime()")) - before).toBeGreaterThan(25);
  });

  const ABSENT = ["Map", "Set", "Symbol", "Intl", "Reflect", "[].flat", "Array.from", "''.at"];

  test.each(ABSENT)("there is no %s", async (name) => {
    const poor = await board();
    await poor.start();
    expect(await poor.ask(`typeof ${name}`)).toBe("undefined");
  });
});
