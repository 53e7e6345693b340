import { type Storage, WASTE_WORTH_TIDYING } from "../hardware.ts";

/** Enough for the longest program, and some. */
const ENOUGH = 160000;

/**
 * Flash is tidied by the loader alone, at a start, before any of the program runs: tidying moves
 * files, and the program runs from where it lies.
 *
 * And as rarely as can be. Each page is erased before it is written anew, 60 ms apiece, and power
 * that goes in those seconds may take all files along: the interpreter then starts empty, and wants
 * the cable. With two tidyings of ten seconds and five power cuts a year that is one board in
 * 300 000, each year.
 */
export const isWorthTidying = (storage: Storage): boolean =>
  storage.free() < ENOUGH && storage.waste() >= WASTE_WORTH_TIDYING;
