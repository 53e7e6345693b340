import type { Sentence, ZoneView } from "./contract.ts";

/** Asking for light on a page, and the link behind a zone's sign. */

/** What the code on a sign shows: the light of one zone, and nothing else of the building. */
export type LightView = {
  /** Of the zone. */
  readonly name: string;
  readonly light: ZoneView["light"];
  readonly why: Sentence;
  /** Until when somebody wants light, and who comes first. */
  readonly override_until: number | null;
  readonly override_by: ZoneView["override_by"];
  /** Until when it was asked for on a page: this much can be handed back on a page. */
  readonly asked_until: number | null;
  readonly now: number;
  readonly speed: number;
  readonly timezone: string;
  /** How long one may ask for, as the page offers it; whole minutes up to the last will do. */
  readonly minutes: readonly number[];
  /** Asked for too often by this code: it may be asked again in so many seconds. 0 if now. */
  readonly wait_s: number;
};

/** From now on; never less than what was asked for before. */
export type LightRequest = { readonly minutes: number };

export const LIGHT_MINUTES: readonly number[] = [5, 15, 30, 60];
export const LIGHT_MINUTES_MAX = 60;

/** Where the code on a zone's sign leads. Whoever has it may ask for light there. */
export type LinkView = {
  readonly zone: string;
  readonly name: string;
  /** `http://192.168.1.20:8080/light/…` */
  readonly address: string;
  /** Of this hub on its networks, the likeliest first: the link begins with one of them. */
  readonly addresses: readonly string[];
  readonly made: number;
};
