/** What a driver read just now. That the chip is silent or blinded is an answer too. */
export type Sample<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: "no-response" | "saturated" };
