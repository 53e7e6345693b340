import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import { openRelease } from "@battant/cable/release/node-store";
import { systemClock } from "../adapters/clock/system.ts";
import type { Broker } from "../adapters/mqtt/broker.ts";
import { createKinds } from "../adapters/programs/kinds.ts";
import { addressesOf } from "../desk/addresses.ts";
import { createBoardDesk } from "../desk/board-desk.ts";
import { createBoardLog } from "../desk/board-log.ts";
import type { BoardDesk, FlashDesk } from "../desk/desks.ts";
import { createFlashDesk } from "../desk/flash-desk.ts";
import { createLatest, remembering } from "../desk/latest.ts";
import { logged, loggedLink } from "../desk/logged.ts";
import { privacyAt } from "../desk/privacy.ts";
import { createZoneModes, type ZoneModes } from "../observation/modes.ts";
import type { BoardLink, Inbox } from "../ports.ts";
import type { Runtime } from "../runtime.ts";
import { askedOnce } from "./asked-once.ts";
import type { Base, Closings } from "./base.ts";
import { showLatest } from "./show-latest.ts";

/** What makers come for: it listens in on what boards and hub say to each other, and keeps two desks. */

const BOARDS = fileURLToPath(new URL("../../../hardware/boards", import.meta.url));
const PROGRAMS = fileURLToPath(new URL("../../../firmware/dist", import.meta.url));

export type Workshop = {
  /** Where adapters hand in what arrived. */
  readonly inbox: Inbox;
  heard(link: BoardLink): BoardLink;
  desks(broker: Broker): {
    readonly boardDesk: BoardDesk;
    readonly flashDesk: FlashDesk;
    readonly zoneModes: ZoneModes;
  };
};

export function openWorkshop(base: Base, runtime: Runtime, closings: Closings): Workshop {
  const { registry, plan, options, clock, settings } = base;
  const { boards, audit, refusals } = registry;
  const ask = askedOnce(base, closings);
  const isPrivate = ask(privacyAt({ boards, site: plan.site }));
  const latest = createLatest(isPrivate);
  const log = createBoardLog({ clock: systemClock, isKnown: ask(boards.isKnown), isPrivate });
  closings.add(plan.onChange(showLatest(plan.site(), latest, runtime)));
  const isSimulated = options.demo || options.speed !== 1;
  const { now } = clock;
  const kinds = createKinds({
    boardsDir: BOARDS,
    programsDir: PROGRAMS,
    refuse: refusals.record,
  });
  return {
    inbox: logged(remembering(runtime, latest), log),
    heard: (link) => loggedLink(link, log),
    desks: (broker) => ({
      zoneModes: createZoneModes({
        plan,
        audit,
        decide: () => runtime.event({ kind: "tick" }),
      }),
      boardDesk: createBoardDesk({
        boards,
        audit,
        plan,
        board: runtime.board,
        lastReading: runtime.lastReading,
        latest,
        log,
        sendAway: broker.forget,
        isSimulated,
        now,
      }),
      flashDesk: createFlashDesk({
        kinds,
        boards,
        tickets: registry.tickets,
        wifi: registry.wifi,
        audit,
        release: () => openRelease(options.dataDir),
        site: plan.site,
        addresses: () => addressesAt(settings.mqtt.host),
        mqttPort: () => broker.port,
        isSimulated,
        now,
        forgetSeen: (board) => {
          latest.forget(board);
          log.forget(board);
        },
      }),
    }),
  };
}

/** Of a hub that listens everywhere; one that was told where to listen is there and nowhere else. */
export const addressesAt = (host: string): readonly string[] =>
  ["0.0.0.0", "::"].includes(host) ? addressesOf(networkInterfaces()) : [host];
