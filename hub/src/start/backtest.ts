import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { BacktestRangeView, BacktestRequest } from "../../api/backtest.ts";
import type { Sentence } from "../../api/contract.ts";
import { createLaborer } from "../adapters/backtest/laborer.ts";
import type { Embedded } from "../adapters/sqlite/journal.ts";
import { filePrices, flatsPast, onePrice, pastZoneOf, privateIn } from "../backtest/ask.ts";
import type { Asked, BacktestDesk, Laborer } from "../backtest/desk.ts";
import { notesOn } from "../backtest/notes.ts";
import type { Question, Setting } from "../backtest/question.ts";
import { changeOf, writtenOf } from "../backtest/settings.ts";
import { backtestView } from "../backtest/view.ts";
import { createWallClock } from "../cli/times.ts";
import { ZONE_KINDS } from "../config/zone-kinds.ts";
import type { ZonePlan } from "../domain/site.ts";
import type { Range } from "../ports.ts";
import { sunGuardDeg } from "../rules/daylight.ts";
import type { Base, Closings } from "./base.ts";
import { JOURNAL_FILE } from "./places.ts";
import { privacyOf } from "./privacy.ts";

/** Other settings tried on the past of the running hub, by its building file of this moment. */

type Here = {
  readonly plan: Pick<Base["plan"], "site">;
  readonly clock: Pick<Base["clock"], "now">;
  readonly embedded: Pick<Embedded, "ask">;
  readonly journal: string;
  readonly laborer: Laborer;
  readonly isPrivate: (board: BoardId) => boolean;
};

export function openBacktest(base: Base, embedded: Embedded, closings: Closings): BacktestDesk {
  const { plan, clock, options, registry } = base;
  const laborer = createLaborer({
    thread: new URL("./backtest-thread.ts", import.meta.url),
    onFailure: (problem) => registry.refusals.record({ from: "hub", where: "backtest", problem }),
  });
  closings.add(() => laborer.close());
  const journal = join(options.dataDir, JOURNAL_FILE);
  const isPrivate = (board: BoardId): boolean => privacyOf(base)(board);
  return createBacktestDesk({ plan, clock, embedded, journal, laborer, isPrivate });
}

export function createBacktestDesk(here: Here): BacktestDesk {
  const { plan, clock, laborer } = here;
  return {
    facts: async (id) => {
      const site = plan.site();
      const zone = site.zones.get(id);
      if (zone === undefined) return undefined;
      const now = clock.now();
      const price = filePrices(site, now).findLast(({ from }) => from <= now);
      return {
        zone: id,
        timezone: site.timezone,
        settings: writtenOf(zone.daylight),
        floor_lx: ZONE_KINDS[zone.kind].floor_lx,
        load_W: zone.circuit?.load ?? null,
        price_EURperkWh: price?.perKWh ?? null,
        hasLightSensor: zone.lightSensor !== undefined,
        hasPresence: zone.presence !== undefined,
        measured: await measuredIn(zone, here),
      };
    },
    ask: async (id, request, signal) => {
      const zone = plan.site().zones.get(id);
      return zone === undefined
        ? { ok: false, problem: "unknown-zone" }
        : askAbout(zone, request, { here, signal });
    },
    progress: () => ({ done: laborer.done() ?? null }),
  };
}

type Waiting = { readonly here: Here; readonly signal: AbortSignal };

async function askAbout(
  zone: ZonePlan,
  request: BacktestRequest,
  { here, signal }: Waiting,
): Promise<Asked> {
  const { plan, clock, journal, laborer } = here;
  const site = plan.site();
  const { location, timezone } = site;
  const range = rangeOf(request, clock.now());
  const settings = settingsOf(zone, request);
  const past = pastZoneOf(zone);
  const theirs = privateIn([past], here.isPrivate);
  if (theirs !== undefined) return refused(flatsPast(theirs));
  if (!range.ok) return refused(range.problem);
  if (!settings.ok) return refused(settings.problem);
  const { burns = "as-seen", price_EURperkWh: price } = request;
  const question: Question = {
    site: { location, timezone },
    zones: [past],
    settings: settings.value,
    ...range.value,
    burns,
    prices: price === undefined ? filePrices(site, clock.now()) : onePrice(price),
  };
  const lived = await laborer.live({ journal, question }, signal);
  if (!lived.ok) return lived;
  const { answer, facts } = lived;
  const [found] = answer.zones;
  if (found === undefined) throw new Error(`zone ${zone.id} was asked about, and none answered`);
  const day = (at: Instant): string => createWallClock(timezone).local(at).slice(0, 10);
  const view = backtestView(answer, found, {
    place: { timezone, location, altitudeDeg: sunGuardDeg(zone) },
    settings: settings.value,
    measured: found.readings === 0 ? await measuredIn(zone, here) : null,
    notes: notesOn({ answer, burns, facts, day }),
  });
  return { ok: true, value: view };
}

const refused = (detail: Sentence): Asked => ({ ok: false, problem: "backtest-refused", detail });

type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Sentence };

/** A year, and what it is compared with. */
const RANGE_MAX = hours(400 * 24);

/** What is still to come was never measured. */
function rangeOf({ from, to }: BacktestRequest, now: Instant): Read<Range> {
  const end = Math.min(to, now);
  if (from < end && end - from <= RANGE_MAX) {
    return { ok: true, value: { from: instant(from), to: instant(end) } };
  }
  return {
    ok: false,
    problem: {
      fr: "le début doit précéder la fin et le moment présent, de 400 jours au plus",
      en: "the beginning must precede the end and the present, by at most 400 days",
    },
  };
}

/** All of them, or everything that is wrong with the first that is. */
function settingsOf(zone: ZonePlan, { settings }: BacktestRequest): Read<readonly Setting[]> {
  const read: Setting[] = [];
  for (const [index, { name, ...written }] of settings.entries()) {
    const change = changeOf(zone.kind, written);
    if (!change.ok) return { ok: false, problem: faultsOf(change.problems, index + 1) };
    read.push({ name: name ?? "", change: change.change });
  }
  return { ok: true, value: read };
}

type Faults = Extract<ReturnType<typeof changeOf>, { readonly ok: false }>["problems"];

function faultsOf(faults: Faults, number: number): Sentence {
  const told = (language: keyof Sentence): string =>
    faults.map(({ key, message }) => `${key} : ${message[language]}`).join(" ; ");
  return { fr: `réglage ${number}, ${told("fr")}`, en: `setting ${number}, ${told("en")}` };
}

/** From the first day to the end of the last of which readings of the zone's light are kept. */
async function measuredIn(
  { lightSensor }: ZonePlan,
  { embedded, clock, isPrivate }: Pick<Here, "embedded" | "clock" | "isPrivate">,
): Promise<BacktestRangeView | null> {
  if (lightSensor === undefined || isPrivate(lightSensor.board)) return null;
  const series = { ...lightSensor, quantity: "illuminance" } as const;
  const days = await embedded.ask("windows", series, { from: instant(0), to: clock.now() }, "day");
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.start, to: last.start };
}
