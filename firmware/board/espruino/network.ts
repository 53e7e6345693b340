import { type Milliseconds, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import {
  type Address,
  type Network,
  NO_TIMER,
  type Socket,
  type SocketHandlers,
  type TimerId,
  type Timers,
} from "../hardware.ts";
import type { EspruinoNet, EspruinoSocket, EspruinoWifi } from "./globals.ts";
import { hasAddress } from "./wifi.ts";

/**
 * Connections over Espruino's `net` and `tls`.
 *
 * Its `connect` stops everything, relays and meters too, until the other end has answered or TCP has
 * given up. So first, without stopping anything: is there a Wi-Fi, what is the host's address, does
 * it answer a ping? So a hub behind a firewall has to let pings through.
 */
export type NetworkParts = {
  readonly timers: Timers;
  readonly net: (tls: boolean) => EspruinoNet;
  /** Absent where the interpreter runs on Linux; there the operating system connects at once. */
  readonly radio: EspruinoWifi | undefined;
};

/** Below the ten seconds that an MQTT connection waits; a ping is five echoes in 7.5 s at most. */
const PROBE_MAX: Milliseconds = seconds(9);
const SOON: Milliseconds = milliseconds(1);

/** One connection, from the wish for it to its end. What comes after the end is not heard. */
type Call = {
  readonly parts: NetworkParts;
  readonly address: Address;
  readonly handlers: SocketHandlers;
  socket: EspruinoSocket | undefined;
  probing: boolean;
  over: boolean;
  wait: TimerId;
};

const fail = (call: Call): void => {
  if (call.over) return;
  call.over = true;
  call.probing = false;
  call.parts.timers.cancel(call.wait);
  call.handlers.close();
};

/** Blocks. */
const dial = (call: Call, host: string): void => {
  call.probing = false;
  call.parts.timers.cancel(call.wait);
  try {
    const net = call.parts.net(call.address.tls === true);
    // One way to learn of the connection: with a listener as well, Espruino calls neither.
    const socket = net.connect({ host: host, port: call.address.port }, () => {
      if (!call.over) call.handlers.open();
    });
    socket.on("data", (bytes) => {
      if (!call.over) call.handlers.data(bytes);
    });
    socket.on("close", () => fail(call));
    call.socket = socket;
  } catch {
    fail(call);
  }
};

const probe = (call: Call, radio: EspruinoWifi, ip: string): void => {
  radio.ping(ip, (result) => {
    // Called once for each echo: the first that came back is enough.
    if (call.probing && result.totalCount > result.timeoutCount) dial(call, ip);
  });
};

const isNumeric = (host: string): boolean => !/[^0-9.]/.test(host);

const begin = (call: Call): void => {
  if (call.over) return;
  const radio = call.parts.radio;
  const host = call.address.host;
  if (radio === undefined) {
    dial(call, host);
    return;
  }
  if (!hasAddress(radio)) {
    fail(call);
    return;
  }
  call.probing = true;
  call.wait = call.parts.timers.after(PROBE_MAX, () => fail(call));
  try {
    if (isNumeric(host)) probe(call, radio, host);
    else {
      radio.getHostByName(host, (ip) => {
        if (!call.probing) return;
        if (ip === null) fail(call);
        else probe(call, radio, ip);
      });
    }
  } catch {
    fail(call);
  }
};

const write = (call: Call, bytes: string): void => {
  if (call.over || call.socket === undefined) throw new Error("This socket is closed");
  call.socket.write(bytes);
};

const close = (call: Call): void => {
  call.over = true;
  call.probing = false;
  call.parts.timers.cancel(call.wait);
  if (call.socket !== undefined) call.socket.end();
};

const socketOf = (call: Call): Socket => ({
  write: (bytes) => write(call, bytes),
  close: () => close(call),
});

const connect = (parts: NetworkParts, address: Address, handlers: SocketHandlers): Socket => {
  const call: Call = {
    parts: parts,
    address: address,
    handlers: handlers,
    socket: undefined,
    probing: false,
    over: false,
    wait: NO_TIMER,
  };
  call.wait = parts.timers.after(SOON, () => begin(call));
  return socketOf(call);
};

export const createNetwork = (parts: NetworkParts): Network => ({
  timers: parts.timers,
  connect: (address, handlers) => connect(parts, address, handlers),
});
