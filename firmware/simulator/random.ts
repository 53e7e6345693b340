/**
 * Chance that can be repeated: the same seed gives the same building, the same clouds and the same
 * people. Lehmer's generator with Park and Miller's multiplier: plenty for weather and footsteps.
 */
export type Random = {
  /** At least 0, below 1. */
  uniform(): number;
  /** Normal, mean 0, deviation 1. */
  normal(): number;
  /** Time until the next of events that come at random with this mean. */
  exponential(mean: number): number;
  /** An independent source, always the same for the same name. */
  fork(name: string): Random;
};

const MODULUS = 2147483647;
const MULTIPLIER = 48271;

const mixed = (seed: number, name: string): number => {
  let state = Math.abs(Math.trunc(seed)) % MODULUS;
  for (let i = 0; i < name.length; i++) {
    state = ((state * 31 + name.charCodeAt(i) + 1) * MULTIPLIER) % MODULUS;
  }
  return state;
};

export const createRandom = (seed: number, name = "world"): Random => {
  const start = mixed(seed, name);
  let state = start === 0 ? 1 : start;
  const uniform = (): number => {
    state = (state * MULTIPLIER) % MODULUS;
    return (state - 1) / (MODULUS - 1);
  };
  const exponential = (mean: number): number => -Math.log(1 - uniform()) * mean;
  return {
    uniform,
    normal: () => {
      const radius = Math.sqrt(2 * exponential(1));
      return radius * Math.cos(2 * Math.PI * uniform());
    },
    exponential,
    fork: (child) => createRandom(start, child),
  };
};
