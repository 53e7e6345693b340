import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import type { Decision } from "../domain/decision.ts";
import { type Language, sentenceOf, statementOf } from "../domain/sentence.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import type { DecisionRecord } from "../ports.ts";
import { type Answer, isNow, type Known } from "./answer.ts";
import { createMoments, type Moments } from "./moments.ts";
import { type About, capital, WORDS } from "./words.ts";

/** An answer in at most three short sentences: what holds and why, and what comes or came next. */

export type Hearing = {
  readonly now: Instant;
  readonly timezone: string;
  /** The clocks show the time that was asked about twice that night. */
  readonly isTwice: boolean;
  readonly site: Site | undefined;
  readonly plan: ZonePlan | undefined;
};

export const say = (answer: Answer, hearing: Hearing): Sentence => ({
  fr: saidIn("fr", answer, hearing),
  en: saidIn("en", answer, hearing),
});

function saidIn(language: Language, answer: Answer, hearing: Hearing): string {
  const { now, timezone } = hearing;
  const { at } = answer;
  const today = createMoments({ language, timezone, day: now, now });
  const asked = `${today.at(at)}${hearing.isTwice ? offset(at, language, timezone) : ""}`;
  const moments = createMoments({ language, timezone, day: at, now });
  const told = { asked: isNow(at, now) ? undefined : asked, moments };
  switch (answer.kind) {
    case "known":
      return known(language, answer, { ...hearing, ...told });
    case "stopped":
    case "silence":
      return UNKNOWN[language](answer, told);
    case "unwritten": {
      const first = answer.first === undefined ? undefined : today.bare(answer.first);
      return UNWRITTEN[language](first, answer.keptDays);
    }
  }
}

/** `asked` is the instant, if it is not now. `moments` are seen from it. */
type Told = { readonly asked: string | undefined; readonly moments: Moments };

function known(language: Language, answer: Known, hearing: Hearing & Told): string {
  const { at, written, next, sequel } = answer;
  const { timezone, moments } = hearing;
  const words = WORDS[language];
  const first = sentenceOf(toldOf(answer), {
    language,
    at,
    timezone,
    when: whenOf(language, answer, hearing),
    ...(at - written >= MINUTE && { measured: ` ${moments.at(written)}` }),
  });
  if (next !== undefined) return `${first} ${words.next(next, aboutOf(hearing))}`;
  if (sequel === undefined) return first;
  const changed = ({ at: then, decision }: DecisionRecord): string =>
    statementOf(decision, { language, at: then, timezone });
  return `${first} ${words.sequel(sequel, moments, changed)}`;
}

/** ` depuis 07:48`, ` à 08:00, depuis 07:48` */
function whenOf(language: Language, { at, began }: Known, { asked, moments }: Told): string {
  const since = ` ${language === "fr" ? "depuis" : "since"} ${moments.bare(began)}`;
  if (asked === undefined) return since;
  return at - began < MINUTE ? ` ${asked}` : ` ${asked},${since}`;
}

const MINUTE = 60_000;

const aboutOf = ({ plan, site, moments }: Hearing & Told): About => {
  const name = (at: ZonePlan["lightSensor"] | ZonePlan["circuit"]): string | undefined =>
    at && (site?.boards.get(at.board)?.name ?? at.board);
  return {
    moments,
    zoneKind: plan?.kind,
    boards: { sensor: name(plan?.lightSensor), relay: name(plan?.circuit) },
  };
};

/** A time that cannot be any more, as it has passed or the night comes first, is not told. */
function toldOf({ decision, at, next }: Known): Decision {
  const { until, ...evidence } = decision.evidence;
  const isOver = until !== undefined && until <= at;
  const isWaiting = ["not-bright-long-enough", "post-check-failed"].includes(decision.because);
  const nightIsFirst = next?.kind === "after-night" && isWaiting;
  return isOver || nightIsFirst ? { ...decision, evidence } : decision;
}

type Unknown = Extract<Answer, { readonly kind: "stopped" | "silence" }>;

const UNKNOWN: { readonly [language in Language]: (answer: Unknown, told: Told) => string } = {
  fr: (answer, { asked, moments: { bare } }) => {
    const unknown = capital(`${asked === undefined ? "" : `${asked}, `}on ne sait pas`);
    if (answer.kind === "stopped") {
      return `${unknown} : le boîtier est arrêté depuis ${bare(answer.since)}.`;
    }
    const { from, to } = answer;
    if (to === undefined) return `${unknown} : rien n'est écrit depuis ${bare(from)}.`;
    return `${unknown} : le boîtier était arrêté entre ${bare(from)} et ${bare(to)}.`;
  },
  en: (answer, { asked, moments: { bare } }) => {
    const unknown = capital(`${asked === undefined ? "" : `${asked}, `}nobody knows`);
    if (answer.kind === "stopped") {
      return `${unknown}: the hub has been stopped since ${bare(answer.since)}.`;
    }
    const { from, to } = answer;
    if (to === undefined) return `${unknown}: nothing has been written since ${bare(from)}.`;
    return `${unknown}: the hub was stopped between ${bare(from)} and ${bare(to)}.`;
  },
};

type Unwritten = (first: string | undefined, keptDays: number | undefined) => string;

const UNWRITTEN: { readonly [language in Language]: Unwritten } = {
  fr: (first, keptDays) => {
    if (keptDays !== undefined) {
      const rest = first === undefined ? "" : ` et rien ne reste d'avant ${first}`;
      return `On ne sait plus : les décisions sont gardées ${keptDays} jours${rest}.`;
    }
    if (first === undefined) return "On ne sait pas : rien n'est encore écrit sur cette zone.";
    return `On ne sait pas : rien n'était écrit sur cette zone avant ${first}.`;
  },
  en: (first, keptDays) => {
    if (keptDays !== undefined) {
      const rest = first === undefined ? "" : ` and nothing is left from before ${first}`;
      return `Nobody knows any more: decisions are kept for ${keptDays} days${rest}.`;
    }
    if (first === undefined) return "Nobody knows: nothing is written about this zone yet.";
    return `Nobody knows: nothing was written about this zone before ${first}.`;
  },
};

/** ` UTC+2`: which of the two. */
const offset = (at: Instant, language: Language, timezone: string): string => {
  const name = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    timeZone: timezone,
    timeZoneName: "shortOffset",
  });
  return ` ${name.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? ""}`;
};
