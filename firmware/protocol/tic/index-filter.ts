import { elapsed, type Instant, milliseconds } from "../vocabulary/units.ts";

/**
 * An energy register only grows, and no faster than the subscribed power allows.
 *
 * Two errors in one group can cancel in its checksum and leave nine good digits. This catches them:
 * a value is admitted if it follows from the last one admitted. One lost frame later nothing is
 * lost, because the next value carries the energy of both. A meter that was exchanged, or a supplier
 * who starts a register again, is believed after a run of values that follow from each other.
 */
export type IndexFilter = {
  admit(sight: IndexSight): Admission;
};

export type IndexSight = {
  readonly part: string;
  readonly value: number;
  /** In VA, if this frame said so; otherwise the last known holds. */
  readonly subscribed: number | undefined;
  /** On a clock that never jumps: time since the start will do. */
  readonly now: Instant;
};

/** `unconfirmed`: nothing to compare it with yet. `implausible`: it contradicts what was admitted. */
export type Admission = "admitted" | "unconfirmed" | "implausible";

type Point = { readonly value: number; readonly at: Instant };
type Register = { admitted: Point | undefined; rival: Point | undefined; agreeing: number };

/** A first value needs one witness, a new beginning needs more than noise could ever bring. */
const AGREEING_AT_START = 2;
const AGREEING_ANEW = 10;

/** A Linky is for 36 kVA at most. What is exported is bound by this alone. */
const POWER_MAX = 36000;

/** Steady power above 1.3 times the subscribed one trips the breaker (Enedis-NOI-CPT_54E §7). */
const OVERLOAD = 1.3;

/** Frames wait in buffers on their way, so two of them may seem closer in time than they were. */
const DELAY_MAX = milliseconds(10000);

const MS_PER_HOUR = 3600000;

const follows = (before: Point, next: Point, power: number): boolean => {
  const growth = next.value - before.value;
  const span = Math.max(0, elapsed({ since: before.at, now: next.at })) + DELAY_MAX;
  return growth >= 0 && growth <= 1 + (power * OVERLOAD * span) / MS_PER_HOUR;
};

const admitInto = (register: Register, point: Point, power: number): Admission => {
  const admitted = register.admitted;
  if (admitted !== undefined && follows(admitted, point, power)) {
    register.admitted = point;
    register.rival = undefined;
    return "admitted";
  }
  const rival = register.rival;
  register.agreeing =
    rival !== undefined && follows(rival, point, power) ? register.agreeing + 1 : 1;
  register.rival = point;
  if (register.agreeing < (admitted === undefined ? AGREEING_AT_START : AGREEING_ANEW)) {
    return admitted === undefined ? "unconfirmed" : "implausible";
  }
  register.admitted = point;
  register.rival = undefined;
  return "admitted";
};

export const createIndexFilter = (): IndexFilter => {
  const registers: { [part: string]: Register | undefined } = {};
  let subscribed = POWER_MAX;
  return {
    admit: (sight) => {
      if (sight.subscribed !== undefined && sight.subscribed > 0) subscribed = sight.subscribed;
      let register = registers[sight.part];
      if (register === undefined) {
        register = { admitted: undefined, rival: undefined, agreeing: 0 };
        registers[sight.part] = register;
      }
      const power = sight.part === "exported" ? POWER_MAX : subscribed;
      return admitInto(register, { value: sight.value, at: sight.now }, power);
    },
  };
};
