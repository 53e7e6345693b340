import { expect, test } from "vitest";
import type { EspruinoNet, EspruinoWifi, PingResult } from "../espruino/globals.ts";
import { createNetwork } from "../espruino/network.ts";
import type { Address, Socket } from "../hardware.ts";
import { type Bench, createBench } from "./bench.ts";

// Goal: nothing blocks a board for longer than it must, and every failure is one `close`, later.
// Method: Espruino's net, name resolution and ping, answered by hand.

type FakeSocket = {
  readonly host: string;
  readonly port: number;
  readonly connected: () => void;
  readonly handlers: { [event: string]: (bytes: string) => void };
  written: string;
  ended: boolean;
};

type Setting = {
  readonly bench: Bench;
  readonly sockets: FakeSocket[];
  readonly modules: string[];
  readonly asked: { name: string; answer: (address: string | null) => void }[];
  readonly pinged: { address: string; answer: (result: PingResult) => void }[];
  readonly told: string[];
  isUp: boolean;
  refuses: boolean;
  connect(address?: Partial<Address>): Socket;
};

const setUp = (where: "board" | "linux"): Setting => {
  const bench = createBench();
  const it: Setting = {
    bench,
    sockets: [],
    modules: [],
    asked: [],
    pinged: [],
    told: [],
    isUp: true,
    refuses: false,
    connect: (address) =>
      network.connect(
        { host: "hub.local", port: 1883, ...address },
        {
          open: () => it.told.push("open"),
          data: (bytes) => it.told.push(`data ${bytes}`),
          close: () => it.told.push("close"),
        },
      ),
  };
  const net: EspruinoNet = {
    connect: ({ host, port }, connected) => {
      if (it.refuses) throw new Error("Unable to create socket");
      const socket: FakeSocket = { host, port, connected, handlers: {}, written: "", ended: false };
      it.sockets.push(socket);
      return {
        write: (bytes) => {
          if (socket.ended) throw new Error("This socket is closed");
          socket.written += bytes;
          return false;
        },
        end: () => {
          socket.ended = true;
        },
        on: (event: string, handler: (bytes: string) => void) => {
          socket.handlers[event] = handler;
        },
      };
    },
  };
  const radio: EspruinoWifi = {
    connect: () => undefined,
    disconnect: () => undefined,
    getIP: () => (it.isUp ? { ip: "10.0.0.7" } : {}),
    getStatus: () => ({}),
    getHostByName: (name, answer) => void it.asked.push({ name, answer }),
    ping: (address, answer) => void it.pinged.push({ address, answer }),
  };
  const onBoard = where === "board";
  const network = createNetwork({
    timers: bench.hardware.timers,
    net: (tls) => {
      it.modules.push(tls ? "tls" : "net");
      return net;
    },
    radio: onBoard ? radio : undefined,
  });
  return it;
};

const CAME_BACK: PingResult = { totalCount: 1, timeoutCount: 0 };
const LOST: PingResult = { totalCount: 1, timeoutCount: 1 };

test("a board resolves, then pings, then connects", () => {
  const it = setUp("board");
  it.connect();
  expect(it.asked).toEqual([]);
  it.bench.pass(10);
  expect(it.asked).toMatchObject([{ name: "hub.local" }]);
  it.asked[0]?.answer("10.0.0.2");
  expect(it.pinged).toMatchObject([{ address: "10.0.0.2" }]);
  expect(it.sockets).toEqual([]);
  it.pinged[0]?.answer(CAME_BACK);
  expect(it.sockets).toMatchObject([{ host: "10.0.0.2", port: 1883 }]);
  it.sockets[0]?.connected();
  it.sockets[0]?.handlers["data"]?.("hello");
  expect(it.told).toEqual(["open", "data hello"]);
});

test("a numeric address is not resolved", () => {
  const it = setUp("board");
  it.connect({ host: "10.0.0.2" });
  it.bench.pass(10);
  expect(it.asked).toEqual([]);
  expect(it.pinged).toMatchObject([{ address: "10.0.0.2" }]);
});

test("later echoes of one ping open no further connection", () => {
  const it = setUp("board");
  it.connect({ host: "10.0.0.2" });
  it.bench.pass(10);
  it.pinged[0]?.answer(LOST);
  expect(it.sockets.length).toBe(0);
  it.pinged[0]?.answer({ totalCount: 2, timeoutCount: 1 });
  it.pinged[0]?.answer({ totalCount: 3, timeoutCount: 1 });
  expect(it.sockets.length).toBe(1);
});

const failures: [what: string, happens: (it: Setting) => void][] = [
  ["there is no Wi-Fi", (it) => (it.isUp = false)],
  [
    "nobody knows the name",
    (it) => it.bench.hardware.timers.after(5 as never, () => it.asked[0]?.answer(null)),
  ],
  ["nobody answers the question", () => undefined],
  [
    "the ping is lost",
    (it) =>
      it.bench.hardware.timers.after(5 as never, () => {
        it.asked[0]?.answer("10.0.0.2");
        for (let i = 1; i <= 5; i++) it.pinged[0]?.answer({ totalCount: i, timeoutCount: i });
      }),
  ],
  [
    "the port refuses",
    (it) => {
      it.refuses = true;
      it.bench.hardware.timers.after(5 as never, () => {
        it.asked[0]?.answer("10.0.0.2");
        it.pinged[0]?.answer(CAME_BACK);
      });
    },
  ],
];

test.each(failures)(
  "when %s there is one close, and not before connect has returned",
  (_what, happens) => {
    const it = setUp("board");
    happens(it);
    const socket = it.connect();
    expect(it.told).toEqual([]);
    it.bench.pass(20_000);
    expect(it.told).toEqual(["close"]);
    expect(it.bench.timers()).toBe(0);
    expect(() => socket.write("x")).toThrow("closed");
  },
);

test("what comes after the program has closed is not heard, and opens nothing", () => {
  const it = setUp("board");
  const socket = it.connect();
  it.bench.pass(10);
  socket.close();
  it.asked[0]?.answer("10.0.0.2");
  expect(it.pinged).toEqual([]);
  it.bench.pass(20_000);
  expect([it.told, it.sockets, it.bench.timers()]).toEqual([[], [], 0]);
});

test("a stale answer to an earlier question does not connect twice", () => {
  const it = setUp("board");
  const first = it.connect();
  it.bench.pass(10);
  first.close();
  it.connect();
  it.bench.pass(10);
  it.asked[1]?.answer("10.0.0.2");
  it.asked[0]?.answer("10.0.0.2");
  it.pinged[0]?.answer(CAME_BACK);
  expect([it.pinged.length, it.sockets.length]).toEqual([1, 1]);
});

test("closing ends the socket, and its own close is not told again", () => {
  const it = setUp("linux");
  const socket = it.connect();
  it.bench.pass(10);
  it.sockets[0]?.connected();
  socket.write("bytes");
  socket.close();
  it.sockets[0]?.handlers["data"]?.("late");
  it.sockets[0]?.handlers["close"]?.("");
  expect(it.sockets).toMatchObject([{ written: "bytes", ended: true }]);
  expect(it.told).toEqual(["open"]);
});

test("a connection that the other end closes is told once", () => {
  const it = setUp("linux");
  it.connect();
  it.bench.pass(10);
  it.sockets[0]?.connected();
  it.sockets[0]?.handlers["close"]?.("");
  it.sockets[0]?.handlers["close"]?.("");
  expect(it.told).toEqual(["open", "close"]);
});

test("without a Wi-Fi of its own, the interpreter connects at once by name", () => {
  const it = setUp("linux");
  it.connect();
  it.bench.pass(10);
  expect(it.sockets).toMatchObject([{ host: "hub.local" }]);
});

test.each([
  [true, "tls"],
  [false, "net"],
])("tls %s goes through module %s", (tls, module) => {
  const it = setUp("linux");
  it.connect({ tls });
  it.bench.pass(10);
  expect(it.modules).toEqual([module]);
});
