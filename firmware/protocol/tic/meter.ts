import { isQuantity, type Quantity, QUANTITIES } from "../vocabulary/quantity.ts";
import { decimal } from "./digits.ts";
import type { Frame } from "./frame.ts";
import type { Group } from "./group.ts";
import { type Horodate, readHorodate } from "./horodate.ts";
import { lookUp } from "./table.ts";

/**
 * What a frame says about electricity, in our words. Supplier labels stop here.
 *
 * A frame may lack any group: what is absent is absent, never zero. Apparent power is not active
 * power (the luminaires of a stairwell may have a power factor of 0.5), so cost and CO2 come from
 * differences of `energy`, and nothing here is called active power.
 */
export type MeterSample = {
  /** Part of the meter: `""` the whole, `register-1` to `-10`, `phase-1` to `-3`, `exported`. */
  readonly part: string;
  readonly quantity: Quantity;
  readonly value: number;
};

export type MeterView = {
  readonly samples: readonly MeterSample[];
  /** The most that may be drawn for long, in VA, if the frame says so. */
  readonly subscribed: number | undefined;
  /** The meter's own clock, in standard mode. */
  readonly clock: Horodate | undefined;
};

/** Label → quantity, and part of the meter if it is not the whole. */
const MEANINGS =
  "|EAST=energy|EAIT=energy exported" +
  "|EASF01=energy register-1|EASF02=energy register-2|EASF03=energy register-3" +
  "|EASF04=energy register-4|EASF05=energy register-5|EASF06=energy register-6" +
  "|EASF07=energy register-7|EASF08=energy register-8|EASF09=energy register-9" +
  "|EASF10=energy register-10|NTARF=tariff-register" +
  "|SINSTS=apparent-power|SINSTS1=apparent-power phase-1|SINSTS2=apparent-power phase-2" +
  "|SINSTS3=apparent-power phase-3|SINSTI=apparent-power exported" +
  "|IRMS1=current phase-1|IRMS2=current phase-2|IRMS3=current phase-3" +
  "|URMS1=voltage phase-1|URMS2=voltage phase-2|URMS3=voltage phase-3" +
  "|BASE=energy register-1|HCHC=energy register-1|HCHP=energy register-2" +
  "|EJPHN=energy register-1|EJPHPM=energy register-2" +
  "|BBRHCJB=energy register-1|BBRHPJB=energy register-2|BBRHCJW=energy register-3" +
  "|BBRHPJW=energy register-4|BBRHCJR=energy register-5|BBRHPJR=energy register-6" +
  "|PAPP=apparent-power|IINST=current phase-1|IINST1=current phase-1" +
  "|IINST2=current phase-2|IINST3=current phase-3|";

/** `PTEC`, the running period of historique mode → the register that counts it. */
const PERIODS = "|TH..=1|HC..=1|HP..=2|HN..=1|PM..=2|HCJB=1|HPJB=2|HCJW=3|HPJW=4|HCJR=5|HPJR=6|";

/** A register of historique mode → how many of them make the whole. */
const WHOLES =
  "|BASE=1|HCHC=2|HCHP=2|EJPHN=2|EJPHPM=2" +
  "|BBRHCJB=6|BBRHPJB=6|BBRHCJW=6|BBRHPJW=6|BBRHCJR=6|BBRHPJR=6|";

/** Meters have been seen that state tens of kVA on one phase of a flat. */
const PHASE_POWER_FACTOR_MAX = 1.5;

const dataOf = (groups: readonly Group[], label: string): string | undefined => {
  for (let i = 0; i < groups.length; i++) {
    if (groups[i]!.label === label) return groups[i]!.data;
  }
  return undefined;
};

const numberOf = (groups: readonly Group[], label: string): number | undefined => {
  const data = dataOf(groups, label);
  return data === undefined ? undefined : decimal(data);
};

/** What one group says; `undefined` for what is no measure, or no register of ours. */
export const sampleOf = (group: Group): MeterSample | undefined => {
  if (group.label === "PTEC") {
    const register = lookUp(PERIODS, group.data);
    if (register === undefined) return undefined;
    return { part: "", quantity: "tariff-register", value: decimal(register) };
  }
  const meaning = lookUp(MEANINGS, group.label);
  if (meaning === undefined) return undefined;
  const cut = meaning.indexOf(" ");
  const quantity = cut < 0 ? meaning : meaning.substring(0, cut);
  if (!isQuantity(quantity)) return undefined;
  const part = cut < 0 ? "" : meaning.substring(cut + 1);
  return { part: part, quantity: quantity, value: decimal(group.data) };
};

/** Historique mode has no total: it is the sum of the registers, if none of them is missing. */
export const wholeOf = (groups: readonly Group[]): MeterSample | undefined => {
  let expected = 0;
  let found = 0;
  let sum = 0;
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    const whole = lookUp(WHOLES, group.label);
    if (whole === undefined) continue;
    expected = decimal(whole);
    found++;
    sum += decimal(group.data);
  }
  if (found === 0 || found !== expected) return undefined;
  return { part: "", quantity: "energy", value: sum };
};

/** `PREF` and `PCOUP` in kVA; or `ISOUSC` in units of 200 VA, per phase on a three-phase meter. */
export const subscribedIn = (groups: readonly Group[]): number | undefined => {
  const reference = numberOf(groups, "PREF");
  const cutOff = numberOf(groups, "PCOUP");
  if (reference !== undefined || cutOff !== undefined) {
    return Math.max(reference ?? 0, cutOff ?? 0) * 1000;
  }
  const amperes = numberOf(groups, "ISOUSC");
  if (amperes === undefined) return undefined;
  const isThreePhase =
    dataOf(groups, "IINST2") !== undefined || dataOf(groups, "IINST3") !== undefined;
  return amperes * 200 * (isThreePhase ? 3 : 1);
};

/** `cutOff`: the meter's breaker in kVA, if it said so. */
export const isPossible = (sample: MeterSample, cutOff: number | undefined): boolean => {
  const facts = QUANTITIES[sample.quantity];
  if (sample.value < facts.min || sample.value > facts.max) return false;
  const isPhasePower = sample.quantity === "apparent-power" && sample.part.indexOf("phase-") === 0;
  if (!isPhasePower || cutOff === undefined) return true;
  return sample.value <= cutOff * 1000 * PHASE_POWER_FACTOR_MAX;
};

export const readMeter = (frame: Frame): MeterView => {
  const cutOff = numberOf(frame.groups, "PCOUP");
  const samples: MeterSample[] = [];
  const add = (sample: MeterSample | undefined): void => {
    if (sample !== undefined && isPossible(sample, cutOff)) samples.push(sample);
  };
  let clock: Horodate | undefined;
  for (let i = 0; i < frame.groups.length; i++) {
    const group = frame.groups[i]!;
    // Of the groups that are kept, only DATE has one.
    if (group.horodate !== undefined) clock = readHorodate(group.horodate);
    add(sampleOf(group));
  }
  add(wholeOf(frame.groups));
  return { samples: samples, subscribed: subscribedIn(frame.groups), clock: clock };
};
