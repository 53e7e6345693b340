// Needs: mosquitto_pub.
import { namesOfThisMachine, openCertificates } from "../src/adapters/mqtt/certificates.ts";
import { after, hours } from "@battant/protocol/vocabulary/units";
import { readingsTopic } from "@battant/protocol/wire/topics";
import { expect, test } from "vitest";
import type { BrokerLimits } from "../src/adapters/mqtt/limits.ts";
import {
  connectBoard,
  HALL,
  makeDataDir,
  NOON,
  openRaw,
  passwordOf,
  type Ran,
  readingsText,
  run,
  STAIRS,
  startBroker,
  until,
} from "./broker-kit.ts";

// Goal: any ordinary MQTT client can play a board, in clear and over TLS, within its rights only.
// Method: Mosquitto's own clients, and what they print and exit with.

const PREFIX = "battant/1/stairs/";
const TOPIC = readingsTopic(STAIRS);

const as = (board: string): readonly string[] => ["-u", board, "-P", passwordOf(board)];

const to = (port: number): readonly string[] => ["-h", "127.0.0.1", "-p", String(port)];

const publish = (port: number, topic: string, payload: string, ...more: string[]): Promise<Ran> =>
  run("mosquitto_pub", [...to(port), "-q", "1", "-t", topic, "-m", payload, ...more]);

test("mosquitto_pub with a board's credentials delivers a reading", async () => {
  const { broker, inbox } = await startBroker();
  expect(await publish(broker.port, TOPIC, readingsText(1), ...as(STAIRS))).toMatchObject({
    code: 0,
    err: "",
  });
  expect(inbox.stored).toHaveLength(1);
});

test("mosquitto_pub with a wrong password, or with none, is told so", async () => {
  const { broker, inbox } = await startBroker();
  const wrong = await publish(broker.port, TOPIC, readingsText(1), "-u", STAIRS, "-P", "wrong");
  expect(wrong.err).toContain("bad user name or password");
  const anonymous = await publish(broker.port, TOPIC, readingsText(1));
  expect(anonymous.err).toContain("not authorised");
  expect([wrong.code, anonymous.code]).toEqual([4, 5]);
  expect(inbox.stored).toEqual([]);
  await until(() => inbox.refusals.length === 2);
});

test("mosquitto_pub loses its connection over a foreign topic", async () => {
  const { broker, inbox } = await startBroker();
  const ran = await publish(broker.port, readingsTopic(HALL), readingsText(1), ...as(STAIRS));
  expect(ran.err).toContain("The connection was lost");
  expect(inbox.problems()).toEqual([
    "topic of another board; stairs publishes under battant/1/stairs/",
  ]);
});

test("mosquitto_pub of nonsense is acknowledged, counted, and disturbs nobody", async () => {
  const { broker, inbox } = await startBroker();
  const hall = await connectBoard(broker, HALL);
  expect((await publish(broker.port, TOPIC, "nonsense", ...as(STAIRS))).code).toBe(0);
  expect(inbox.refusals).toEqual([{ from: STAIRS, where: TOPIC, problem: "not JSON" }]);
  await hall.publishAsync(readingsTopic(HALL), readingsText(1), { qos: 1 });
  expect(inbox.stored).toHaveLength(1);
});

test("mosquitto_sub sees what its board publishes, retained messages first", async () => {
  const { broker } = await startBroker();
  await publish(broker.port, PREFIX + "availability", "online", "-r", ...as(STAIRS));
  const args = ["-t", PREFIX + "#", "-q", "1", "-v", "-C", "2", ...as(STAIRS)];
  const listening = run("mosquitto_sub", [...to(broker.port), ...args]);
  await until(() => broker.connected().length > 0);
  // It has subscribed once it gets this; before that, it is sent again.
  let isDone = false;
  void listening.then(() => {
    isDone = true;
  });
  while (!isDone) await publish(broker.port, TOPIC, readingsText(1), ...as(STAIRS));
  expect((await listening).out).toBe(`${PREFIX}availability online\n${TOPIC} ${readingsText(1)}\n`);
});

test("mosquitto_sub may not listen to another board", async () => {
  const { broker } = await startBroker();
  const ran = await run("mosquitto_sub", [
    ...to(broker.port),
    "-t",
    "battant/1/hall/#",
    ...as(STAIRS),
  ]);
  expect(ran.err).toContain("All subscription requests were denied");
});

const startWithTls = async (limits: Partial<BrokerLimits> = {}) => {
  const dataDir = await makeDataDir();
  const names = namesOfThisMachine();
  const certificates = await openCertificates({ dataDir, names, now: clockTime() });
  const host = "127.0.0.1";
  const listen = { mqtt: { host, port: 0 }, mqtts: { host, port: 0, ...certificates } };
  const started = await startBroker({ dataDir, listen, limits });
  return { ...started, certificates, dataDir, names, tlsPort: started.broker.tlsPort ?? 0 };
};

/** Certificates are judged by the clock of whoever connects, so here the time is the real one. */
const clockTime = () => Date.now() as typeof NOON;

test("over TLS, a client that trusts the hub's CA delivers, one that does not is counted", async () => {
  const { inbox, certificates, tlsPort } = await startWithTls();
  const trusting = ["--cafile", certificates.caPath, ...as(STAIRS)];
  expect((await publish(tlsPort, TOPIC, readingsText(1), ...trusting)).err).toBe("");
  expect(inbox.stored).toHaveLength(1);

  const doubting = ["--capath", "/etc/ssl/certs", ...as(STAIRS)];
  expect((await publish(tlsPort, TOPIC, readingsText(1, 2), ...doubting)).code).not.toBe(0);
  await until(() => inbox.refusals.length === 1);
  expect(inbox.problems()[0]).toMatch(
    /^TLS handshake failed: .*unknown ca; the client must .* trust the hub's CA$/,
  );
  expect(inbox.stored).toHaveLength(1);
});

test("what speaks plain MQTT to the TLS port is turned away", async () => {
  const { inbox, tlsPort } = await startWithTls();
  expect((await publish(tlsPort, TOPIC, readingsText(1), ...as(STAIRS))).code).not.toBe(0);
  expect(inbox.stored).toEqual([]);
});

test("a client that does not finish its TLS handshake is dropped in time", async () => {
  const { inbox, tlsPort } = await startWithTls({ connectMsMax: 200 });
  const raw = await openRaw(tlsPort);
  await until(raw.isClosed);
  expect(inbox.problems()[0]).toMatch(/^TLS handshake failed: ERR_TLS_HANDSHAKE_TIMEOUT; /);
});

test("a packet that announces too much is refused over TLS as well", async () => {
  const { inbox, certificates, tlsPort } = await startWithTls();
  const trusting = ["--cafile", certificates.caPath, ...as(STAIRS)];
  await publish(tlsPort, TOPIC, "x".repeat(10_000), ...trusting);
  expect(inbox.problems()).toEqual(["packet longer than 8192 bytes; send smaller batches"]);
});

test("when the port for TLS is taken, the hub says so, and gives the other one back", async () => {
  const { broker, certificates, tlsPort } = await startWithTls();
  await broker.close();
  const { broker: other } = await startBroker({
    listen: { mqtt: { host: "127.0.0.1", port: tlsPort } },
  });
  const mqtt = { host: "127.0.0.1", port: broker.port };
  const mqtts = { host: "127.0.0.1", port: other.port, ...certificates };
  const starting = startBroker({ listen: { mqtt, mqtts } });
  await expect(starting).rejects.toThrow(`cannot listen for MQTTS on 127.0.0.1:${tlsPort}`);
  await expect(openRaw(mqtt.port)).rejects.toThrow("ECONNREFUSED");
});

test("a renewed certificate serves the next connection, without a restart", async () => {
  const { broker, certificates, dataDir, names, tlsPort } = await startWithTls();
  const nextYear = after(clockTime(), hours(24 * 360));
  const renewed = await openCertificates({ dataDir, names, now: nextYear });
  expect(renewed.cert).not.toBe(certificates.cert);
  broker.useIdentity(renewed);
  const connect = ["-connect", `127.0.0.1:${tlsPort}`, "-CAfile", certificates.caPath];
  const { out } = await run("openssl", ["s_client", ...connect]);
  expect(out).toContain(renewed.cert.trim());
});
