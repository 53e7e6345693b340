import { isUtf8 } from "node:buffer";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Reading, ReportedTime } from "@battant/protocol/vocabulary/reading";
import { after, type Instant, instant, seconds } from "@battant/protocol/vocabulary/units";
import type { UpdateReport } from "@battant/protocol/vocabulary/update";
import {
  decodeAvailability,
  decodeClockQuestion,
  decodeDescription,
} from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { decodeRelayReport } from "@battant/protocol/wire/relay";
import { boardPrefix, type BoardTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import { decodeUpdateReport } from "@battant/protocol/wire/update";
import type { HubEvent } from "../../domain/event.ts";
import type { Start } from "./sealing.ts";

/**
 * MQTT in: a topic and some bytes become readings, one event, or a reason why not.
 * Nothing past this file has ever seen a topic or a byte that was not checked.
 */

export type Arrival =
  | {
      readonly kind: "readings";
      readonly readings: readonly Reading[];
      /** What was wrong with readings that were left out, or with the board's clock. */
      readonly problems: readonly string[];
      readonly clockIsWrong: boolean;
    }
  | {
      readonly kind: "event";
      readonly event: HubEvent;
      readonly retainable: boolean;
      /**
       * The start in which the board says so. Readings tell nothing of it: those that were kept
       * while the hub was away bear the name of the start in which they were measured.
       */
      readonly start: Start | undefined;
    }
  | { readonly kind: "update-report"; readonly report: UpdateReport }
  /** The board may say this, but not so. Sending it again would not mend it. */
  | { readonly kind: "malformed"; readonly problem: string }
  /** Not for this board to say. */
  | { readonly kind: "forbidden"; readonly problem: string };

/** Clocks of boards drift by a second or two an hour. A lease of two minutes needs them to agree. */
const AHEAD_MAX = seconds(30);

/** A board that claims an earlier time counts from its start, or from 1970. */
const EARLIEST = instant(Date.UTC(2020, 0, 1));

// A byte order mark is kept, so that the decoders refuse it like any other stray character.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

export type Message = { readonly topic: string; readonly payload: Uint8Array };

export const ingest = (board: BoardId, message: Message, now: Instant): Arrival => {
  const topic = parseBoardTopic(message.topic);
  if (topic === undefined) return forbidden("boards do not publish this topic");
  if (topic.board !== board) {
    return forbidden(`topic of another board; ${board} publishes under ${boardPrefix(board)}`);
  }
  if (!isUtf8(message.payload)) return malformed("payload is not UTF-8 text");
  return decode(topic, utf8.decode(message.payload), now);
};

const decode = (topic: BoardTopic, text: string, now: Instant): Arrival => {
  const { board } = topic;
  switch (topic.kind) {
    case "readings":
      return decodeBatch(board, text, now);
    case "availability": {
      const online = decodeAvailability(text);
      if (!online.ok) return malformed(online.problem);
      return retainable({ kind: "availability", board, online: online.value });
    }
    case "description": {
      const description = decodeDescription(text);
      if (!description.ok) return malformed(description.problem);
      const { boot } = description.value;
      return retainable({ kind: "described", board, description: description.value }, { boot });
    }
    case "relay": {
      const report = decodeRelayReport(text);
      if (!report.ok) return malformed(report.problem);
      const { relay } = topic;
      const { boot } = report.value;
      return retainable({ kind: "relay-reported", board, relay, report: report.value }, { boot });
    }
    case "clock-question": {
      const asked = decodeClockQuestion(text);
      if (!asked.ok) return malformed(asked.problem);
      const { boot, counter, number } = asked.value;
      const event: HubEvent = { kind: "clock-asked", board };
      const start = { boot, counter, question: number };
      return { kind: "event", event, retainable: false, start };
    }
    case "update-report": {
      const report = decodeUpdateReport(text);
      if (!report.ok) return malformed(report.problem);
      return { kind: "update-report", report: report.value };
    }
  }
};

const decodeBatch = (board: BoardId, text: string, now: Instant): Arrival => {
  const batch = decodeReadings(text);
  if (!batch.ok) return malformed(batch.problem);
  const { boot, problems } = batch.value;
  let wrongTime: Instant | undefined;
  const readings = batch.value.readings.map((reported): Reading => {
    const { sequence, sensor, quantity, value, time } = reported;
    if (time.kind === "at" && !isCredible(time.at, now)) wrongTime = time.at;
    return { board, boot, sequence, sensor, quantity, value, at: timeOf(time, now), received: now };
  });
  if (wrongTime === undefined) return { kind: "readings", readings, problems, clockIsWrong: false };
  const problem = "board clock is wrong; its readings got the time of arrival";
  return { kind: "readings", readings, problems: [...problems, problem], clockIsWrong: true };
};

const isCredible = (at: Instant, now: Instant): boolean =>
  at >= EARLIEST && at <= after(now, AHEAD_MAX);

/** A reading is never lost to a wrong clock: it was measured before now, so now is the bound. */
const timeOf = (time: ReportedTime, now: Instant): Instant => {
  if (time.kind === "age") return instant(now - time.age);
  return isCredible(time.at, now) ? time.at : now;
};

const retainable = (event: HubEvent, start?: Start): Arrival => ({
  kind: "event",
  event,
  retainable: true,
  start,
});
const malformed = (problem: string): Arrival => ({ kind: "malformed", problem });
const forbidden = (problem: string): Arrival => ({ kind: "forbidden", problem });
