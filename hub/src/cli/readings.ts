import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Range } from "../ports.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { commandOn } from "./next-step.ts";
import type { Owner } from "./privacy.ts";
import { count, table } from "./table.ts";
import { span, type WallClock } from "./times.ts";

/** `battant readings`: what was measured, for a spreadsheet or another program. */

export type ReadingSource = {
  /** In order of arrival, page by page. */
  readonly pages: (filter: {
    readonly board?: BoardId;
    readonly range: Range;
  }) => AsyncIterable<readonly Reading[]>;
  readonly countByBoard: () => readonly { readonly board: BoardId; readonly readings: number }[];
  readonly lastReading: (board: BoardId) => Instant | undefined;
};

export type ExportRequest = {
  readonly board: BoardId | undefined;
  readonly range: Range;
  readonly format: "csv" | "excel" | "json";
};

export type Known = {
  readonly source: ReadingSource;
  readonly ownershipOf: (board: BoardId) => Owner;
  readonly wallClock: WallClock;
  readonly dataDir: string;
};

export const exportReadings = async (
  { board, range, format }: ExportRequest,
  { source, ownershipOf, wallClock }: Known,
  io: Io,
): Promise<ExitCode> => {
  if (board !== undefined && ownershipOf(board) !== "common") {
    await io.err(`${board} was not exported: ${REASONS[ownershipOf(board)]}.\n`);
    return EXIT.problems;
  }
  const write = WRITERS[format](wallClock);
  const leftOut = new Map<BoardId, number>();
  let exported = 0;
  await io.out(write.head);
  for await (const page of source.pages({ ...(board && { board }), range })) {
    let text = "";
    for (const reading of page) {
      if (ownershipOf(reading.board) === "common") {
        text += write.line(reading);
        exported += 1;
      } else leftOut.set(reading.board, (leftOut.get(reading.board) ?? 0) + 1);
    }
    if (text !== "") await io.out(text);
  }
  await io.err(`${count(exported, "reading")} exported.\n${told(leftOut, ownershipOf)}`);
  return EXIT.ok;
};

const REASONS: { readonly [owner in Owner]: string } = {
  common: "",
  flat: "a flat's readings belong to its resident alone",
  undescribed: "the building file does not name it, so it may be a flat's",
  "no-meter": "hub.linky in the building file names no meter of the common areas",
};

/** How many readings are not in the export, and why. Never silently. */
const told = (
  leftOut: ReadonlyMap<BoardId, number>,
  ownershipOf: (board: BoardId) => Owner,
): string =>
  (["flat", "undescribed", "no-meter"] as const)
    .map((owner) => {
      const boards = [...leftOut].filter(([board]) => ownershipOf(board) === owner);
      if (boards.length === 0) return "";
      const readings = boards.reduce((sum, [, many]) => sum + many, 0);
      const names =
        owner === "undescribed" ? ` (${boards.map(([board]) => board).join(", ")})` : "";
      return `Left out: ${count(readings, "reading")} of ${count(boards.length, "board")}${names}: ${REASONS[owner]}.\n`;
    })
    .join("");

type Writer = { readonly head: string; readonly line: (reading: Reading) => string };

/** Names hold nothing that CSV or a spreadsheet could misread (protocol/vocabulary/ids.ts). */
const WRITERS: { readonly [format in ExportRequest["format"]]: (clock: WallClock) => Writer } = {
  csv: (clock) => ({
    head: "time,board,sensor,quantity,value,unit\n",
    line: ({ at, board, sensor, quantity, value }) =>
      `${clock.iso(at)},${board},${sensor},${quantity},${value},${unitOf(quantity)}\n`,
  }),
  /** As a French Excel opens it by a double click: BOM, semicolons, decimal commas, CRLF. */
  excel: (clock) => ({
    head: "\ufefftime;local_time;board;sensor;quantity;value;unit\r\n",
    line: ({ at, board, sensor, quantity, value }) =>
      `${clock.iso(at)};${clock.local(at)};${board};${sensor};${quantity};${String(value).replace(".", ",")};${unitOf(quantity)}\r\n`,
  }),
  json: (clock) => ({
    head: "",
    line: ({ at, board, sensor, quantity, value }) =>
      `${JSON.stringify({ time: clock.iso(at), board, sensor, quantity, value, unit: unitOf(quantity) })}\n`,
  }),
};

const unitOf = (quantity: Reading["quantity"]): string => QUANTITIES[quantity].unit;

export const countReadings = async (
  { asJson, now }: { readonly asJson: boolean; readonly now: Instant },
  { source, ownershipOf, wallClock, dataDir }: Known,
  io: Io,
): Promise<ExitCode> => {
  // When something in a flat was last used says whether its resident is at home.
  const lastReading = (board: BoardId): Instant | undefined =>
    ownershipOf(board) === "common" ? source.lastReading(board) : undefined;
  const counts = source.countByBoard();
  const total = counts.reduce((sum, { readings }) => sum + readings, 0);
  if (asJson) {
    const boards = counts.map(({ board, readings }) => {
      const last = lastReading(board);
      const flat = ownershipOf(board) === "flat";
      return {
        board,
        readings,
        flat,
        lastReading: last === undefined ? null : wallClock.iso(last),
      };
    });
    await io.out(json({ readings: total, boards }));
    return EXIT.ok;
  }
  if (counts.length === 0) {
    await io.out(`No reading yet. Boards that may connect: ${commandOn(dataDir, "boards list")}\n`);
    return EXIT.ok;
  }
  const rows = counts.map(({ board, readings }) => {
    const last = lastReading(board);
    const note =
      ownershipOf(board) === "common" ? "" : `never exported: ${REASONS[ownershipOf(board)]}`;
    return [
      board,
      String(readings),
      last === undefined ? "-" : `${span(Math.max(0, now - last))} ago`,
      note,
    ];
  });
  await io.out(table(["BOARD", "READINGS", "LAST", "NOTE"], [...rows, ["total", String(total)]]));
  return EXIT.ok;
};
