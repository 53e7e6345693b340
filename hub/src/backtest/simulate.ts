import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, lux } from "@battant/protocol/vocabulary/units";
import type { HubEvent } from "../domain/event.ts";
import type { DaylightSettings, Site, ZonePlan } from "../domain/site.ts";
import type { DecisionLog } from "../ports.ts";
import type { Account } from "./account.ts";
import { createCircuit, PRETEND_BOARD, PRETEND_RELAY } from "./circuit.ts";
import { createEngine } from "./engine.ts";
import { createEye } from "./eye.ts";
import type { Burns, PastZone } from "./question.ts";
import type { TickPlan } from "./ticks.ts";
import { createWitness } from "./witness.ts";

/**
 * One zone lived again with other settings: the same `step` as live, and a circuit that exists
 * nowhere. There is no link here, so there is nothing a packet could leave by.
 */
export type Run = {
  /** A reading of this zone, not earlier than the one before. */
  see(reading: Reading): void;
  /** Lets time pass until then. */
  pass(to: Instant): void;
};

export type RunParts = {
  readonly site: Pick<Site, "location" | "timezone">;
  readonly zone: PastZone;
  readonly daylight: DaylightSettings;
  readonly burns: Burns;
  readonly from: Instant;
  readonly account: Account;
  readonly decisions?: DecisionLog;
  readonly ticks?: TickPlan;
};

export function createRun(parts: RunParts): Run {
  const { zone, daylight, account, from } = parts;
  const engine = createEngine({ ...parts, plan: triedPlan(zone.plan, daylight) });
  const witness = createWitness(zone, parts.burns);
  let now = from;
  let due = from;

  const wouldBurn = (): boolean => witness.wouldBurn(now);
  const circuit = createCircuit(wouldBurn());
  const eye = createEye({ witness, circuit, daylight });

  const live = (event: HubEvent): void => {
    for (const lease of engine.live(event, now)) {
      change(() => circuit.answer(lease, now, wouldBurn()));
    }
  };

  const change = (act: () => void): void => {
    const wasKeptOff = circuit.isKeptOff();
    act();
    if (circuit.isKeptOff() !== wasKeptOff) account.switched(now);
    live(circuit.report());
  };

  const advance = (to: Instant): void => {
    account.add(now, to, {
      because: engine.zone().verdict?.decision.because ?? "sensor-offline",
      keptOff: circuit.isKeptOff(),
      wouldBurn: wouldBurn(),
      seenLit: witness.lit(now) === true,
      occupied: witness.occupied(now),
      dark: eye.isDark(),
    });
    now = to;
  };

  const relight = (): void => {
    if (circuit.light(now, wouldBurn())) live(circuit.report());
  };

  const pass = (to: Instant): void => {
    for (;;) {
      const circuitDue = circuit.dueAt();
      const forgets = witness.forgets(now);
      const next = instant(Math.min(due, circuitDue, forgets));
      if (next >= to) break;
      advance(next);
      if (next === forgets) relight();
      if (next === circuitDue) change(() => circuit.onDue(now, wouldBurn()));
      if (next === due) live({ kind: "tick" });
      due = engine.nextTick();
    }
    advance(to);
  };

  const seeLight = (reading: Reading): void => {
    const value = eye.see(lux(reading.value), now);
    if (value !== undefined) live({ kind: "reading", reading: { ...reading, value } });
  };

  live(circuit.report());
  due = engine.nextTick();
  return {
    pass,
    see: (reading) => {
      pass(reading.at);
      if (reading.quantity === "illuminance") seeLight(reading);
      else {
        witness.see(reading);
        if (reading.quantity === "occupancy") live({ kind: "reading", reading });
        relight();
      }
      due = engine.nextTick();
    },
  };
}

/** The zone as it would be: on a circuit of its own that nobody else knows, and allowed to act. */
const triedPlan = (plan: ZonePlan, daylight: DaylightSettings): ZonePlan => ({
  ...plan,
  circuit: {
    board: PRETEND_BOARD,
    relay: PRETEND_RELAY,
    load: plan.circuit?.load,
    warning: plan.circuit?.warning ?? false,
    offWhenVacant: plan.circuit?.offWhenVacant ?? false,
  },
  daylight: { ...daylight, mode: "act" },
});
