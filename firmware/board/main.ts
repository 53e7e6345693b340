import type { BootId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { encodeDescription, OFFLINE, ONLINE } from "@battant/protocol/wire/presence";
import { encodeRelayReport } from "@battant/protocol/wire/relay";
import {
  availabilityTopic,
  clockQuestionTopic,
  clockTopic,
  descriptionTopic,
  leaseTopic,
  parseHubTopic,
  readingsTopic,
  relayTopic,
} from "@battant/protocol/wire/topics";
import { CONTRACT_VERSION } from "@battant/protocol/wire/version";
import type { BoardFile, RelayFile, SensorFile } from "./board-file.ts";
import { type ClockKeeper, createClockKeeper } from "./clock.ts";
import { type CommandCounters, createRelayCommands, type RelayCommands } from "./commands.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { BH1750_ADDRESS, createBh1750 } from "./drivers/bh1750.ts";
import { createPulseCounter } from "./drivers/pulse.ts";
import type { RelayPins } from "./drivers/relay.ts";
import type { Hardware } from "./hardware.ts";
import { watchLight } from "./light.ts";
import { createLink, type Link, type LinkCounters } from "./link.ts";
import { watchMeter } from "./meter.ts";
import type { Message } from "./mqtt/packet.ts";
import type { ConnectionSettings } from "./mqtt/connection.ts";
import { createOutbox, type Outbox, type OutboxCounters } from "./outbox.ts";
import { asSensor, placeOf, type Source, sourcesOf } from "./sources.ts";

/**
 * The board program: one for all kinds of boards, put together from the board file.
 *
 * It reads top-down as the board starts: relays safe first, then the link, then the sensors.
 */

const PROGRAM = "0.1.0";

const KEEP_ALIVE_SECONDS = 30;

export type Board = {
  readonly boot: BootId;
  isOnline(): boolean;
  /** What a maker asks for on the console. */
  counters(): BoardCounters;
};

export type BoardCounters = {
  readonly restartReason: string;
  readonly outbox: OutboxCounters;
  readonly link: LinkCounters;
  readonly commands: readonly CommandCounters[];
};

/** The relay stays de-energised: `output` starts inactive. */
const claimPins = (hardware: Hardware, relay: RelayFile): RelayPins => {
  const pins: { -readonly [key in keyof RelayPins]: RelayPins[key] } = {
    output: hardware.output(relay.output),
  };
  if (relay.lit !== undefined) pins.lit = hardware.input(relay.lit);
  if (relay.wallSwitch !== undefined) pins.wallSwitch = hardware.input(relay.wallSwitch);
  return pins;
};

const kept = (topic: string, payload: string): Message => ({
  topic: topic,
  payload: payload,
  retain: true,
});

const connectionOf = (file: BoardFile): ConnectionSettings => {
  const filters = [clockTopic(file.board)];
  // A board has one subscription for all its relays; `+` is the name of any of them.
  if (file.relays.length > 0) filters.push(leaseTopic(file.board, "+" as RelayId));
  return {
    address: file.broker,
    introduction: {
      clientId: file.board,
      user: file.board,
      password: file.password,
      keepAliveSeconds: KEEP_ALIVE_SECONDS,
      will: kept(availabilityTopic(file.board), OFFLINE),
    },
    filters: filters,
  };
};

/** The parts, once they are all there. */
type Program = {
  readonly hardware: Hardware;
  readonly file: BoardFile;
  readonly boot: BootId;
  readonly sources: readonly Source[];
  readonly outbox: Outbox;
  readonly link: Link;
  readonly delivery: Delivery;
  readonly clock: ClockKeeper;
  readonly relays: RelayCommands[];
};

/** Birth: who we are and how things stand, all of it kept by the broker; then what time is it? */
const cameUp = (program: Program): void => {
  const file = program.file;
  const description = encodeDescription({
    contract: CONTRACT_VERSION,
    boot: program.boot,
    model: file.model,
    program: PROGRAM,
    sensors: program.sources,
    relays: file.relays.map((it) => it.relay),
  });
  const done = (): void => undefined;
  program.link.publish(kept(availabilityTopic(file.board), ONLINE), false, done);
  program.link.publish(kept(descriptionTopic(file.board), description), false, done);
  program.relays.forEach((relay) => relay.reportAgain());
  program.clock.ask();
  program.delivery.linkUp();
};

const heard = (program: Program, topic: string, payload: string): void => {
  const route = parseHubTopic(topic);
  if (route === undefined || route.board !== program.file.board) return;
  if (route.kind === "clock") {
    program.clock.receive(payload);
    return;
  }
  for (let i = 0; i < program.relays.length; i++) {
    const relay = program.file.relays[i] as RelayFile;
    if (relay.relay === route.relay) (program.relays[i] as RelayCommands).receive(payload);
  }
};

const startSensor = (program: Program, file: SensorFile): void => {
  const hardware = program.hardware;
  const reportAs = (quantity: Quantity): ((value: number) => void) => {
    const source = placeOf(program.sources, file.sensor, quantity);
    return (value) => program.delivery.add(source, value);
  };
  if (file.kind === "bh1750") {
    const address = file.address === undefined ? BH1750_ADDRESS : file.address;
    const sensor = createBh1750(hardware.i2c(file.wiring), address, hardware.timers);
    watchLight(sensor, hardware, reportAs("illuminance"));
  } else {
    const counter = createPulseCounter(hardware.input(file.input), file.pulsesPerKilowattHour);
    watchMeter(counter, hardware, { energy: reportAs("energy"), power: reportAs("active-power") });
  }
};

const startRelay = (program: Program, file: RelayFile, pins: RelayPins): RelayCommands => {
  const topic = relayTopic(program.file.board, file.relay);
  const sensor = asSensor(file.relay);
  const inhibited = placeOf(program.sources, sensor, "inhibited");
  const lit = placeOf(program.sources, sensor, "lit");
  const settings = { relay: file.relay, boot: program.boot, hold: file.hold, pins: pins };
  return createRelayCommands(program.hardware, settings, {
    linkIsUp: () => program.link.isUp(),
    report: (report: RelayReport, acknowledged) =>
      program.link.publish(kept(topic, encodeRelayReport(report)), false, acknowledged),
    inhibited: (value) => program.delivery.add(inhibited, value),
    lit: (value) => program.delivery.add(lit, value),
  });
};

const assemble = (hardware: Hardware, file: BoardFile): Program => {
  const boot = hardware.bootId();
  const sources = sourcesOf(file);
  const settings = { boot: boot, sources: sources, capacity: file.outboxCapacity };
  const outbox = createOutbox(settings, hardware);
  const parts = {
    network: hardware.network,
    random: () => hardware.random(),
    settings: connectionOf(file),
  };
  const link = createLink(parts, {
    up: () => cameUp(program),
    message: (topic, payload) => heard(program, topic, payload),
  });
  const question = { topic: clockQuestionTopic(file.board), payload: "", retain: false };
  const program: Program = {
    hardware: hardware,
    file: file,
    boot: boot,
    sources: sources,
    outbox: outbox,
    link: link,
    delivery: createDelivery(outbox, link, readingsTopic(file.board), hardware.network.timers),
    clock: createClockKeeper(hardware, {
      question: () => link.say(question),
      known: () => outbox.dateAll(),
    }),
    relays: [],
  };
  return program;
};

export const startBoard = (hardware: Hardware, file: BoardFile): Board => {
  const pins = file.relays.map((it) => claimPins(hardware, it));
  const program = assemble(hardware, file);
  for (let i = 0; i < file.relays.length; i++) {
    const relay = startRelay(program, file.relays[i] as RelayFile, pins[i] as RelayPins);
    program.relays.push(relay);
  }
  file.sensors.forEach((it) => startSensor(program, it));
  return {
    boot: program.boot,
    isOnline: () => program.link.isUp(),
    counters: () => ({
      restartReason: hardware.restartReason,
      outbox: program.outbox.counters(),
      link: program.link.counters(),
      commands: program.relays.map((it) => it.counters()),
    }),
  };
};
