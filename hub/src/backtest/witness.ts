import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { SETTLING } from "@battant/rules/figures";
import type { Burns, PastZone, SensorName } from "./question.ts";

/** What history tells of a zone beside its light: did the luminaires burn, and was anybody there? */
export type Witness = {
  see(reading: Reading): void;
  /** `undefined` where history does not say. */
  lit(at: Instant): boolean | undefined;
  /** Whether the luminaires would burn on a circuit that is available. */
  wouldBurn(at: Instant): boolean;
  /** The luminaires had just been switched: what the sensor saw was neither nor. */
  settling(at: Instant): boolean;
  /** `undefined` without presence sensors, or while one that might know is silent. */
  occupied(at: Instant): boolean | undefined;
  /** When something of this is forgotten next, because nobody repeated it. */
  forgets(at: Instant): Instant;
};

/** Boards repeat all of these every five minutes; of times long ago there is one in ten. */
const HOLDS = minutes(15);

type Told = { value: number; at: Instant };

export function createWitness({ plan, presence }: PastZone, burns: Burns): Witness {
  const people = new Map<string, Told | undefined>(presence.map((it) => [nameOf(it), undefined]));
  let lit: Told | undefined;
  let inhibited: Told | undefined;
  let litChanged: Instant | undefined;
  /** Asked for at every reading, so it is remembered. */
  let forgets = instant(-Infinity);

  const nextForgotten = (at: Instant): Instant => {
    let soonest = Infinity;
    for (const told of [lit, inhibited, ...people.values()]) {
      const end = told === undefined ? Infinity : told.at + HOLDS + 1;
      if (end > at) soonest = Math.min(soonest, end);
    }
    return instant(soonest);
  };

  const isLit = (at: Instant): boolean | undefined =>
    valueOf(lit, at) ?? (valueOf(inhibited, at) === true ? false : undefined);

  return {
    see: (reading) => {
      const { board, sensor, quantity, value, at } = reading;
      const told = { value, at };
      forgets = at;
      if (quantity === "occupancy" && people.has(nameOf(reading))) {
        people.set(nameOf(reading), told);
      }
      if (board !== plan.circuit?.board || String(sensor) !== plan.circuit.relay) return;
      if (quantity === "inhibited") inhibited = told;
      if (quantity !== "lit") return;
      if (lit !== undefined && lit.value !== value) litChanged = at;
      lit = told;
    },
    lit: isLit,
    wouldBurn: (at) => {
      // While a hub kept the circuit off, nobody can tell.
      if (burns === "always" || valueOf(inhibited, at) === true) return true;
      return isLit(at) ?? true;
    },
    forgets: (at) => {
      if (at >= forgets) forgets = nextForgotten(at);
      return forgets;
    },
    settling: (at) => litChanged !== undefined && at - litChanged < SETTLING,
    occupied: (at) => {
      if (people.size === 0) return undefined;
      let known = true;
      for (const told of people.values()) {
        const value = valueOf(told, at);
        if (value === true) return true;
        if (value === undefined) known = false;
      }
      return known ? false : undefined;
    },
  };
}

const nameOf = ({ board, sensor }: SensorName): string => `${board}/${sensor}`;

const valueOf = (told: Told | undefined, at: Instant): boolean | undefined =>
  told === undefined || at - told.at > HOLDS ? undefined : told.value > 0;
