import type { Bench } from "./bench.ts";
import type { Figure } from "./figures.ts";
import { measureFloors } from "./floors.ts";
import { figuresOf, type Measured, notesOn } from "./line-report.ts";
import { measureBattant, openLights, openQuiet } from "./stage-battant.ts";
import { measureMing } from "./stage-ming.ts";

/** The whole line, from a board's PUBLISH to disk and to a lamp: every figure beside its floor. */
export type Line = {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  /** Nothing acknowledged was lost, nothing doubled. Otherwise no figure is worth anything. */
  readonly isSound: boolean;
};

export type LineOptions = { readonly ming: boolean };

export async function measureLine(bench: Bench, { ming }: LineOptions): Promise<Line> {
  bench.say("Battant: a hub that is left alone, and a house of zones to be darkened at the end");
  const quiet = await openQuiet(bench);
  const lights = await openLights(bench);
  const floors = await measureFloors(bench);
  const battant = await measureBattant(bench);
  bench.say("Battant: zone after zone gets dark");
  const latencies = await lights.measure();
  await lights.end();
  const measured: Measured = {
    battant,
    floors,
    latencies,
    quiet: await quiet.measure(),
    ming: ming ? await measureMing(bench) : undefined,
  };
  const { lost, doubled } = battant.flatOut;
  return {
    figures: figuresOf(measured),
    notes: notesOn(bench, measured),
    isSound: lost === 0 && doubled === 0,
  };
}
