/** Chance that can be played again: the same seed, the same numbers, from 0 up to 1 (xorshift32). */
export const createRandom = (seed: number): (() => number) => {
  // Zero would stay zero, and small seeds begin alike.
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};
