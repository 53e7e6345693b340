import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Sentence, WhyView } from "../../api/contract.ts";
import { createWallClock } from "../cli/times.ts";
import type { Site } from "../domain/site.ts";
import { type Answer, answerFrom, answerLive, type Live } from "./answer.ts";
import type { Around } from "./around.ts";
import { say } from "./say.ts";

/** From a zone and a time as somebody wrote it to the answer, or to two in the hour that clocks repeat. */

export type Question = {
  readonly zone: ZoneId;
  /** In the forms of `cli/times.ts`; now, if nothing is said. */
  readonly when: string | undefined;
};

export type Sources = {
  readonly now: Instant;
  readonly timezone: string;
  /** As the building is described today, if its file can be read. */
  readonly site: Site | undefined;
  readonly keptDays: number;
  /** What the hub believes of the zone this moment, if this is the hub and it has decided. */
  readonly live: Live | undefined;
  /** When the hub was last there, if it does not run. */
  readonly stoppedAt: Instant | undefined;
  readonly around: (zone: ZoneId, at: Instant, now: Instant) => Around | Promise<Around>;
};

export type Answered =
  | { readonly ok: true; readonly answers: readonly WhyView[] }
  | {
      readonly ok: false;
      readonly problem: "no-time" | "no-such-hour" | "future";
      readonly detail: Sentence;
    };

export async function askWhy({ zone, when }: Question, sources: Sources): Promise<Answered> {
  const { now, timezone, site, live } = sources;
  const plan = site?.zones.get(zone);
  const outlook = plan && site && { plan, location: site.location };
  const view = (answer: Answer, isTwice: boolean): WhyView =>
    whyView(zone, answer, say(answer, { now, timezone, isTwice, site, plan }));
  if (when === undefined && live !== undefined) {
    return { ok: true, answers: [view(answerLive(live, outlook, now), false)] };
  }
  const asked = when === undefined ? { ok: true as const, at: [now] } : meant(when, sources);
  if (!asked.ok) return asked;
  const answers = await Promise.all(
    asked.at.map(async (at) => {
      const around = await sources.around(zone, at, now);
      return view(answerFrom(around, { ...sources, at, outlook }), asked.at.length > 1);
    }),
  );
  return { ok: true, answers };
}

const whyView = (zone: ZoneId, answer: Answer, why: Sentence): WhyView => {
  const { at } = answer;
  if (answer.kind !== "known") {
    return { at, zone, decision: null, because: null, since: null, why };
  }
  const { kind, because } = answer.decision;
  return { at, zone, decision: kind, because, since: answer.began, why };
};

type Meant = { readonly ok: true; readonly at: readonly Instant[] } | (Answered & { ok: false });

/** Clocks are set by an hour; on Lord Howe Island by half of one. */
const SHIFTS = [-3_600_000, -1_800_000, 0, 1_800_000, 3_600_000];

function meant(when: string, { now, timezone }: Sources): Meant {
  const clock = createWallClock(timezone);
  const read = clock.read(when, now);
  if (read === undefined) return refusals["no-time"];
  const local = localOf(when);
  const at =
    local === undefined
      ? [read]
      : SHIFTS.map((shift) => instant(read + shift)).filter((it) =>
          clock.local(it).startsWith(local),
        );
  if (at.length === 0) return refusals["no-such-hour"];
  const past = at.filter((it) => it <= now);
  return past.length === 0 ? refusals.future : { ok: true, at: past };
}

/** What the clock on the wall shows then; nothing for a time that says by which clock, or how long ago. */
function localOf(when: string): string | undefined {
  const [, day, hour = "00:00"] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?)?$/.exec(when.trim()) ?? [];
  return day === undefined ? undefined : `${day} ${hour}`;
}

const refusal = (problem: "no-time" | "no-such-hour" | "future", fr: string, en: string) => ({
  ok: false as const,
  problem,
  detail: { fr, en },
});

const refusals = {
  "no-time": refusal("no-time", "ce n'est pas une heure", "this is no time"),
  "no-such-hour": refusal(
    "no-such-hour",
    "cette heure n'existe pas : les horloges ont avancé cette nuit-là",
    "there is no such hour: clocks went forward that night",
  ),
  future: refusal("future", "ce moment est à venir", "that moment is still to come"),
};
