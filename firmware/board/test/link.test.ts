import { expect, test } from "vitest";
import { createLink, type Link } from "../link.ts";
import { encodePublish } from "../mqtt/packet.ts";
import { type Bench, createBench, type Peer } from "./bench.ts";

// Goal: the link comes up only with a broker that accepts it, notices when the broker is gone, and
// comes back by itself at a decent pace. Method: the test is the broker, byte by byte, and time is
// passed by hand. Real brokers have their turn in the simulator's tests.

const ACCEPTED = "\x20\x02\x00\x00";
const SUBSCRIBED = "\x90\x03\x00\x01\x01";
const PING = "\xc0\x00";
const PONG = "\xd0\x00";
const MESSAGE = { topic: "t", payload: "p", retain: false };

type Linked = {
  readonly bench: Bench;
  readonly link: Link;
  readonly seen: string[];
  readonly peer: () => Peer;
};

const linked = (): Linked => {
  const bench = createBench();
  const seen: string[] = [];
  const link = createLink(
    {
      network: bench.hardware.network,
      random: () => bench.hardware.random(),
      settings: {
        address: { host: "hub", port: 1883 },
        introduction: {
          clientId: "board",
          user: "board",
          password: "secret",
          keepAliveSeconds: 30,
          will: { topic: "availability", payload: "offline", retain: true },
        },
        filters: ["clock"],
      },
    },
    {
      up: () => seen.push("up"),
      message: (topic, payload) => seen.push(`${topic}: ${payload}`),
    },
  );
  bench.pass(500);
  return { bench, link, seen, peer: () => bench.peers[bench.peers.length - 1]! };
};

const up = (): Linked => {
  const it = linked();
  it.peer().handlers.open();
  it.peer().handlers.data(ACCEPTED + SUBSCRIBED);
  it.peer().take();
  return it;
};

test("CONNECT, then SUBSCRIBE once accepted, then it is up", () => {
  const { peer, seen, link } = linked();
  peer().handlers.open();
  expect(peer().take().charAt(0)).toBe("\x10");
  peer().handlers.data(ACCEPTED);
  expect(peer().take().charAt(0)).toBe("\x82");
  expect(link.isUp()).toBe(false);
  peer().handlers.data(SUBSCRIBED);
  expect(link.isUp()).toBe(true);
  expect(seen).toEqual(["up"]);
});

const failures: readonly (readonly [name: string, what: (it: Linked) => void, problem: string])[] =
  [
    [
      "bad credentials",
      (it) => it.peer().handlers.data("\x20\x02\x00\x05"),
      "broker refused our name or password",
    ],
    [
      "an unwanted protocol",
      (it) => it.peer().handlers.data("\x20\x02\x00\x01"),
      "broker refused us, code 1",
    ],
    [
      "a refused subscription",
      (it) => it.peer().handlers.data(`${ACCEPTED}\x90\x03\x00\x01\x80`),
      "broker refused our subscriptions",
    ],
    [
      "a second CONNACK",
      (it) => it.peer().handlers.data(ACCEPTED + ACCEPTED),
      "unexpected CONNACK",
    ],
    ["a broker that says nothing", (it) => it.bench.pass(10_000), "broker does not answer"],
    [
      "something that is not a broker",
      (it) => it.peer().handlers.data("HTTP/1.1 400 Bad Request\r\n".repeat(4)),
      "not a packet for a client",
    ],
    ["a connection that is closed", (it) => it.peer().handlers.close(), "connection lost"],
  ];

for (const [name, what, problem] of failures) {
  test(`${name} is not a link, and is tried again`, () => {
    const it = linked();
    it.peer().handlers.open();
    what(it);
    expect(it.link.isUp()).toBe(false);
    expect(it.seen).toEqual([]);
    expect(it.link.counters().lastProblem).toBe(problem);
    it.bench.pass(30_000);
    expect(it.bench.peers.length).toBeGreaterThan(1);
  });
}

test("a network that throws at once is tried again", () => {
  const bench = createBench();
  bench.connectFails = true;
  const settings = {
    address: { host: "hub", port: 1883 },
    introduction: {
      clientId: "b",
      user: "b",
      password: "p",
      keepAliveSeconds: 30,
      will: MESSAGE,
    },
    filters: ["clock"],
  };
  const nothing = { up: () => undefined, message: () => undefined };
  const link = createLink({ network: bench.hardware.network, random: () => 0, settings }, nothing);
  bench.pass(500);
  expect(link.counters().lastProblem).toBe("no connection");
  bench.connectFails = false;
  bench.pass(1000);
  expect(bench.peers).toHaveLength(1);
});

test("the pauses grow to half a minute, are never longer, and never regular", () => {
  const it = linked();
  const moments: number[] = [];
  for (let i = 0; i < 12; i++) {
    const count = it.bench.peers.length;
    it.peer().handlers.close();
    while (it.bench.peers.length === count) it.bench.pass(10);
    moments.push(it.bench.hardware.uptime());
  }
  const pauses = moments.map((at, i) => at - (moments[i - 1] ?? 0));
  expect(pauses[0]).toBeLessThanOrEqual(1510);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(30_010);
  expect(Math.min(...pauses.slice(6))).toBeGreaterThan(14_000);
  expect(new Set(pauses.slice(6)).size).toBeGreaterThan(4);
});

test("after half a minute of being up the next pause is short again", () => {
  const it = linked();
  for (let i = 0; i < 8; i++) {
    it.peer().handlers.close();
    it.bench.pass(30_000);
  }
  it.peer().handlers.open();
  it.peer().handlers.data(ACCEPTED + SUBSCRIBED);
  for (let i = 0; i < 35; i++) {
    it.bench.pass(1000);
    it.peer().handlers.data(PONG);
  }
  const count = it.bench.peers.length;
  it.peer().handlers.close();
  it.bench.pass(1000);
  expect(it.bench.peers.length).toBe(count + 1);
});

test("it pings in silence, and stays up while it is answered", () => {
  const it = up();
  for (let i = 0; i < 100; i++) {
    it.bench.pass(1000);
    if (it.peer().take().includes(PING)) it.peer().handlers.data(PONG);
  }
  expect(it.link.isUp()).toBe(true);
});

test("it pings although it talks itself, so that a silent broker is found out", () => {
  const it = up();
  for (let i = 0; i < 29; i++) {
    it.bench.pass(1000);
    it.link.say(MESSAGE);
  }
  expect(it.peer().take()).toContain(PING);
  expect(it.link.isUp()).toBe(true);
  it.bench.pass(1000);
  expect(it.link.isUp()).toBe(false);
  expect(it.link.counters().lastProblem).toBe("broker is silent");
  expect(it.peer().closedByBoard()).toBe(true);
});

test("a broker that answers pings but acknowledges nothing is given up", () => {
  const it = up();
  it.link.publish(MESSAGE, false, () => undefined);
  for (let i = 0; i < 30; i++) {
    it.bench.pass(1000);
    it.peer().handlers.data(PONG);
  }
  expect(it.link.counters().lastProblem).toBe("broker does not acknowledge");
});

test("an acknowledgement is told once, to the message it is for", () => {
  const it = up();
  const acknowledged: string[] = [];
  it.link.publish(MESSAGE, false, () => acknowledged.push("first"));
  it.link.publish(MESSAGE, false, () => acknowledged.push("second"));
  it.peer().handlers.data("\x40\x02\x00\x03");
  it.peer().handlers.data("\x40\x02\x00\x03");
  it.peer().handlers.data("\x40\x02\x7f\x7f");
  expect(acknowledged).toEqual(["second"]);
});

test("a message at QoS 1 is acknowledged after it has been dealt with", () => {
  const it = up();
  it.peer().handlers.data(encodePublish(MESSAGE, { qos: 1, id: 9, again: false }));
  expect(it.seen).toEqual(["up", "t: p"]);
  expect(it.peer().take()).toBe("\x40\x02\x00\x09");
});

test("not more than sixteen messages are unacknowledged", () => {
  const it = up();
  const sent = Array.from({ length: 20 }, () => it.link.publish(MESSAGE, false, () => undefined));
  expect(sent.filter((ok) => ok)).toHaveLength(16);
  expect(it.link.hasRoom()).toBe(false);
});

test("packet numbers wrap without touching one that is unacknowledged", () => {
  const it = up();
  let old = 0;
  it.link.publish(MESSAGE, false, () => old++);
  const ids = new Set<string>();
  for (let i = 0; i < 70_000; i++) {
    it.link.publish(MESSAGE, false, () => undefined);
    const packet = it.peer().take();
    const id = packet.substring(packet.length - 3, packet.length - 1);
    ids.add(id);
    it.peer().handlers.data(`\x40\x02${id}`);
  }
  expect(old).toBe(0);
  expect(ids.has("\x00\x00")).toBe(false);
  expect(ids.size).toBe(65_534);
});

test("what an old socket still says is not heard", () => {
  const it = up();
  const old = it.peer();
  old.handlers.close();
  it.bench.pass(1000);
  it.peer().handlers.open();
  it.peer().handlers.data(ACCEPTED + SUBSCRIBED);
  const before = it.bench.peers.length;
  old.handlers.data(encodePublish(MESSAGE, { qos: 0 }));
  old.handlers.open();
  old.handlers.close();
  it.bench.pass(5000);
  expect(it.seen).toEqual(["up", "up"]);
  expect(it.bench.peers.length).toBe(before);
});

test("a socket that was closed under our feet ends the connection, not the program", () => {
  const it = up();
  it.bench.peers[0]!.handlers.close();
  expect(it.link.publish(MESSAGE, false, () => undefined)).toBe(false);
  expect(it.link.say(MESSAGE)).toBe(false);
});
