import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { isBoardId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { BoardSettings } from "@battant/protocol/vocabulary/settings";
import type { UpdateReport } from "@battant/protocol/vocabulary/update";
import type { HubEvent } from "../domain/event.ts";
import type { BoardLink, Inbox } from "../ports.ts";
import type { BoardLog } from "./board-log.ts";
import { eventLine, leaseLine, privateReadingsLine, readingsLine } from "./board-words.ts";

/** Listens in: what boards say, and what they are told, goes into the log of each as it passes. */

export const logged = (inbox: Inbox, log: BoardLog): Inbox => {
  /** The start of which a flat's readings were told: once, as more would tell when it measures. */
  const told = new Map<BoardId, BootId>();

  const noteReadings = (batch: readonly Reading[]): void => {
    const [first] = batch;
    if (first === undefined) return;
    const { board, boot } = first;
    if (!log.isPrivate(board)) return log.note(board, "board", readingsLine(batch));
    if (told.get(board) === boot) return;
    told.set(board, boot);
    log.note(board, "board", privateReadingsLine(batch));
  };

  return {
    readings: (batch) => {
      noteReadings(batch);
      return inbox.readings(batch);
    },
    event: (event) => {
      const line = eventLine(event);
      if (line !== undefined && "board" in event && !isSomebodyAtHome(event, log)) {
        log.note(event.board, "board", line);
      }
      inbox.event(event);
    },
    updateReported: (board, report) => {
      const line = reportLine(report);
      if (line !== undefined) log.note(board, "board", line);
      inbox.updateReported(board, report);
    },
    refused: (refusal) => {
      const { from, where, problem } = refusal;
      if (isBoardId(from)) log.note(from, "board", `refused: ${where}: ${problem}`);
      inbox.refused(refusal);
    },
  };
};

/** In a flat, what a relay does is what its resident does: a switch was pressed, a lamp went out. */
const isSomebodyAtHome = (event: HubEvent, log: BoardLog): boolean =>
  event.kind === "relay-reported" && log.isPrivate(event.board);

/** How far it has come is told with the chunks. */
const reportLine = ({ state, at, problem }: UpdateReport): string | undefined => {
  switch (state) {
    case "receiving":
      return undefined;
    case "verified":
      return `update: all ${at} bytes are there and right; starts it next`;
    case "refused":
      return `update refused: ${problem ?? "it does not say why"}`;
  }
};

const CHUNKS_PER_LINE = 20;

export const loggedLink = (link: BoardLink, log: BoardLog): BoardLink => {
  const chunks = new Map<BoardId, number>();
  const settled = new Map<BoardId, string>();

  /** Compared at each description, which is no news. */
  const noteSettings = (board: BoardId, settings: BoardSettings, kept?: string): void => {
    const rules = settings.rules.length;
    const line = `settings: ${rules} rule${rules === 1 ? "" : "s"}; it keeps ${kept ?? "none"}`;
    if (settled.get(board) === line) return;
    settled.set(board, line);
    log.note(board, "hub", line);
  };

  return {
    lease: (board, relay, lease) => {
      log.note(board, "hub", leaseLine(relay, lease));
      link.lease(board, relay, lease);
    },
    clock: (board, now) => {
      log.note(board, "hub", "time");
      link.clock(board, now);
    },
    settings: (board, settings, kept) => {
      noteSettings(board, settings, kept);
      link.settings(board, settings, kept);
    },
    offer: (board, offer) => {
      chunks.delete(board);
      log.note(board, "hub", `update offered: ${offer.program}, ${offer.size} bytes`);
      link.offer(board, offer);
    },
    chunk: (board, chunk) => {
      const sent = (chunks.get(board) ?? 0) + 1;
      chunks.set(board, sent);
      if (sent % CHUNKS_PER_LINE === 0) {
        const end = chunk.at + chunk.data.length;
        log.note(board, "hub", `update: ${sent} chunks sent, up to byte ${end}`);
      }
      link.chunk(board, chunk);
    },
  };
};
