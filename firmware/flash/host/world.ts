import type { BoardFile } from "@battant/board/board-file";
import type { PinWiring } from "@battant/board/hardware";
import type { Channel, Hear } from "./channel.ts";

/**
 * What is around a board, in a test's words. It stays as it is while the board restarts.
 */
export type World = {
  /** From now on, time passes so many times as fast as in life. */
  quicken(speed: number): void;
  /** The access point in reach. Told before the board first starts, or the board has no radio. */
  wifi(ssid: string, password: string): void;
  /** Whether the hub's machine answers from beyond it. */
  hubInReach(is: boolean): void;
  /** Light at the BH1750; undefined once was never plugged in. */
  illuminance(lux: number): void;
  /** The first relay's luminaires burn, or not, as its feedback input sees it. */
  lit(on: boolean): void;
  /** The first relay's wall switch, or whatever hangs on a pin. */
  hold(pin?: PinWiring): void;
  release(pin?: PinWiring): void;
  /** The first relay keeps its circuit off. */
  relay(): boolean;
  /** What a light chip at an address counts in a millisecond at gain 1, on each of its channels. */
  counts(address: number, rates: readonly number[]): void;
  /** What a register of a chip answers from now on. */
  register(address: number, register: number, bytes: readonly number[]): void;
  /** Arrives at the board, one byte a character. */
  serial(port: number, bytes: string): void;
  /** All that the board has written to a serial line. */
  written(port: number): string;
  /** What hangs on a serial line answers at once, when the board writes to it. */
  reply(port: number, reply: (bytes: string) => string): void;
  /** As the board has opened a serial line: `1200-7E1`. */
  line(port: number): string | undefined;
};

export type Surroundings = {
  readonly world: World;
  readonly hear: Hear;
  /** Everything that holds, as lines for a board that starts now. Its outputs are as at power-on. */
  restart(start: Start): readonly string[];
};

export type Start = { readonly speed: number | undefined; readonly channel: number };

const base64 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("base64");

export const createSurroundings = (file: BoardFile, say: Channel["say"]): Surroundings => {
  /** What the board finds when it starts; the last one counts. */
  const standing = new Map<string, string>();
  const outputs = new Map<number, boolean>();
  const written = new Map<number, string>();
  const replies = new Map<number, (bytes: string) => string>();
  const lines = new Map<number, string>();
  const stand = (what: string, value: string): void => {
    standing.set(what, value);
    say(`${what} ${value}`);
  };
  const sayBytes = (port: number, bytes: string): void => {
    if (bytes !== "") say(`serial ${port} ${base64(bytes)}`);
  };
  const relay = file.relays[0];
  const drive = (wiring: PinWiring | undefined, active: boolean): void => {
    if (wiring === undefined) throw new Error("nothing is wired there");
    stand(`pin ${wiring.pin}`, active === (wiring.activeLow === true) ? "0" : "1");
  };
  return {
    world: {
      quicken: (speed) => stand("speed", String(speed)),
      wifi: (ssid, password) => stand("wifi", `${base64(ssid)} ${base64(password)}`),
      hubInReach: (is) => stand("reach", is ? "1" : "0"),
      illuminance: (lux) => stand("light", String(lux)),
      lit: (on) => drive(relay?.lit, on),
      hold: (pin) => drive(pin ?? relay?.wallSwitch, true),
      release: (pin) => drive(pin ?? relay?.wallSwitch, false),
      relay: () => {
        if (relay === undefined) throw new Error("this board has no relay");
        const { pin, activeLow } = relay.output;
        return (outputs.get(pin) ?? activeLow === true) !== (activeLow === true);
      },
      counts: (address, rates) => stand(`counts ${address}`, rates.join(",")),
      register: (address, register, bytes) => {
        stand(`register ${address}:`, "00");
        stand(`register ${address}:${register}`, Buffer.from(bytes).toString("hex"));
      },
      serial: sayBytes,
      written: (port) => written.get(port) ?? "",
      reply: (port, reply) => void replies.set(port, reply),
      line: (port) => lines.get(port),
    },
    hear: (word, first, second) => {
      if (word === "pin") outputs.set(Number(first), second === "1");
      if (word === "line") lines.set(Number(first), second);
      if (word === "serial") {
        const port = Number(first);
        const bytes = Buffer.from(second, "base64").toString("latin1");
        written.set(port, (written.get(port) ?? "") + bytes);
        sayBytes(port, replies.get(port)?.(bytes) ?? "");
      }
    },
    restart: ({ speed, channel }) => {
      outputs.clear();
      lines.clear();
      return [
        ...(speed === undefined ? [] : [`speed ${speed}`]),
        ...[...standing].map(([what, value]) => `${what} ${value}`),
        `channel ${channel}`,
      ];
    },
  };
};
