import type { BootId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import {
  type Milliseconds,
  milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import { decodeLease } from "@battant/protocol/wire/relay";
import type { RelayFile } from "./board-file.ts";
import { blink, createRelay, inhibit, isPress, type Relay, settle } from "./drivers/relay.ts";
import { type Hardware, NO_TIMER, type TimerId } from "./hardware.ts";
import {
  type Control,
  dueAt,
  isWarning,
  onDue,
  onLease,
  onLocalRule,
  onPress,
  started,
} from "./lease.ts";
import { createReporter, offer, type Reporter, reportRule } from "./report.ts";

/**
 * One relay and everything that may move it: leases, their end, the wall switch, and the board's own
 * daylight rule. Whatever happens, the pin moves first; then the report says so, and the reading
 * keeps it for history.
 */
export type RelayCommands = {
  readonly hardware: Hardware;
  readonly file: RelayFile;
  readonly boot: BootId;
  readonly place: number;
  readonly ports: RelayPorts;
  readonly relay: Relay;
  readonly inhibited: Reporter;
  readonly lit: Reporter;
  control: Control;
  /** When a warning is over, or the light is to be given back. */
  due: TimerId;
  /** Uptime since which the circuit has been kept off. */
  inhibitedSince: Milliseconds | undefined;
  /** The latest report did not go out: there were too many. It goes when there is room again. */
  unsent: boolean;
  obeyed: number;
  refused: number;
  /** Why the last one was refused. */
  lastRefusal: string | undefined;
};

export type CommandCounters = Readonly<Pick<RelayCommands, "obeyed" | "refused" | "lastRefusal">>;

export type RelaySettings = {
  readonly file: RelayFile;
  readonly boot: BootId;
  /** Among all sources: `inhibited`, and `lit` behind it. */
  readonly place: number;
};

export type RelayPorts = {
  readonly linkIsUp: () => boolean;
  /** False when it cannot be sent now. */
  readonly report: (relay: RelayId, report: RelayReport, acknowledged: () => void) => boolean;
  readonly reading: (place: number, value: number) => void;
};

/** Often enough that no heartbeat is late. */
const OFFER_PERIOD = minutes(1);
/** Once the contact is open, longer than a ballast or a LED driver glows on. */
const DARK_WITHIN = seconds(2);

/** The circuit is kept off, by a lease or by the local rule. */
export const isInhibited = (commands: RelayCommands): boolean =>
  commands.control.state === "inhibited";

export const commandCounters = (commands: RelayCommands): CommandCounters => ({
  obeyed: commands.obeyed,
  refused: commands.refused,
  lastRefusal: commands.lastRefusal,
});

const offerReadings = (commands: RelayCommands): void => {
  const uptime = commands.hardware.uptime();
  const inhibited = isInhibited(commands) ? 1 : 0;
  if (offer(commands.inhibited, reportRule("inhibited"), inhibited, uptime)) {
    commands.ports.reading(commands.place, inhibited);
  }
  if (commands.relay.lit === undefined) return;
  const lit = commands.relay.lit ? 1 : 0;
  if (offer(commands.lit, reportRule("lit"), lit, uptime)) {
    commands.ports.reading(commands.place + 1, lit);
  }
};

/** A contact that is welded, or a wire around it: the circuit is kept off and the light burns. */
const hasMismatch = (commands: RelayCommands): boolean =>
  commands.inhibitedSince !== undefined &&
  commands.hardware.uptime() - commands.inhibitedSince >= DARK_WITHIN &&
  commands.relay.lit === true;

type Cause = Pick<Control, "reason" | "lease">;

const report = (commands: RelayCommands, cause: Cause): void => {
  const told: { -readonly [key in keyof RelayReport]: RelayReport[key] } = {
    boot: commands.boot,
    state: commands.control.state,
    reason: cause.reason,
  };
  const lit = commands.relay.lit;
  if (cause.lease !== undefined) told.lease = cause.lease;
  if (lit !== undefined) told.lit = lit;
  if (hasMismatch(commands)) told.mismatch = true;
  commands.unsent = !commands.ports.report(commands.file.relay, told, () => {
    if (commands.unsent) report(commands, commands.control);
  });
};

/** Whether the luminaires burn, as soon as that can be told. */
const lookAtLit = (commands: RelayCommands): void => {
  const relay = commands.relay;
  if (commands.file.lit === undefined || relay.settling) return;
  settle(relay, () => {
    reportAgain(commands);
    offerReadings(commands);
  });
};

/** A warning is given once, however often what it warns of is prolonged. */
const movePin = (commands: RelayCommands, before: Control, control: Control): void => {
  if (isWarning(control)) {
    if (!isWarning(before)) blink(commands.relay, () => lookAtLit(commands));
    return;
  }
  inhibit(commands.relay, control.state === "inhibited");
  // What became of the luminaires while they blinked was not heeded.
  if (isWarning(before)) lookAtLit(commands);
};

/** The only place from where the pin is moved. */
const enter = (commands: RelayCommands, control: Control): void => {
  const hardware = commands.hardware;
  const uptime = hardware.uptime();
  const due = dueAt(control);
  movePin(commands, commands.control, control);
  commands.control = control;
  hardware.timers.cancel(commands.due);
  if (control.state === "available") commands.inhibitedSince = undefined;
  else if (commands.inhibitedSince === undefined) {
    commands.inhibitedSince = uptime;
    hardware.timers.after(DARK_WITHIN, () => {
      if (hasMismatch(commands)) reportAgain(commands);
    });
  }
  if (due === undefined) return;
  const rest = milliseconds(Math.max(0, due - uptime));
  commands.due = hardware.timers.after(rest, () => onTime(commands));
};

/** To the pin, to the hub, to history. */
const change = (commands: RelayCommands, control: Control): void => {
  enter(commands, control);
  report(commands, control);
  offerReadings(commands);
};

const onTime = (commands: RelayCommands): void => {
  const control = commands.control;
  const due = dueAt(control);
  if (due !== undefined && commands.hardware.uptime() >= due) {
    change(commands, onDue(control, commands.ports.linkIsUp()));
  } else enter(commands, control);
};

/** What the board's own daylight rule wants now. Heeded only while the link is down. */
export const localRule = (commands: RelayCommands, wanted: boolean, warn: boolean): void => {
  const before = commands.control;
  const control = onLocalRule(before, {
    wanted: wanted,
    linkIsUp: commands.ports.linkIsUp(),
    uptime: commands.hardware.uptime(),
    warn: warn && commands.relay.lit !== false,
  });
  if (control === before) return;
  if (control.state === before.state && control.reason === before.reason) enter(commands, control);
  else change(commands, control);
};

/**
 * Tells again how things stand, to a hub that may not know. Said again later, a press is not another
 * press: the hub would obey it once more.
 */
export const reportAgain = (commands: RelayCommands): void => {
  const control = commands.control;
  const pressIsOver =
    control.reason === "wall-switch" && commands.hardware.uptime() >= control.heldUntil;
  report(commands, pressIsOver ? { reason: "lease-ended", lease: control.lease } : control);
};

const refuse = (commands: RelayCommands, problem: string): void => {
  commands.refused++;
  commands.lastRefusal = problem;
};

/** A lease, out of its seal. */
export const receive = (commands: RelayCommands, lease: string): void => {
  const decoded = decodeLease(lease);
  if (!decoded.ok) return refuse(commands, decoded.problem);
  const answer = onLease(commands.control, decoded.value, {
    boot: commands.boot,
    now: commands.hardware.now(),
    uptime: commands.hardware.uptime(),
    lit: commands.relay.lit,
  });
  if (answer.problem === undefined) commands.obeyed++;
  else refuse(commands, answer.problem);
  enter(commands, answer.control);
  report(commands, { reason: answer.reason, lease: decoded.value.id });
  offerReadings(commands);
};

const watchInputs = (commands: RelayCommands): void => {
  const file = commands.file;
  if (file.wallSwitch !== undefined) {
    commands.hardware.watch(file.wallSwitch, (edge) => {
      if (!isPress(commands.relay, edge)) return;
      change(commands, onPress(commands.control, commands.hardware.uptime(), file.hold));
    });
  }
  if (file.lit !== undefined) commands.hardware.watch(file.lit, () => lookAtLit(commands));
};

/** Its pins have been claimed. */
export const createRelayCommands = (
  hardware: Hardware,
  settings: RelaySettings,
  ports: RelayPorts,
): RelayCommands => {
  const commands: RelayCommands = {
    hardware: hardware,
    file: settings.file,
    boot: settings.boot,
    place: settings.place,
    ports: ports,
    relay: createRelay(hardware, settings.file),
    inhibited: createReporter(),
    lit: createReporter(),
    control: started(),
    due: NO_TIMER,
    inhibitedSince: undefined,
    unsent: false,
    obeyed: 0,
    refused: 0,
    lastRefusal: undefined,
  };
  watchInputs(commands);
  offerReadings(commands);
  hardware.timers.every(OFFER_PERIOD, () => offerReadings(commands));
  return commands;
};
