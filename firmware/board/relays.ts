import type { BootId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { RelayFile } from "./board-file.ts";
import {
  createRelayCommands,
  receive,
  type RelayCommands,
  type RelayPorts,
  reportAgain,
} from "./commands.ts";
import { claimPins } from "./drivers/relay.ts";
import type { Hardware } from "./hardware.ts";
import type { Source } from "./sensor.ts";

/** All relays of a board, and what a program does with them. */

export type Relays = readonly RelayCommands[];

export type RelaysSettings = { readonly files: readonly RelayFile[]; readonly boot: BootId };

/**
 * What only the bundle of a board with relays holds. Made when asked for: kept, its functions would
 * hold two dozen variables of a board.
 */
export type RelayPart = () => {
  /** Takes the pins, de-energised, before anything else happens. */
  claim(hardware: Hardware, files: readonly RelayFile[]): void;
  /** When there is somebody to tell. */
  start(hardware: Hardware, settings: RelaysSettings, ports: RelayPorts): Relays;
  /** A lease, out of its seal. */
  receive(relays: Relays, relay: RelayId, lease: string): void;
  /** Tells again how things stand, to a hub that may not know. */
  reportAgain(relays: Relays): void;
};

/** A relay's history is kept as readings under the relay's own name. */
const asSensor = (relay: RelayId): SensorId => relay as string as SensorId;

export const relaySources = (files: readonly RelayFile[]): Source[] => {
  const sources: Source[] = [];
  files.forEach((it) => {
    sources.push({ sensor: asSensor(it.relay), quantity: "inhibited" });
    if (it.lit !== undefined) sources.push({ sensor: asSensor(it.relay), quantity: "lit" });
  });
  return sources;
};

export const findRelay = (relays: Relays, relay: RelayId): RelayCommands | undefined => {
  for (let i = 0; i < relays.length; i++) {
    const commands = relays[i] as RelayCommands;
    if (commands.file.relay === relay) return commands;
  }
  return undefined;
};

const startRelays = (hardware: Hardware, settings: RelaysSettings, ports: RelayPorts): Relays => {
  const relays: RelayCommands[] = [];
  let place = 0;
  settings.files.forEach((file) => {
    const one = { file: file, boot: settings.boot, place: place };
    relays.push(createRelayCommands(hardware, one, ports));
    place += relaySources([file]).length;
  });
  return relays;
};

export const relayPart: RelayPart = () => ({
  claim: (hardware, files) => files.forEach((it) => claimPins(hardware, it)),
  start: startRelays,
  receive: (relays, relay, lease) => {
    const commands = findRelay(relays, relay);
    if (commands !== undefined) receive(commands, lease);
  },
  reportAgain: (relays) => relays.forEach((it) => reportAgain(it)),
});
