import type {
  SavingsAmountView,
  SavingsIntervalView,
  SavingsView,
  Sentence,
} from "../../api/contract.ts";
import type { Mode } from "../evidence/records.ts";
import { methodSentences } from "../evidence/sentences.ts";
import { wordsIn } from "../evidence/words.ts";
import type { Interval } from "../evidence/timeline.ts";
import type { Row, Worth } from "../evidence/worth.ts";
import { missingFor } from "./missing.ts";
import type { ZoneProof, ZoneRows } from "./question.ts";

/** A zone's proof in the words of the public API. */

/** How the zone is today. */
export type Told = { readonly timezone: string; readonly mode: Mode };

export function savingsView(proof: ZoneProof, { timezone, mode }: Told): SavingsView {
  const { zone, burning, saved, rows } = proof;
  return {
    zone,
    from: saved.range.from,
    to: saved.range.to,
    burning: amountOf(burning.worth),
    burningUnknown_ms: burning.unknown.total,
    keptOff_ms: saved.keptOff.total,
    avoided: saved.avoided === undefined ? null : amountOf(saved.avoided),
    avoidedAtMost: amountOf(saved.upTo),
    days: burning.days.map(({ day, unknown, worth }, index) => {
      const { keptOff = 0, avoided } = saved.days[index] ?? {};
      return {
        ...day,
        burning: amountOf(worth),
        burningUnknown_ms: unknown,
        keptOff_ms: keptOff,
        avoided: avoided === undefined ? null : amountOf(avoided),
      };
    }),
    intervals: rows === undefined ? [] : intervalsOf(rows),
    headline: headlineOf(proof, timezone),
    method: methodSentences(saved, timezone),
    missing: missingFor(proof, mode, timezone) ?? null,
  };
}

const amountOf = ({ time, wattHours, cents }: Worth): SavingsAmountView => ({
  time_ms: time,
  energy_Wh: wattHours ?? null,
  cost_EURcents: cents ?? null,
});

function intervalsOf({ burning, keptOff, unknown }: ZoneRows): SavingsIntervalView[] {
  const opened = (figure: SavingsIntervalView["figure"], rows: readonly (Row | Interval)[]) =>
    rows.map((row) => ({
      figure,
      from: row.from,
      to: row.to,
      because: figure === "unknown" ? (row.because ?? null) : null,
      ...("time" in row ? amountOf(row) : onlyTime(row)),
    }));
  return [
    ...opened("burning", burning),
    ...opened("kept-off", keptOff),
    ...opened("unknown", unknown),
  ].toSorted((one, other) => one.from - other.from);
}

const onlyTime = ({ from, to }: Interval): SavingsAmountView => ({
  time_ms: to - from,
  energy_Wh: null,
  cost_EURcents: null,
});

/** The plain truth first: how long the light burned for nothing. Then what was avoided. */
export function headlineOf({ burning, saved }: ZoneProof, timezone: string): Sentence {
  const fr = wordsIn("fr", timezone);
  const en = wordsIn("en", timezone);
  const { worth, unknown } = burning;
  const { avoided, keptOff } = saved;
  const truth = {
    fr: `Allumé en plein jour pendant ${fr.time(burning.burning.total)} : ${fr.amount(worth)} (durée inconnue : ${fr.time(unknown.total)}).`,
    en: `Lit in full daylight for ${en.time(burning.burning.total)}: ${en.amount(worth)} (unknown: ${en.time(unknown.total)}).`,
  };
  if (keptOff.total === 0) return truth;
  if (avoided === undefined) {
    return {
      fr: `${truth.fr} Évité : pas encore connu, faute de référence.`,
      en: `${truth.en} Avoided: not known yet, for want of a baseline.`,
    };
  }
  return {
    fr: `${truth.fr} Évité : ${fr.time(avoided.time)}, ${fr.amount(avoided)}.`,
    en: `${truth.en} Avoided: ${en.time(avoided.time)}, ${en.amount(avoided)}.`,
  };
}
