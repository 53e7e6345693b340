import type { Fault } from "./board.ts";

/**
 * What may be asked of a running simulation, one JSON object a line:
 * `{"board":"b1","fault":"silent"}`, `stuck`, `unplug`, `reboot`, `none`,
 * `{"board":"b1","fault":"lie","value_lx":5000}`, `{"zone":"stairwell-a","press":true}`.
 */
export type Command =
  | { readonly kind: "fault"; readonly board: string; readonly fault: Fault | undefined }
  | { readonly kind: "press"; readonly zone: string };

export type DecodedCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: string };

const COMMAND_LENGTH_MAX = 1000;

/** A sensor under a lamp, or with a torch held to it. */
const LIE_LX = 20_000;

const FAULTS = ["silent", "stuck", "lie", "unplug", "reboot", "none"];

const refused = (problem: string): DecodedCommand => ({ ok: false, problem });

const isLie = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= 200_000;

const faultNamed = (kind: string, value_lx: number): Fault | undefined => {
  if (kind === "lie") return { kind, value_lx };
  if (kind === "silent" || kind === "stuck" || kind === "unplug" || kind === "reboot") {
    return { kind };
  }
  return undefined;
};

export const decodeCommand = (line: string): DecodedCommand => {
  if (line.length > COMMAND_LENGTH_MAX) return refused("too long");
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return refused("not JSON");
  }
  if (typeof parsed !== "object" || parsed === null) return refused("not an object");
  const { board, fault, value_lx, zone, press } = parsed as Record<string, unknown>;
  if (typeof zone === "string" && press === true) {
    return { ok: true, command: { kind: "press", zone } };
  }
  if (typeof board !== "string") return refused("neither a zone to press in nor a board");
  if (typeof fault !== "string" || !FAULTS.includes(fault)) {
    return refused(`fault must be one of ${FAULTS.join(", ")}`);
  }
  const lie = value_lx ?? LIE_LX;
  if (!isLie(lie)) return refused("value_lx must be a number from 0 to 200000");
  return { ok: true, command: { kind: "fault", board, fault: faultNamed(fault, lie) } };
};
