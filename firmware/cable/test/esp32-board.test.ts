import { type AddressInfo, createServer } from "node:net";
import { once } from "node:events";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildParts, type Parts } from "../../flash/host/board.ts";
import type { World } from "../../flash/host/world.ts";
import { boardFiles } from "../image/board-files.ts";
import { type BootedBoard, createBootedBoard } from "./esp32/boot-board.ts";
import type { Esp32 } from "./esp32/chip.ts";
import { readStorageFiles } from "./esp32/storage-files.ts";
import { fill, layChip, plugRaw, type RawHost, until } from "./esp32-kit.ts";
import { sha256 } from "./digests.ts";

// Goal: what is flashed is what runs: the program out of the chip's own storage, with its console at
// the cable, in a world whose Wi-Fi and whose hub may be there or not.
// Method: the built program in a vm and, where ESPRUINO names one, on a real interpreter.

const TIMEOUT = { timeout: 60_000 };
const PASSWORD = "wi-fi that nobody sees";

const interpreters = [
  undefined,
  ...(process.env["ESPRUINO"] === undefined ? [] : [process.env["ESPRUINO"]]),
];
if (interpreters.length === 1)
  console.info("ESPRUINO names no interpreter: boards run in a vm only.");

let parts: Parts;

beforeAll(async () => {
  parts = await buildParts("relay-light");
}, 60_000);

/** A hub's broker that is called and says nothing. */
const listen = async (): Promise<{ readonly port: number; calls(): number }> => {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, calls: () => calls };
};

type Table = { readonly chip: Esp32; readonly host: RawHost; readonly booted: BootedBoard };

type Setting = {
  readonly interpreter: string | undefined;
  readonly port: number;
  readonly furnish: (world: World) => void;
};

const lay = ({ interpreter, port, furnish }: Setting): Table => {
  const booted = createBootedBoard({ parts, interpreter, furnish });
  onTestFinished(booted.close);
  const chip = layChip({ run: booted.run });
  const membership = {
    board: "board-1" as BoardId,
    broker: { host: "127.0.0.1", port },
    password: "not to be printed",
    key: "k".repeat(32),
  };
  const wifi = { ssid: "cave", password: PASSWORD, hostname: "board-1" };
  fill(chip, boardFiles({ ...parts, membership, wifi, sha256 }));
  return { chip, booted, host: plugRaw(chip) };
};

const type = (host: RawHost, text: string): void => host.send(Buffer.from(text, "latin1"));

/** Asks until the board says what is awaited: it takes a moment to connect. */
const testUntil = async (host: RawHost, words: RegExp): Promise<string> => {
  await until(() => host.heard().includes("\n>"));
  for (;;) {
    const from = host.heard().length;
    type(host, "battant.test()\n");
    await until(() => host.heard().slice(from).endsWith("\r\n>"));
    const said = host.heard().slice(from);
    if (words.test(said)) return said;
  }
};

const near = (world: World): void => {
  world.wifi("cave", PASSWORD);
  world.illuminance(412);
};

describe.each(interpreters)("a flashed chip (%s)", (interpreter) => {
  test("runs its program, which reaches its hub and sees the light", TIMEOUT, async () => {
    const hub = await listen();
    const { host } = lay({ interpreter, port: hub.port, furnish: near });
    await until(() => hub.calls() > 0);
    const said = await testUntil(host, /light: 41[12]/);
    expect(said).toMatch(/Wi-Fi: -58 dBm/);
    expect(said).toMatch(/^battant\.test\(\)\r\n/);
    expect(host.heard()).not.toContain(PASSWORD);
  });

  test("does not join a Wi-Fi whose password is another", TIMEOUT, async () => {
    const hub = await listen();
    const furnish = (world: World): void => world.wifi("cave", "another");
    const { host } = lay({ interpreter, port: hub.port, furnish });
    const said = await testUntil(host, /Wi-Fi: not connected/);
    expect(said).toMatch(/hub: not reached/);
    expect(hub.calls()).toBe(0);
  });

  test("joins its Wi-Fi, and says that its hub is out of reach", TIMEOUT, async () => {
    const hub = await listen();
    const furnish = (world: World): void => {
      near(world);
      world.hubInReach(false);
    };
    const { host } = lay({ interpreter, port: hub.port, furnish });
    await testUntil(host, /Wi-Fi: -58 dBm[^]*hub: not reached/);
    expect(hub.calls()).toBe(0);
  });

  test("finds what it had written after a reset", TIMEOUT, async () => {
    const hub = await listen();
    const { chip, host, booted } = lay({ interpreter, port: hub.port, furnish: near });
    await testUntil(host, /light: 41/);
    type(host, "require('Storage').write('note','kept')\n");
    await until(() => host.heard().includes("=true"));
    const first = booted.board();
    host.sync();
    expect(chip.state()).toBe("loader");
    type(host, "\n");
    expect(chip.state()).toBe("running");
    await testUntil(host, /light: 41/);
    expect(booted.board()).toBe(first);
    type(host, "require('Storage').read('note')\n");
    await until(() => host.heard().includes('="kept"'));
  });
});

test(
  "a console echoes and answers, forgets at Ctrl-C, and is quiet after Ctrl-P",
  TIMEOUT,
  async () => {
    const hub = await listen();
    const { host } = lay({ interpreter: undefined, port: hub.port, furnish: near });
    await until(() => host.heard().endsWith("\n>"));
    const saying = async (text: string, last: string): Promise<string> => {
      const from = host.heard().length;
      type(host, text);
      await until(() => host.heard().slice(from).endsWith(last));
      return host.heard().slice(from);
    };
    expect(await saying("1+1\r\n", "\n>")).toBe("1+1\r\n=2\r\n>");
    expect(await saying("wrong(\x03'a'\r", "\n>")).toBe("wrong('a'\r\n=\"a\"\r\n>");
    expect(await saying("\n", ">")).toBe("\r\n>");
    expect(await saying("nobody()\n", "\n>")).toMatch(
      /^nobody\(\)\r\nUncaught ReferenceError.*\r\n>$/,
    );
    expect(await saying("\x10console.log('quiet')\n", "\n>")).toBe("\r\x1b[Jquiet\r\n>");
  },
);

const header = (name: string, size: number): Buffer => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(size);
  bytes.write(name, 4, "latin1");
  return bytes;
};

const STORAGE = 0x320000;

test("files are found in their order, without those that were erased", () => {
  const chip = layChip();
  fill(chip, [
    ["first", "1"],
    ["second", "22222"],
    [".a234567890123456789012345678".slice(0, 28), "3"],
  ]);
  expect(readStorageFiles(chip.flash).map(([name]) => name)).toHaveLength(3);
  chip.flash[STORAGE + 4] = 0;
  expect(readStorageFiles(chip.flash)).toEqual([
    ["second", "22222"],
    [".a23456789012345678901234567", "3"],
  ]);
});

test.each([
  ["no size", header("a", 0), /no file at 0/],
  ["too large a size", header("a", 0xe0000), /no file at 0/],
  [
    "bytes where nothing should be",
    Buffer.concat([Buffer.alloc(4, 0xff), Buffer.alloc(4)]),
    /not erased/,
  ],
])("a storage with %s is refused", (_what, bytes, words) => {
  const chip = layChip();
  fill(chip);
  chip.flash.fill(0xff, STORAGE, STORAGE + 64).set(bytes, STORAGE);
  expect(() => readStorageFiles(chip.flash)).toThrow(words);
});
