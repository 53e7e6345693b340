import type { BootId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { RelayReason, RelayReport } from "@battant/protocol/vocabulary/relay";
import { type Milliseconds, milliseconds, minutes } from "@battant/protocol/vocabulary/units";
import { decodeLease } from "@battant/protocol/wire/relay";
import { createRelay, type Relay, type RelayPins } from "./drivers/relay.ts";
import type { Cancel, Hardware } from "./hardware.ts";
import { type Control, hasExpired, onExpiry, onLease, onPress, STARTED } from "./lease.ts";
import { createReporter, REPORT_RULES, type Reporter } from "./report.ts";

/**
 * One relay and everything that may move it: leases, their end, the wall switch. Whatever happens,
 * the pin moves first; then the report says so, and the reading keeps it for history.
 */
export type RelayCommands = {
  /** A lease as it came over the wire, from whomever. */
  receive(payload: string): void;
  /** Tells again how things stand, to a hub that may not know. */
  reportAgain(): void;
  counters(): CommandCounters;
};

export type CommandCounters = {
  readonly obeyed: number;
  readonly refused: number;
  /** Why the last one was refused. */
  readonly lastRefusal: string | undefined;
};

export type RelaySettings = {
  readonly relay: RelayId;
  readonly boot: BootId;
  /** How long a press of the wall switch is obeyed against any lease. */
  readonly hold: Milliseconds;
  readonly pins: RelayPins;
};

export type RelayPorts = {
  readonly linkIsUp: () => boolean;
  /** False when it cannot be sent now. */
  readonly report: (report: RelayReport, acknowledged: () => void) => boolean;
  readonly inhibited: (value: number) => void;
  readonly lit: (value: number) => void;
};

/** Often enough that no heartbeat is late. */
const OFFER_PERIOD = minutes(1);

type State = {
  readonly hardware: Hardware;
  readonly settings: RelaySettings;
  readonly ports: RelayPorts;
  readonly inhibited: Reporter;
  readonly lit: Reporter;
  relay: Relay;
  control: Control;
  cancelExpiry: Cancel;
  /** The latest report did not go out: there were too many. It goes when there is room again. */
  unsent: boolean;
  obeyed: number;
  refused: number;
  lastRefusal: string | undefined;
};

const offerReadings = (state: State): void => {
  const uptime = state.hardware.uptime();
  state.inhibited.offer(state.control.state === "inhibited" ? 1 : 0, uptime);
  const lit = state.relay.lit();
  if (lit !== undefined) state.lit.offer(lit ? 1 : 0, uptime);
};

type Cause = { readonly reason: RelayReason; readonly lease: LeaseId | undefined };

const report = (state: State, cause: Cause): void => {
  const told: { -readonly [key in keyof RelayReport]: RelayReport[key] } = {
    boot: state.settings.boot,
    state: state.control.state,
    reason: cause.reason,
  };
  const lit = state.relay.lit();
  if (cause.lease !== undefined) told.lease = cause.lease;
  if (lit !== undefined) told.lit = lit;
  state.unsent = !state.ports.report(told, () => {
    if (state.unsent) report(state, state.control);
  });
};

/** The only place where the pin is moved. */
const enter = (state: State, control: Control): void => {
  state.control = control;
  state.relay.inhibit(control.state === "inhibited");
  state.cancelExpiry();
  if (control.state === "inhibited") {
    const rest = Math.max(0, control.until - state.hardware.uptime());
    state.cancelExpiry = state.hardware.timers.after(milliseconds(rest), () => expire(state));
  }
};

const expire = (state: State): void => {
  if (hasExpired(state.control, state.hardware.uptime())) {
    enter(state, onExpiry(state.control, state.ports.linkIsUp()));
    report(state, state.control);
    offerReadings(state);
  } else enter(state, state.control);
};

const press = (state: State): void => {
  enter(state, onPress(state.control, state.hardware.uptime(), state.settings.hold));
  report(state, state.control);
  offerReadings(state);
};

/** Said again later, a press is not another press: the hub would obey it once more. */
const reportStanding = (state: State): void => {
  const control = state.control;
  const pressIsOver =
    control.reason === "wall-switch" && state.hardware.uptime() >= control.heldUntil;
  report(state, pressIsOver ? { reason: "lease-ended", lease: control.lease } : control);
};

const refuse = (state: State, problem: string): void => {
  state.refused++;
  state.lastRefusal = problem;
};

const receive = (state: State, payload: string): void => {
  const decoded = decodeLease(payload);
  if (!decoded.ok) return refuse(state, decoded.problem);
  const answer = onLease(state.control, decoded.value, {
    boot: state.settings.boot,
    now: state.hardware.now(),
    uptime: state.hardware.uptime(),
  });
  if (answer.problem === undefined) state.obeyed++;
  else refuse(state, answer.problem);
  enter(state, answer.control);
  report(state, { reason: answer.reason, lease: decoded.value.id });
  offerReadings(state);
};

export const createRelayCommands = (
  hardware: Hardware,
  settings: RelaySettings,
  ports: RelayPorts,
): RelayCommands => {
  const relay = createRelay(settings.pins, hardware.timers, {
    onPress: () => press(state),
    onLit: () => {
      reportStanding(state);
      offerReadings(state);
    },
  });
  const state: State = {
    hardware: hardware,
    settings: settings,
    ports: ports,
    inhibited: createReporter(REPORT_RULES.inhibited, ports.inhibited),
    lit: createReporter(REPORT_RULES.lit, ports.lit),
    relay: relay,
    control: STARTED,
    cancelExpiry: () => undefined,
    unsent: false,
    obeyed: 0,
    refused: 0,
    lastRefusal: undefined,
  };
  offerReadings(state);
  hardware.timers.every(OFFER_PERIOD, () => offerReadings(state));
  return {
    receive: (payload) => receive(state, payload),
    reportAgain: () => reportStanding(state),
    counters: () => ({
      obeyed: state.obeyed,
      refused: state.refused,
      lastRefusal: state.lastRefusal,
    }),
  };
};
