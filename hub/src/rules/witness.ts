import type { Instant } from "@battant/protocol/vocabulary/units";
import { judgeDaylight } from "@battant/rules/daylight";
import type { CircuitState } from "../domain/circuit.ts";
import type { Because } from "../domain/decision.ts";
import type { ZonePlan } from "../domain/site.ts";
import { litOf, type Zone } from "../domain/zone.ts";

/** How a zone's circuit is at a moment, for the proof of savings, by the same rule that decides. */
export function circuitState(zone: Zone, plan: ZonePlan, light: Light): CircuitState {
  const reason = zone.verdict?.decision.because ?? "sensor-silent";
  const alone = aboutDaylight(reason) ?? daylightAlone(zone, plan, light);
  // No board keeps a light off for nobody by itself: without this it would pass for its daylight rule.
  const isForNobody = reason === "vacant" && alone.daylight === "unknown";
  const seen = isForNobody ? { ...alone, because: reason } : alone;
  return {
    lit: litOf(zone.circuit),
    inhibited: zone.circuit.report?.state === "inhibited",
    daylight: seen.daylight,
    because: seen.because,
    mode: plan.daylight.mode,
  };
}

export type Light = {
  readonly now: Instant;
  /** By the almanac, whatever a sensor says. */
  readonly sunIsDown: boolean;
  readonly sensorOnline: boolean;
};

type Seen = Pick<CircuitState, "daylight" | "because">;

/** What a reason says about daylight; nothing if it is about something else. */
function aboutDaylight(because: Because): Seen | undefined {
  switch (because) {
    case "daylight-sufficient":
    // `E ≥ K·T`, and before the circuit is borrowed it has to stay so for a while.
    case "not-bright-long-enough":
      return { daylight: "sufficient", because: undefined };
    case "too-dark":
    case "sun-is-down":
      return { daylight: "insufficient", because: undefined };
    case "no-circuit":
    case "no-light-sensor":
    case "clock-unknown":
    case "sensor-offline":
    case "sensor-silent":
    case "sensor-stuck":
    case "not-calibrated":
    case "post-check-failed":
      return { daylight: "unknown", because };
    case "vacant":
    case "occupied":
    case "rule-off":
    case "override":
    case "relay-offline":
      return undefined;
  }
}

/** As if nobody had asked for light, the rule were on and the relay there. */
function daylightAlone(zone: Zone, plan: ZonePlan, light: Light): Seen {
  if (light.sunIsDown) return aboutDaylight("sun-is-down") ?? NOT_SEEN;
  if (plan.lightSensor === undefined) return { daylight: "unknown", because: "no-light-sensor" };
  if (!light.sensorOnline) return NOT_SEEN;
  const { because } = judgeDaylight(zone.light, zone, plan.daylight, {
    now: light.now,
    inhibiting: false,
    lampsOutAt: undefined,
    switchedOnAt: zone.switchedOnAt,
  });
  return aboutDaylight(because) ?? NOT_SEEN;
}

const NOT_SEEN: Seen = { daylight: "unknown", because: "sensor-offline" };
