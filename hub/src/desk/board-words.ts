import type { BoardLife, Description } from "@battant/protocol/vocabulary/description";
import { QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import { elapsed, minutes } from "@battant/protocol/vocabulary/units";
import type { HubEvent } from "../domain/event.ts";

/** What passes between a board and the hub, as one line for people who build such things. */

const READINGS_SHOWN_MAX = 4;
const LATE = minutes(1);

export const readingsLine = (batch: readonly Reading[]): string => {
  const shown = batch.slice(0, READINGS_SHOWN_MAX).map(readingText).join(", ");
  const rest = batch.length - READINGS_SHOWN_MAX;
  return `${shown}${rest > 0 ? ` and ${rest} more` : ""}${lateness(batch[0])}`;
};

export const privateReadingsLine = ({ length }: readonly Reading[]): string =>
  `${length} reading${length === 1 ? "" : "s"} (private)`;

/** A meter gives many quantities under one name, and units tell them apart. */
const readingText = ({ sensor, quantity, value }: Reading): string => {
  const { unit, yesNo } = QUANTITIES[quantity];
  if (yesNo === true) return `${sensor} ${quantity} ${value === 1 ? "yes" : "no"}`;
  const rounded = Number(value.toFixed(2));
  return unit === "" ? `${sensor} ${quantity} ${rounded}` : `${sensor} ${rounded} ${unit}`;
};

const lateness = (reading: Reading | undefined): string => {
  if (reading === undefined) return "";
  const { at, received } = reading;
  if (elapsed({ since: at, now: received }) < LATE) return "";
  return `, measured ${new Date(at).toISOString().replace(/\.\d+Z$/, "Z")}`;
};

/** Undefined for what no board has said. */
export const eventLine = (event: HubEvent): string | undefined => {
  switch (event.kind) {
    case "availability":
      return event.online ? "online" : "offline";
    case "described":
      return descriptionText(event.description);
    case "relay-reported":
      return `relay ${event.relay}: ${reportText(event.report)}`;
    case "clock-asked":
      return "asks for the time";
    case "reading":
    case "override":
    case "tick":
      return undefined;
  }
};

const descriptionText = ({ model, program, trial, life }: Description): string =>
  `${model} ${program}${trial === true ? ", on trial" : ""}${life === undefined ? "" : lifeText(life)}`;

const lifeText = (life: BoardLife): string =>
  [
    `, started by ${life.reset} ${Math.round(life.uptime / 1000)} s ago`,
    `${life.variablesFree} of ${life.variables} variables free`,
    ...(life.signal === undefined ? [] : [`${life.signal} dBm`]),
    ...(life.dropped === 0 ? [] : [`${life.dropped} readings dropped`]),
    ...(life.refused === 0 ? [] : [`refused ${life.refused}: ${life.problem ?? "no reason"}`]),
  ].join(", ");

const reportText = ({ state, reason, lit, mismatch }: RelayReport): string =>
  [
    `${state} (${reason})`,
    ...(lit === undefined ? [] : [lit ? "luminaires on" : "luminaires off"]),
    ...(mismatch === true ? ["they burn all the same: look at the contact"] : []),
  ].join(", ");

export const leaseLine = (relay: string, { duration }: Lease): string =>
  duration === 0
    ? `lease of relay ${relay} ended`
    : `lease of relay ${relay} for ${Math.round(duration / 1000)} s`;
