import type { BoardId, BootId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { instant, seconds } from "@battant/protocol/vocabulary/units";
import { decodeClockQuestion, encodeClock } from "@battant/protocol/wire/presence";
import { decodeRelayReport, encodeLease } from "@battant/protocol/wire/relay";
import { clockTopic, leaseTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildParts } from "../../flash/host/board.ts";
import { kindsOfBoard } from "../../flash/test/update-kit.ts";
import { createAedes, freePort, until } from "../../simulator/test/brokers.ts";
import { createSealer, KEY_HEX } from "../../simulator/test/sealer.ts";
import { encodeMembership } from "../espruino/membership.ts";

// Goal: the program as it is built for a board warns as its sources do.
// Method: the bundle in a vm, and on the interpreter that ESPRUINO names; a broker, a hub of a few
// lines, and somebody who looks at the relay.

const BOARD = "stairs-1" as BoardId;
const RELAY = "main" as RelayId;
const PASSWORD = "p";
const SPEED = 2;

/** Looked at this often, a blink of a quarter of a second is not missed on a busy machine. */
const LOOK_MS = 20;

describe.each(kindsOfBoard())("on $name", ({ create }) => {
  test("two blinks, light, and then the dark", { timeout: 60_000 }, async () => {
    const reports: RelayReport[] = [];
    const seal = createSealer();
    let boot: BootId | undefined;
    const say = (topic: string, body: string): void =>
      broker.publish(topic, seal(boot as BootId, topic, body));
    const port = await freePort();
    const broker = createAedes(port, PASSWORD, ({ topic, payload }) => {
      const kind = parseBoardTopic(topic)?.kind;
      const report = decodeRelayReport(payload);
      if (kind === "relay" && report.ok) reports.push(report.value);
      const question = decodeClockQuestion(payload);
      if (kind !== "clock-question" || !question.ok) return;
      boot = question.value.boot;
      say(clockTopic(BOARD), encodeClock(instant(Date.now()), question.value.number));
    });
    await broker.start();
    onTestFinished(() => broker.kill());
    const board = await create({ parts: await buildParts("relay-light"), speed: SPEED });
    onTestFinished(() => board.close());
    const key = Buffer.from(KEY_HEX, "hex").toString("latin1");
    const address = { host: "127.0.0.1", port };
    await board.install(
      "membership",
      encodeMembership({ board: BOARD, broker: address, password: PASSWORD, key }),
    );
    board.world.illuminance(400);
    await board.start();
    board.world.lit(true);
    await until(
      "its luminaires are seen",
      () => reports.at(-1)?.lit === true && boot !== undefined,
    );

    const lease = { id: "l1" as LeaseId, boot: boot as BootId, duration: seconds(120) };
    say(
      leaseTopic(BOARD, RELAY),
      encodeLease({ ...lease, issued: instant(Date.now()), warn: true }),
    );
    const looks: boolean[] = [];
    const isOver = (): boolean => reports.at(-1)?.state === "inhibited";
    for (const end = Date.now() + 30_000; !isOver() && Date.now() < end; await sleep(LOOK_MS)) {
      if (board.world.relay() !== looks.at(-1)) looks.push(board.world.relay());
    }
    const turns = looks[0] === false ? looks : [false, ...looks];
    expect(turns.slice(0, 5)).toEqual([false, true, false, true, false]);
    expect(reports.find(({ reason }) => reason === "warning")).toMatchObject({
      state: "available",
      lease: "l1",
      lit: true,
    });
    expect(reports.at(-1)).toMatchObject({ state: "inhibited", reason: "lease", lease: "l1" });
    expect(board.world.relay()).toBe(true);
    expect(board.mishaps()).toEqual([]);
  });
});
