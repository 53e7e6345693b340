import {
  hours,
  type Milliseconds,
  milliseconds,
  seconds,
} from "@battant/protocol/vocabulary/units";
import { encodeRelayReport } from "@battant/protocol/wire/relay";
import { parseHubTopic, relayTopic, updateReportTopic } from "@battant/protocol/wire/topics";
import { encodeUpdateReport } from "@battant/protocol/wire/update";
import { cameUp, clockPorts, connectionOf, describe } from "./birth.ts";
import { encodeSources } from "./backlog-sources.ts";
import type { SensorFile } from "./board-file.ts";
import { askTime, createClockKeeper, receiveTime, startAsking } from "./clock.ts";
import { commandCounters, type CommandCounters } from "./commands.ts";
import { createDelivery, deliver, deliverWaiting, DELIVERY_PERIOD } from "./delivery.ts";
import { createGuard, openSealed, refuse } from "./guard.ts";
import type { Hardware } from "./hardware.ts";
import { type Mood, startLed } from "./led.ts";
import { createLink, type LinkCounters } from "./link.ts";
import { createOutbox, outboxCounters, type OutboxCounters } from "./outbox.ts";
import { kept, passing } from "./mqtt/packet.ts";
import { type BoardParts, isBorrowing, type Program } from "./program.ts";
import { type RelayPart, relaySources } from "./relays.ts";
import type { RunningSensor, SensorKind } from "./sensor.ts";
import { createSettings, receiveSettings } from "./settings.ts";
import { createUpdate, hubHeard, receiveUpdate, startTrial, type UpdatePorts } from "./update.ts";

/**
 * The board program: one for all kinds of boards, put together from the hardware file.
 *
 * It reads top-down as the board starts: relays safe first, then the link, then the sensors.
 */

/** What a maker asks for on the console. */
export type BoardCounters = {
  readonly restartReason: string;
  readonly outbox: OutboxCounters;
  readonly link: LinkCounters;
  readonly commands: readonly CommandCounters[];
};

const DESCRIBED_EVERY: Milliseconds = hours(1);
/** Far more often than the watchdog's period. */
const ALIVE_EVERY: Milliseconds = seconds(5);

/** Made for a moment, for each message of an update. */
const updatePorts = (program: Program): UpdatePorts => ({
  report: (report, acknowledged) => {
    const topic = updateReportTopic(program.parts.membership.board);
    const message = passing(topic, encodeUpdateReport(report));
    return program.link.publish(message, false, acknowledged);
  },
  isBorrowing: () => isBorrowing(program),
});

/** Only what the hub has sealed gets past here; what is wrong with it is counted. */
const heard = (program: Program, topic: string, payload: string): void => {
  const route = parseHubTopic(topic);
  if (route === undefined || route.board !== program.parts.membership.board) return;
  const body = openSealed(program.guard, topic, payload);
  if (body === undefined) return;
  let problem: string | undefined;
  if (route.kind === "clock") receiveTime(program.clock, body, clockPorts(program));
  else if (route.kind === "lease") {
    const part = program.parts.relays;
    if (part !== undefined) part().receive(program.relays, route.relay, body);
  } else if (route.kind === "update") {
    problem = receiveUpdate(program.update, body, updatePorts(program));
  } else {
    const before = program.settings.digest;
    problem = receiveSettings(program.settings, body);
    if (program.settings.digest !== before) describe(program);
  }
  if (problem !== undefined) refuse(program.guard, problem);
  if (hubHeard(program.update)) describe(program);
};

/** Undefined: the bundle was built for another file. */
const kindOf = (kinds: readonly SensorKind[], file: SensorFile): SensorKind | undefined => {
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i] as SensorKind;
    if (kind.kind === file.kind) return kind;
  }
  return undefined;
};

/** In loops: what a closure has seen would be kept, and here that is a tenth of a board's memory. */
const collectSources = (parts: BoardParts): string => {
  const files = parts.file.sensors;
  const kinds = parts.kinds();
  let sources = relaySources(parts.file.relays);
  for (let i = 0; i < files.length; i++) {
    const file = files[i] as SensorFile;
    const kind = kindOf(kinds, file);
    if (kind !== undefined) sources = sources.concat(kind.sources(file));
  }
  return encodeSources(sources);
};

/** A sensor that cannot even start stops nothing else; a maker reads why at the console. */
const startSensor = (program: Program, kind: SensorKind, file: SensorFile, first: number): void => {
  const report = (place: number, value: number): void => {
    const part = program.parts.localRules;
    if (part !== undefined && program.localRules !== undefined) {
      part().see(program.localRules, file.sensor, value);
    }
    deliver(program.delivery, first + place, value);
  };
  try {
    program.sensors.push(kind.start(file, program.hardware, report));
  } catch (problem) {
    const told = "does not start: " + problem;
    program.sensors.push({ tell: () => told });
  }
};

const startSensors = (program: Program): void => {
  const files = program.parts.file.sensors;
  const kinds = program.parts.kinds();
  let first = relaySources(program.parts.file.relays).length;
  for (let i = 0; i < files.length; i++) {
    const file = files[i] as SensorFile;
    const kind = kindOf(kinds, file);
    if (kind === undefined) continue;
    startSensor(program, kind, file, first);
    first += kind.sources(file).length;
  }
};

const assemble = (hardware: Hardware, parts: BoardParts): Program => {
  const membership = parts.membership;
  const outbox = createOutbox(hardware, parts, collectSources(parts));
  const link = createLink(
    {
      network: hardware.network,
      random: () => hardware.random(),
      settings: connectionOf(membership, parts.file.relays),
    },
    {
      up: () => cameUp(program),
      message: (topic, payload) => heard(program, topic, payload),
    },
  );
  const program: Program = {
    hardware: hardware,
    parts: parts,
    guard: createGuard({ key: membership.key, boot: hardware.boot, sha256: hardware.sha256 }),
    outbox: outbox,
    link: link,
    delivery: createDelivery(outbox, link, membership.board, hardware.network.timers),
    clock: createClockKeeper(hardware),
    settings: createSettings(hardware.storage, hardware.sha256),
    update: createUpdate(hardware, parts),
    sensors: [],
    relays: [],
    localRules: undefined,
  };
  hardware.network.timers.every(DELIVERY_PERIOD, () =>
    // Only the loader tidies flash up; the light is given back meanwhile, so not while it is lent.
    deliverWaiting(program.delivery, () => {
      if (!isBorrowing(program)) hardware.restart();
    }),
  );
  startAsking(hardware, () => askTime(program.clock, clockPorts(program)));
  startTrial(program.update, () => describe(program));
  return program;
};

const startRelays = (program: Program, part: RelayPart): void => {
  const settings = { files: program.parts.file.relays, boot: program.hardware.boot };
  program.relays = part().start(program.hardware, settings, {
    linkIsUp: () => program.link.isUp(),
    report: (relay, report, acknowledged) => {
      const topic = relayTopic(program.parts.membership.board, relay);
      return program.link.publish(kept(topic, encodeRelayReport(report)), false, acknowledged);
    },
    reading: (place, value) => deliver(program.delivery, place, value),
  });
};

const startLocalRules = (program: Program): void => {
  if (program.parts.localRules === undefined) return;
  program.localRules = program.parts.localRules().start({
    hardware: program.hardware,
    settings: program.settings,
    relays: program.relays,
    linkIsUp: () => program.link.isUp(),
  });
};

const moodOf = (program: Program): Mood => {
  if (!program.link.isUp()) {
    return program.hardware.health().signal === undefined ? "no-wifi" : "no-hub";
  }
  if (program.parts.slots.onTrial) return "on-trial";
  return isBorrowing(program) ? "borrowing" : "well";
};

export const isOnline = (program: Program): boolean => program.link.isUp();

export const countersOf = (program: Program): BoardCounters => ({
  restartReason: program.hardware.restartReason,
  outbox: outboxCounters(program.outbox),
  link: program.link.counters(),
  commands: program.relays.map((it) => commandCounters(it)),
});

/** A line for each sensor: what it has seen last. */
export const tellSensors = (program: Program): string => {
  let text = "";
  for (let i = 0; i < program.sensors.length; i++) {
    const file = program.parts.file.sensors[i] as SensorFile;
    text += file.sensor + ": " + (program.sensors[i] as RunningSensor).tell() + "\n";
  }
  return text;
};

export const startBoard = (hardware: Hardware, parts: BoardParts): Program => {
  if (parts.relays !== undefined) parts.relays().claim(hardware, parts.file.relays);
  const program = assemble(hardware, parts);
  if (parts.relays !== undefined) startRelays(program, parts.relays);
  // On their own: what the start has taken of RAM until now is given back before they take theirs.
  hardware.timers.after(milliseconds(0), () => {
    startLocalRules(program);
    startSensors(program);
  });
  if (parts.file.led !== undefined) startLed(hardware, parts.file.led, () => moodOf(program));
  hardware.timers.every(DESCRIBED_EVERY, () => describe(program));
  hardware.network.timers.every(ALIVE_EVERY, () => hardware.kickWatchdog());
  return program;
};
