import { decimal } from "@battant/protocol/tic/digits";
import type { MeterSample } from "@battant/protocol/tic/meter";
import { lookUp } from "@battant/protocol/tic/table";
import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { TicFile } from "../board-file.ts";
import type { Source } from "../sensor.ts";

/** All that any Linky could report: sources are named at birth, before the meter has spoken. */

/** Quantity, part of the meter if it is not the whole, and place among the sources. */
const PLACES =
  "|energy=0|energy exported=1|energy register-1=2|energy register-2=3|energy register-3=4" +
  "|energy register-4=5|energy register-5=6|energy register-6=7|energy register-7=8" +
  "|energy register-8=9|energy register-9=10|energy register-10=11|tariff-register=12" +
  "|apparent-power=13|apparent-power exported=14|apparent-power phase-1=15" +
  "|apparent-power phase-2=16|apparent-power phase-3=17|current phase-1=18|current phase-2=19" +
  "|current phase-3=20|voltage phase-1=21|voltage phase-2=22|voltage phase-3=23|";
export const PLACES_COUNT = 24;

/** `linky` is the meter as a whole, `linky-register-2` and the like are its parts. */
export const ticSources = (file: TicFile): Source[] => {
  const sources: Source[] = [];
  PLACES.split("|").forEach((entry) => {
    if (entry.length === 0) return;
    const words = entry.substring(0, entry.indexOf("=")).split(" ");
    const part = words[1];
    // Espruino keeps every string apart: the one of the source before saves twenty variables.
    const before = sources[sources.length - 1];
    const isSame = before !== undefined && before.quantity === words[0];
    sources.push({
      sensor: part === undefined ? file.sensor : ((file.sensor + "-" + part) as SensorId),
      quantity: isSame ? before.quantity : (words[0] as Quantity),
    });
  });
  return sources;
};

export const placeOf = (sample: MeterSample): number | undefined => {
  const key = sample.part === "" ? sample.quantity : sample.quantity + " " + sample.part;
  const place = lookUp(PLACES, key);
  return place === undefined ? undefined : decimal(place);
};
