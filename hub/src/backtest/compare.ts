import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { type Calendar, createCalendar } from "../domain/calendar.ts";
import type { Series } from "../ports.ts";
import { type Account, createAccount } from "./account.ts";
import type { Answer, History, PastZone, Question, Setting, ZoneAnswer } from "./question.ts";
import { createRun, type Run } from "./simulate.ts";

/** Several settings over the same history, side by side, read once. */
export async function compare(history: History, question: Question): Promise<Answer> {
  const calendar = createCalendar(question.site.timezone);
  const tried = question.zones.map((zone) => createTried(zone, { question, calendar }));
  const listeners = listenersOf(tried);
  const { to } = question;
  let { from } = question;
  let last = from;
  for await (const page of history) {
    for (const reading of page) {
      const { at } = reading;
      if (from === undefined) from = at;
      if (at < from || (to !== undefined && at >= to)) continue;
      last = at;
      for (const { signal, zone } of listeners.get(reading.board) ?? NOBODY) {
        if (isOf(reading, signal)) zone.see(reading, from);
      }
    }
  }
  const start = from ?? to ?? EPOCH;
  const end = to ?? last ?? start;
  return { from: start, to: end, zones: tried.map((it) => it.answer(start, end)) };
}

const EPOCH = instant(0);

/** Everything of history that matters to a zone. */
export function signalsOf({ plan, presence }: PastZone): readonly Series[] {
  const { lightSensor: light, circuit } = plan;
  const told: Series[] = presence.map((it) => ({ ...it, quantity: "occupancy" }));
  if (light !== undefined) told.push({ ...light, quantity: "illuminance" });
  if (circuit !== undefined) {
    const { board, relay } = circuit;
    // A relay's own quantities are under its name.
    const sensor = relay as string as SensorId;
    told.push({ board, sensor, quantity: "lit" }, { board, sensor, quantity: "inhibited" });
  }
  return told;
}

type Listener = { readonly signal: Series; readonly zone: Tried };

const NOBODY: readonly Listener[] = [];

const isOf = (reading: Reading, { sensor, quantity }: Series): boolean =>
  reading.sensor === sensor && reading.quantity === quantity;

function listenersOf(tried: readonly Tried[]): ReadonlyMap<BoardId, readonly Listener[]> {
  const found = new Map<BoardId, Listener[]>();
  for (const it of tried) {
    for (const signal of signalsOf(it.zone)) {
      const listeners = found.get(signal.board) ?? [];
      found.set(signal.board, [...listeners, { signal, zone: it }]);
    }
  }
  return found;
}

type Tried = {
  readonly zone: PastZone;
  see(reading: Reading, from: Instant): void;
  answer(from: Instant, to: Instant): ZoneAnswer;
};

type Common = { readonly question: Question; readonly calendar: Calendar };

type Started = { readonly setting: Setting; readonly run: Run; readonly account: Account };

function createTried(zone: PastZone, common: Common): Tried {
  let readings = 0;
  let started: readonly Started[] | undefined;
  /** Not before it is known when history begins. */
  const begun = (from: Instant): readonly Started[] =>
    (started ??= common.question.settings.map((setting) => startOne(zone, setting, from, common)));

  return {
    zone,
    see: (reading, from) => {
      if (reading.quantity === "illuminance") readings += 1;
      for (const { run } of begun(from)) run.see(reading);
    },
    answer: (from, to) => ({
      plan: zone.plan,
      readings,
      results: begun(from).map(({ setting, run, account }) => {
        run.pass(to);
        const daylight = { ...zone.plan.daylight, ...setting.change };
        return { setting: setting.name, daylight, ...account.total() };
      }),
    }),
  };
}

function startOne(
  zone: PastZone,
  setting: Setting,
  from: Instant,
  { question, calendar }: Common,
): Started {
  const { site, burns, prices } = question;
  const account = createAccount({ calendar, load: zone.plan.circuit?.load, prices });
  const daylight = { ...zone.plan.daylight, ...setting.change };
  return { setting, account, run: createRun({ site, zone, daylight, burns, from, account }) };
}
