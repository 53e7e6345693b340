import type { Latest } from "../desk/latest.ts";
import type { Wiring } from "../domain/building.ts";
import type { SensorAt, Site, ZonePlan } from "../domain/site.ts";
import type { Runtime } from "../runtime.ts";

/** A zone that gets a sensor or a detector need not wait for its next reading: what it last said is known. */
export function showLatest(
  first: Site,
  latest: Latest,
  runtime: Pick<Runtime, "event">,
): (wiring: Wiring) => void {
  let before = first;
  return ({ site }) => {
    for (const plan of site.zones.values()) {
      const had = new Set(sensorsOf(before.zones.get(plan.id)).map(keyOf));
      for (const it of sensorsOf(plan)) {
        const reading = had.has(keyOf(it))
          ? undefined
          : latest.of(it.board, it.sensor, it.quantity);
        if (reading !== undefined) runtime.event({ kind: "reading", reading });
      }
    }
    before = site;
  };
}

type Watching = SensorAt & { readonly quantity: "illuminance" | "occupancy" };

const sensorsOf = (plan: ZonePlan | undefined): readonly Watching[] => [
  ...(plan?.lightSensor === undefined
    ? []
    : [{ ...plan.lightSensor, quantity: "illuminance" as const }]),
  ...(plan?.presence?.sensors ?? []).map((it) => ({ ...it, quantity: "occupancy" as const })),
];

const keyOf = ({ board, sensor, quantity }: Watching): string => `${board}/${sensor}/${quantity}`;
