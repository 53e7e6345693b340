/** What a driver read just now. That the chip is silent or blinded is an answer too. */
export type Sample<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/**
 * `saturated`: more light than it can count. `garbled`: what came is not what was asked for.
 * `refused`: it said that it cannot.
 */
export type Problem = "no-response" | "saturated" | "garbled" | "refused";
