import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import type { WhyView } from "../../api/contract.ts";
import { emptyHub } from "../config/schema.ts";
import type { Around } from "../why/around.ts";
import { type Answered, askWhy, type Sources } from "../why/ask.ts";
import { EXIT, type ExitCode, type Io, languageOf } from "./io.ts";
import { buildingClock, type Place, siteOf, timezoneOf } from "./place.ts";
import { wrapped } from "./table.ts";
import { TIME_FORMS, type WallClock } from "./times.ts";

/** `battant why`: why a light is on or off, or was at any instant of the last 90 days. */

export type WhyRequest = {
  readonly zone: ZoneId;
  readonly when: string | undefined;
  readonly asJson: boolean;
};

export type Look = (...asked: Parameters<Sources["around"]>) => Around;

export const showWhy = async (
  { zone, when, asJson }: WhyRequest,
  { place, around }: { readonly place: Place; readonly around: Look },
  io: Io,
): Promise<ExitCode> => {
  const answered = await askWhy({ zone, when }, sourcesOf(place, around));
  if (!answered.ok) {
    await io.err(`${JSON.stringify(when)} ${PROBLEMS[answered.problem]}\n`);
    return EXIT.usage;
  }
  const { answers } = answered;
  const language = languageOf(io);
  const clock = buildingClock(place);
  const words = asJson
    ? answers.map((answer) => `${JSON.stringify(asData(answer, clock))}\n`)
    : answers.map(({ why }) => `${wrapped(why[language], 0)}\n`);
  await io.out(words.join(""));
  return EXIT.ok;
};

const sourcesOf = (place: Place, around: Look): Sources => {
  const { buildingNow, configuration, isAlive, run } = place;
  const known = configuration?.ok === true ? configuration.settings : undefined;
  const lastSeen = isAlive ? undefined : run?.state?.buildingNow;
  return {
    now: buildingNow,
    timezone: timezoneOf(place),
    site: siteOf(place),
    keptDays: known?.retention.decisionsDays ?? emptyHub().retention.decisions_days,
    live: undefined,
    stoppedAt: lastSeen === undefined ? undefined : instant(lastSeen),
    around,
  };
};

const PROBLEMS: { readonly [problem in (Answered & { ok: false })["problem"]]: string } = {
  "no-time": `is no time. Write ${TIME_FORMS}.`,
  "no-such-hour": "is no hour of that day: clocks went forward. Ask about the hour after it.",
  future: "is still to come. Ask about now, or an earlier time.",
};

const asData = ({ at, since, ...answer }: WhyView, clock: WallClock): object => ({
  time: clock.iso(instant(at)),
  ...answer,
  since: since === null ? null : clock.iso(instant(since)),
});
