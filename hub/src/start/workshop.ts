import { networkInterfaces } from "node:os";
import { fileURLToPath } from "node:url";
import { openRelease } from "@battant/cable/release/node-store";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { systemClock } from "../adapters/clock/system.ts";
import type { Broker } from "../adapters/mqtt/broker.ts";
import { createKinds } from "../adapters/programs/kinds.ts";
import { addressesOf } from "../desk/addresses.ts";
import { createBoardDesk } from "../desk/board-desk.ts";
import { createBoardLog } from "../desk/board-log.ts";
import type { BoardDesk, FlashDesk } from "../desk/desks.ts";
import { createFlashDesk } from "../desk/flash-desk.ts";
import { createLatest, type Latest, remembering } from "../desk/latest.ts";
import { logged, loggedLink } from "../desk/logged.ts";
import { privacyAt } from "../desk/privacy.ts";
import type { Wiring } from "../domain/building.ts";
import type { Site } from "../domain/site.ts";
import { createZoneModes, type ZoneModes } from "../observation/modes.ts";
import type { BoardLink, Inbox } from "../ports.ts";
import type { Runtime } from "../runtime.ts";
import type { Base, Closings } from "./base.ts";

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

/** A zone that gets a sensor need not wait for its next reading: what it last said is known. */
function showLatest(
  first: Site,
  latest: Latest,
  runtime: Pick<Runtime, "event">,
): (wiring: Wiring) => void {
  let before = first;
  return ({ site }) => {
    for (const { id, lightSensor } of site.zones.values()) {
      if (lightSensor === undefined) continue;
      const { board, sensor } = lightSensor;
      const had = before.zones.get(id)?.lightSensor;
      if (had?.board === board && had.sensor === sensor) continue;
      const reading = latest.of(board, sensor, "illuminance");
      if (reading !== undefined) runtime.event({ kind: "reading", reading });
    }
    before = site;
  };
}

/** Of a hub that listens everywhere; one that was told where to listen is there and nowhere else. */
export const addressesAt = (host: string): readonly string[] =>
  ["0.0.0.0", "::"].includes(host) ? addressesOf(networkInterfaces()) : [host];

type Question = (board: BoardId) => boolean;

/** Boards that come and go are not remembered without end. */
const ANSWERS_MAX = 2000;

/** Each message of a board raises these questions; the answers change when somebody writes. */
function askedOnce({ registry, plan }: Base, closings: Closings): (question: Question) => Question {
  const forget: (() => void)[] = [];
  const forgetAll = (): void => forget.forEach((it) => it());
  closings.add(registry.boards.changes(forgetAll));
  closings.add(plan.onChange(forgetAll));
  return (question) => {
    const answers = new Map<BoardId, boolean>();
    forget.push(() => answers.clear());
    return (board) => {
      const known = answers.get(board);
      if (known !== undefined) return known;
      const answer = question(board);
      if (answers.size >= ANSWERS_MAX) answers.clear();
      answers.set(board, answer);
      return answer;
    };
  };
}
