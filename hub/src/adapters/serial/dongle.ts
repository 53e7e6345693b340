import type { Frame } from "@battant/protocol/tic/frame";
import type { MeterSample } from "@battant/protocol/tic/meter";
import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import {
  elapsed,
  type Instant,
  type Milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { SerialHealth } from "../../../api/contract.ts";
import type { Clock, Inbox } from "../../ports.ts";
import { uptime } from "./attempt.ts";
import { createLinky, METER_NAME_LENGTH_MAX, sensorOf } from "./linky.ts";
import { createListener, type Timing } from "./listener.ts";
import { createOutbox } from "./outbox.ts";
import { createTally } from "./tally.ts";
import { wordsFor } from "./trouble.ts";

/**
 * A Linky on the hub's own USB port: frames in, readings of board `hub` out.
 *
 * Readings carry the hub's time, never the meter's. The meter's serial number, its delivery point
 * and its messages do not get this far: the parser does not keep them.
 */
export type Dongle = {
  health(): SerialHealth;
  close(): Promise<void>;
};

export type DongleOptions = {
  /** Best a path under /dev/serial/by-id: it stays the same when the dongle is plugged in again. */
  readonly port: string;
  /** Name of the meter; its parts are named after it. At most 20 characters. */
  readonly sensor: SensorId;
  readonly boot: BootId;
  readonly nextSequence: () => number;
  readonly inbox: Pick<Inbox, "readings" | "refused">;
  readonly clock: Pick<Clock, "now">;
  readonly reportEvery?: Milliseconds;
  readonly timing?: Timing;
};

/** The hub is a board too: the one that measures through its own USB port. */
export const HUB_BOARD = "hub" as BoardId;

const REPORT_EVERY = seconds(60);

/** A bad line garbles groups every second; `battant doctor` needs to hear of it once in a while. */
const REFUSAL_EVERY = minutes(1);

const GARBLED =
  "groups of the meter arrive garbled: check that the two wires of the dongle are tight, " +
  "twisted, and away from mains cables";
const IMPLAUSIBLE =
  "the meter's index went back or grew faster than the subscribed power allows: " +
  "if the meter was exchanged this ends by itself, otherwise check the wires of the dongle";

export const createDongle = (options: DongleOptions): Dongle => {
  const { port, sensor, inbox, clock } = options;
  if (sensor.length > METER_NAME_LENGTH_MAX) {
    throw new Error(`meter name ${sensor}: expected at most ${METER_NAME_LENGTH_MAX} characters`);
  }
  const linky = createLinky(options.reportEvery ?? REPORT_EVERY);
  const outbox = createOutbox(inbox);
  const tally = createTally();
  let refusedAt: Instant | undefined;

  const refuse = (problem: string, now: Instant): void => {
    if (refusedAt !== undefined && elapsed({ since: refusedAt, now }) < REFUSAL_EVERY) return;
    refusedAt = now;
    inbox.refused({ from: HUB_BOARD, where: port, problem });
  };

  const readingOf = (sample: MeterSample, at: Instant): Reading => ({
    board: HUB_BOARD,
    boot: options.boot,
    sequence: options.nextSequence(),
    sensor: sensorOf(sensor, sample.part),
    quantity: sample.quantity,
    value: sample.value,
    at,
    received: at,
  });

  const onFrame = (frame: Frame, now: Instant): void => {
    tally.add(frame, now);
    const { due, implausible } = linky.take(frame, now);
    if (frame.bad > 0) refuse(GARBLED, now);
    if (implausible > 0) refuse(IMPLAUSIBLE, now);
    const at = clock.now();
    outbox.add(due.map((sample) => readingOf(sample, at)));
  };

  const listener = createListener(port, onFrame, options.timing);

  return {
    health: () => {
      const groups = tally.lastHour(uptime());
      const trouble = listener.trouble();
      return {
        port,
        mode: listener.mode() ?? null,
        groupsGood: groups.good,
        groupsBad: groups.bad,
        problem: trouble === undefined ? outbox.problem() : wordsFor(trouble, port),
      };
    },
    close: async () => {
      await listener.close();
      await outbox.close();
    },
  };
};
