import type { Random } from "./random.ts";

/** What a flat takes from the grid: what never rests, a fridge, and people who live by the clock. */
export type FlatLoad = {
  /** Call for growing times. */
  power(at: number, hourOfDay: number): number;
};

type Appliance = {
  readonly power_W: number;
  readonly minutes: number;
  readonly timesPerDay: number;
  /** Hours of the day in which it is used. */
  readonly from: number;
  readonly to: number;
};

const FRIDGE_W = 85;
const FRIDGE_ON_MIN = 15;
const FRIDGE_PERIOD_MIN = 45;

const APPLIANCES: readonly Appliance[] = [
  { power_W: 2000, minutes: 3, timesPerDay: 2, from: 6.5, to: 9 },
  { power_W: 1800, minutes: 25, timesPerDay: 1, from: 11.5, to: 13.5 },
  { power_W: 1900, minutes: 35, timesPerDay: 1, from: 18.5, to: 21 },
  { power_W: 160, minutes: 150, timesPerDay: 1.2, from: 18, to: 22 },
  { power_W: 600, minutes: 90, timesPerDay: 0.4, from: 8, to: 20 },
];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

type Use = { until: number; next: number };

const isUsedAt = (appliance: Appliance, hourOfDay: number): boolean =>
  hourOfDay >= appliance.from && hourOfDay < appliance.to;

export const createFlatLoad = (base_W: number, random: Random): FlatLoad => {
  const fridgePhase = random.uniform() * FRIDGE_PERIOD_MIN * MINUTE_MS;
  const uses: Use[] = APPLIANCES.map(() => ({ until: 0, next: 0 }));

  const isOn = (appliance: Appliance, use: Use, at: number, hourOfDay: number): boolean => {
    if (at < use.until) return true;
    if (!isUsedAt(appliance, hourOfDay)) {
      use.next = 0;
      return false;
    }
    const hoursBetween = (appliance.to - appliance.from) / appliance.timesPerDay;
    if (use.next === 0) use.next = at + random.exponential(hoursBetween * HOUR_MS);
    if (at < use.next) return false;
    use.until = at + appliance.minutes * MINUTE_MS * (0.5 + random.uniform());
    use.next = 0;
    return true;
  };

  return {
    power: (at, hourOfDay) => {
      const fridgeMinute = ((at + fridgePhase) / MINUTE_MS) % FRIDGE_PERIOD_MIN;
      let sum = base_W + (fridgeMinute < FRIDGE_ON_MIN ? FRIDGE_W : 0);
      APPLIANCES.forEach((appliance, i) => {
        if (isOn(appliance, uses[i]!, at, hourOfDay)) sum += appliance.power_W;
      });
      return sum;
    },
  };
};
