import type { Instant } from "@battant/protocol/vocabulary/units";
import { type Building, wire, type Wiring } from "../src/domain/building.ts";
import type { Effect, HubEvent } from "../src/domain/event.ts";
import { step } from "../src/pipeline.ts";
import { openedFrom, type Opening } from "../src/snapshot.ts";

/**
 * A trace lived again: the same function over the same events must ask for the same things. What
 * differs is either a fault that was mended or one that was made; somebody should look.
 */

export type Replayed =
  | {
      readonly ok: true;
      readonly events: number;
      readonly decisions: number;
      readonly differences: readonly Difference[];
    }
  | { readonly ok: false; readonly problem: string };

export type Difference = {
  readonly line: number;
  readonly recorded: string;
  readonly now: string;
};

/** A trace line as the hub writes it: an opening, or an event with what came of it. */
type Line =
  | Opening
  | { readonly at: Instant; readonly event: HubEvent; readonly effects?: readonly Effect[] };

export function replay(text: string): Replayed {
  const lines = text.split("\n");
  const differences: Difference[] = [];
  let wiring: Wiring | undefined;
  let building: Building | undefined;
  let events = 0;
  let decisions = 0;
  for (const [index, raw] of lines.entries()) {
    if (raw === "") continue;
    const line = parse(raw);
    if (line === undefined) {
      // The hub was killed in the middle of writing: what follows is an opening, or nothing.
      const next = lines.slice(index + 1).find((it) => it !== "");
      const following = next === undefined ? undefined : parse(next);
      if (next === undefined || (following !== undefined && "trace" in following)) continue;
      return { ok: false, problem: `line ${index + 1} is not a line of a trace` };
    }
    if ("trace" in line) {
      const opened = openedFrom(line);
      wiring = wire(opened.site);
      building = opened.building;
      continue;
    }
    if (wiring === undefined || building === undefined) {
      return { ok: false, problem: "the trace does not begin with an opening line" };
    }
    const result = step(building, line.event, wiring, line.at);
    building = result.building;
    events += 1;
    decisions += result.effects.filter((effect) => effect.kind === "log-decision").length;
    const recorded = comparable(line.effects ?? []);
    const now = comparable(result.effects);
    if (recorded !== now) differences.push({ line: index + 1, recorded, now });
  }
  if (events === 0 && wiring === undefined) return { ok: false, problem: "the file is empty" };
  return { ok: true, events, decisions, differences };
}

/**
 * What is decided and asked of boards is compared. What is only noted for the proof of savings is
 * not: traces from before it was noted stay as good as any.
 */
const comparable = (effects: readonly Effect[]): string =>
  JSON.stringify(effects.filter(({ kind }) => kind !== "log-circuit" && kind !== "log-break"));

function parse(raw: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(raw);
    return typeof line === "object" && line !== null ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}
