import { entries, field, items, textIn } from "./draft.ts";
import type { Finding } from "./problem.ts";

/** What would be counted twice, or paid twice. */

/** `zones` with their names, as the file has them. */
export const energyFindings = (
  file: unknown,
  zones: readonly (readonly [string, unknown])[],
): Finding[] => [...sharedMeters(zones), ...repeatedPrices(field(file, "energy"))];

/** A meter of two circuits measures neither. */
const sharedMeters = (zones: readonly (readonly [string, unknown])[]): Finding[] => {
  const takenBy = new Map<string, string>();
  return zones.flatMap(([zone, plan]) =>
    entries(field(plan, "circuits")).flatMap(([circuit, drawn]): Finding[] => {
      const board = textIn(drawn, "meter", "board");
      const sensor = textIn(drawn, "meter", "sensor");
      if (board === undefined || sensor === undefined) return [];
      const meter = `${board}/${sensor}`;
      const owner = takenBy.get(meter);
      takenBy.set(meter, owner ?? `${zone}, ${circuit}`);
      if (owner === undefined) return [];
      return [
        {
          path: ["zones", zone, "circuits", circuit, "meter"],
          at: "key",
          message: {
            fr: `le compteur ${meter} mesure déjà un autre circuit (${owner}) ; un compteur par circuit, ou \`load_W\` : la puissance déclarée`,
            en: `the meter ${meter} already measures another circuit (${owner}); one meter per circuit, or \`load_W\`: the declared power`,
          },
        },
      ];
    }),
  );
};

const repeatedPrices = (energy: unknown): Finding[] => {
  const seen = new Set<string>();
  return items(field(energy, "prices")).flatMap((row, index): Finding[] => {
    const from = textIn(row, "from");
    if (from === undefined) return [];
    if (!seen.has(from)) {
      seen.add(from);
      return [];
    }
    return [
      {
        path: ["energy", "prices", index, "from"],
        at: "value",
        message: {
          fr: `un autre prix commence déjà le ${from} ; gardez une seule ligne par jour`,
          en: `another price begins on ${from} already; keep one row per day`,
        },
      },
    ];
  });
};
