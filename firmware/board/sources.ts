import type { RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { BoardFile } from "./board-file.ts";

/** What a board can report: a reading in the outbox names its source by the place in this list. */
export type Source = { readonly sensor: SensorId; readonly quantity: Quantity };

/** A relay's history is kept as readings under the relay's own name. */
export const asSensor = (relay: RelayId): SensorId => relay as string as SensorId;

export const sourcesOf = (file: BoardFile): Source[] => {
  const sources: Source[] = [];
  file.sensors.forEach((it) => {
    if (it.kind === "bh1750") sources.push({ sensor: it.sensor, quantity: "illuminance" });
    else {
      sources.push({ sensor: it.sensor, quantity: "energy" });
      sources.push({ sensor: it.sensor, quantity: "active-power" });
    }
  });
  file.relays.forEach((it) => {
    sources.push({ sensor: asSensor(it.relay), quantity: "inhibited" });
    if (it.lit !== undefined) sources.push({ sensor: asSensor(it.relay), quantity: "lit" });
  });
  return sources;
};

export const placeOf = (
  sources: readonly Source[],
  sensor: SensorId,
  quantity: Quantity,
): number => {
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] as Source;
    if (source.sensor === sensor && source.quantity === quantity) return i;
  }
  return -1;
};
