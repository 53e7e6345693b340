import { after, type Instant, type Milliseconds } from "@battant/protocol/vocabulary/units";
import type { OverrideSource } from "./decision.ts";

/**
 * People who asked for light, each way for itself: who hands back what they asked for on a page ends
 * nothing that somebody at the wall switch wants.
 */
export type Overrides = { readonly [by in OverrideSource]?: Asked | undefined };

/** Light stays available from then until then, whatever a rule says. */
export type Asked = { readonly since: Instant; readonly until: Instant };

export type Override = Asked & { readonly by: OverrideSource };

/**
 * In order of precedence. Above them all is life safety, which no hub can reach: a safety circuit
 * has no relay (`config/zone-checks.ts`). Below them all are the rules (`rules/decide.ts`).
 */
const PRECEDENCE: readonly OverrideSource[] = ["wall-switch", "page"];

export const NOBODY_ASKED: Overrides = {};

/** The most important of those who want light now, and until when any of them does. */
export function activeOverride(overrides: Overrides, now: Instant): Override | undefined {
  const active = PRECEDENCE.flatMap((by) => {
    const asked = overrides[by];
    return asked !== undefined && now < asked.until ? [{ ...asked, by }] : [];
  });
  const [first] = active;
  if (first === undefined) return undefined;
  return { ...first, until: active.reduce((a, b) => (b.until > a.until ? b : a)).until };
}

/** Asked anew. Who asks for less than before hands back the rest; at the wall nobody asks for less. */
export function withAsked(
  overrides: Overrides,
  by: OverrideSource,
  { since, until }: { readonly since: Instant; readonly until: Instant | undefined },
): Overrides {
  return { ...overrides, [by]: until === undefined ? undefined : { since, until } };
}

/** When the clock was set by so much: people are obeyed for as long as was promised, by either clock. */
export function movedBy(overrides: Overrides, span: Milliseconds): Overrides {
  const moved = PRECEDENCE.flatMap((by) => {
    const asked = overrides[by];
    if (asked === undefined) return [];
    return [[by, { since: after(asked.since, span), until: after(asked.until, span) }] as const];
  });
  return Object.fromEntries(moved);
}
