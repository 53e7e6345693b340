import { existsSync, readFileSync } from "node:fs";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant, lux, milliseconds } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { expect, test } from "vitest";
import { isDue, type Reported, reportRule } from "../../firmware/board/report.ts";
import { createAccount } from "../src/backtest/account.ts";
import { createRun } from "../src/backtest/simulate.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import type { DecisionRecord } from "../src/ports.ts";
import { light, minute, ZONE } from "./backtest-kit.ts";
import { siteOf, stairs } from "./building.ts";

// Goal: under a sky that was really measured, the rule switches a few times a day and leaves nobody
// below the target, but for the seconds in which no board has told of it yet.
// Method: a week of a rooftop, times four daylight factors, once as minute values and once as a board
// would have reported it, with its dead band; a table is printed.

const FILE = new URL(
  "../../../shared/data/ambient/tuebingen_rooftop_lux_1min_2023-08-28_09-04.csv",
  import.meta.url,
);
const isThere = existsSync(FILE);
if (!isThere) console.info("No ../shared/data beside the project: a made-up week is tried.");

const FACTORS = isThere ? [0.5, 1, 2, 5] : [2];

const TARGET = lux(100);
const ROOF = { latitudeDeg: 48.52, longitudeDeg: 9.06 };

const measuredWeek = () =>
  readFileSync(FILE, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [utc = "", value = ""] = line.split(",");
      return { at: Date.parse(utc), value: Number(value) };
    });

/** Without the measured one: seven dull days, by the almanac. */
const dullWeek = () =>
  Array.from({ length: 7 * 1440 }, (_, index) => {
    const at = Date.UTC(2026, 7, 28) + minute(index);
    const height = Math.sin((sunAltitudeDeg(ROOF, instant(at)) * Math.PI) / 180);
    return { at, value: height > 0 ? 300 + 21_000 * height : 300 * Math.exp(height * 100) };
  });

const week = isThere ? measuredWeek() : dullWeek();

const rounded = (value: number): number => Math.round(value * 10) / 10;

const byMinute = (factor: number): Reading[] =>
  week.map(({ at, value }) => light(at, rounded((value * factor) / 100)));

const SAMPLED_MS = 2000;
const GAP_MS = 120_000;

/** What the sky gave, every two seconds; between two minutes it changes evenly. */
const truth = (factor: number): readonly { readonly at: number; readonly value: number }[] =>
  week.flatMap(({ at, value }, index) => {
    const next = week[index + 1];
    if (next === undefined || next.at - at > GAP_MS) return [];
    return Array.from({ length: (next.at - at) / SAMPLED_MS }, (_, sample) => {
      const share = (sample * SAMPLED_MS) / (next.at - at);
      const now = value + (next.value - value) * share;
      return { at: at + sample * SAMPLED_MS, value: rounded((now * factor) / 100) };
    });
  });

/** As a board tells it: with its dead band, its pauses and its heartbeat. */
const asReported = (factor: number): Reading[] => {
  const rule = reportRule("illuminance");
  let last: Reported | undefined;
  return truth(factor).flatMap(({ at, value }) => {
    const sample = { value, at: milliseconds(at) };
    if (!isDue(rule, last, sample)) return [];
    last = sample;
    return [light(at, value)];
  });
};

function tried(readings: readonly Reading[]) {
  const daylight = { ...stairs.daylight, target: TARGET, luminaireContribution: lux(0) };
  const decisions: DecisionRecord[] = [];
  const account = createAccount({
    calendar: createCalendar("Europe/Berlin"),
    load: undefined,
    prices: [],
  });
  const run = createRun({
    site: { ...siteOf(stairs), location: ROOF },
    zone: ZONE,
    daylight,
    burns: "as-seen",
    from: instant(week[0]!.at),
    account,
    decisions: { append: (record) => void decisions.push(record) },
  });
  for (const it of readings) run.see(it);
  return { total: account.total(), decisions };
}

/** Kept off below the target, by the sky itself and not by what was told of it. */
function reallyDark(decisions: readonly DecisionRecord[], factor: number) {
  let next = 0;
  let keptOff = false;
  let now = 0;
  const found = { all: 0, longest: 0 };
  for (const { at, value } of truth(factor)) {
    for (; next < decisions.length && decisions[next]!.at <= at; next++) {
      keptOff = decisions[next]!.decision.kind === "inhibit";
    }
    now = keptOff && value < TARGET ? now + SAMPLED_MS : 0;
    if (now > 0) found.all += SAMPLED_MS;
    found.longest = Math.max(found.longest, now);
  }
  return found;
}

const days = (week.at(-1)!.at - week[0]!.at) / 86_400_000;

const line = (factor: number, how: string, it: ReturnType<typeof tried>): string => {
  const { switchings, avoided, tooDark, tooDarkLongest } = it.total;
  const really = reallyDark(it.decisions, factor);
  const aDay = (value: number, unit: number, digits: number): string =>
    (value / unit / days).toFixed(digits).padStart(5);
  return [
    `${factor} %`.padStart(6),
    how.padEnd(11),
    aDay(switchings, 1, 1),
    aDay(avoided, 3_600_000, 1),
    aDay(tooDark, 60_000, 2),
    `${tooDarkLongest / 1000} s`.padStart(7),
    aDay(really.all, 60_000, 2),
    `${really.longest / 1000} s`.padStart(7),
  ].join("  ");
};

const HEAD = "factor  readings      sw/d  off h  dark  longest  really  longest (dark: min a day)";

test.each(FACTORS)("a week at a daylight factor of %d per cent", (factor) => {
  const minutes = tried(byMinute(factor));
  const reported = tried(asReported(factor));
  const lines = [line(factor, "by minute", minutes), line(factor, "as reported", reported)];
  console.info([HEAD, ...lines].join("\n"));
  for (const { total } of [minutes, reported]) {
    expect(total.switchingsMaxADay).toBeLessThanOrEqual(12);
    expect(total.switchings / days).toBeLessThan(6);
    expect(total.avoided / 3_600_000 / days).toBeGreaterThan(factor === 0.5 ? 4 : 7);
    expect(total.unknown).toBe(0);
    // By what it is told, not a second.
    expect(total.tooDark).toBe(0);
  }
  // A board reports a change at most every ten seconds, and anything once a minute.
  expect(reallyDark(reported.decisions, factor).longest).toBeLessThanOrEqual(10_000);
  expect(reallyDark(minutes.decisions, factor).longest).toBeLessThanOrEqual(60_000);
  expect(reallyDark(reported.decisions, factor).all / days).toBeLessThanOrEqual(6_000);
});
