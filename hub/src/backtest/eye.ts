import { type Instant, type Lux, lux } from "@battant/protocol/vocabulary/units";
import { onFloor } from "@battant/rules/light";
import type { DaylightSettings } from "../domain/site.ts";
import type { Circuit } from "./circuit.ts";
import type { Witness } from "./witness.ts";

/**
 * The sensor saw the luminaires as they were, and must now see them as they would have been: what
 * they added then is taken out, and what the pretend ones add is put in.
 */
export type Eye = {
  /** Nothing while history's own luminaires were settling: it was neither nor. */
  see(seen: Lux, at: Instant): Lux | undefined;
  /** The floor has less daylight than its target, by what was seen last. */
  isDark(): boolean;
};

type Around = {
  readonly witness: Witness;
  readonly circuit: Circuit;
  readonly daylight: DaylightSettings;
};

export function createEye({ witness, circuit, daylight }: Around): Eye {
  const share = daylight.luminaireContribution ?? 0;
  let dark = false;
  return {
    isDark: () => dark,
    see: (seen, at) => {
      if (witness.settling(at) && !circuit.isSettling(at)) return undefined;
      // As live: lamps of which nobody can tell are taken to burn, which under-estimates daylight.
      const wereLit = witness.lit(at) ?? true;
      const areLit = circuit.isLit();
      const sky = lux(Math.max(0, seen - (wereLit ? share : 0)));
      dark = onFloor(sky, daylight) < daylight.target;
      return wereLit === areLit ? seen : lux(sky + (areLit ? share : 0));
    },
  };
}
