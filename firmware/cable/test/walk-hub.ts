import type { BoardView, FlashView, KindView, SensorView } from "@battant/hub/api/contract";
import type { HubApi } from "../hub-api.ts";
import { HubRefusal } from "../hub-client.ts";
import { planToView } from "../image/plan-view.ts";
import type { FlashPlan } from "../plan.ts";
import { Trouble } from "../trouble.ts";

/** A hub in memory: what it is asked, and how it answers, in a test's words. */
export type PretendHub = HubApi & {
  readonly confirmed: string[];
  readonly prepared: string[];
  /** What it says of the board from now on. */
  say(change: Partial<BoardView>): void;
  /** So many answers get lost on the way, of whatever is asked next. */
  lose(answers: number): void;
};

export type PretendHubOptions = {
  readonly plan: FlashPlan;
  readonly date: () => number;
  /** How far its clock is from this machine's. */
  readonly away?: number;
  readonly hasEspruino?: boolean;
  readonly refuses?: boolean;
  readonly flashSize?: number;
  readonly sensors?: KindView["sensors"];
  readonly onConfirmed?: (hub: PretendHub) => void;
};

export const BOARD = "light-123456";
export const TICKET = "a-ticket";

export const LIGHT: SensorView = {
  sensor: "light",
  quantity: "illuminance",
  value: null,
  at: null,
};

const NEW_BOARD: BoardView = {
  board: BOARD,
  name: BOARD,
  place: "new",
  mayConnect: true,
  online: null,
  model: "light",
  program: "0.1.0",
  isPrivate: false,
  zones: [],
  sensors: [LIGHT],
  relays: [],
  flashed: null,
  lastReading: null,
};

const SAID = { fr: "Non, et voici pourquoi.", en: "No, and this is why." };

export const createPretendHub = (options: PretendHubOptions): PretendHub => {
  const { plan, date, away = 0 } = options;
  let view = NEW_BOARD;
  let toLose = 0;
  const confirmed: string[] = [];
  const prepared: string[] = [];
  const now = (): number => date() + away;
  /** What is asked is done, whether or not the answer arrives. */
  const answer = async <T>(value: T): Promise<T> => {
    if (toLose === 0) return value;
    toLose--;
    throw new Trouble("hub-silent", "the answer was lost");
  };
  const espruino = { version: "2v30", sha256: "0".repeat(64), isListed: true };
  const hub: PretendHub = {
    confirmed,
    prepared,
    say: (change) => {
      view = { ...view, ...change };
    },
    lose: (answers) => {
      toLose = answers;
    },
    kinds: () =>
      answer([
        {
          model: "light",
          about: SAID,
          sensors: options.sensors ?? [{ sensor: "light", kind: "bh1750" }],
          relays: [],
          parts: [],
          program: "0.1.0",
        },
      ]),
    firmware: () =>
      answer({
        espruino: options.hasEspruino === false ? null : espruino,
        wifi: { ssid: "workshop" },
        addresses: ["192.168.1.10"],
        mqttPort: 1883,
        now: now(),
      }),
    prepare: async ({ mac }) => {
      prepared.push(mac);
      if (options.refuses === true) throw new HubRefusal({ code: "board-taken", message: SAID });
      const made: FlashView = {
        ticket: TICKET,
        board: BOARD,
        isKnown: false,
        host: "192.168.1.10",
        ...planToView(plan),
        flashSize: options.flashSize ?? plan.flashSize,
      };
      return answer(made);
    },
    confirm: (ticket) => {
      confirmed.push(ticket);
      options.onConfirmed?.(hub);
      return answer({ board: BOARD });
    },
    boards: () => answer({ now: now(), boards: [view] }),
    board: () => answer(view),
  };
  return hub;
};
