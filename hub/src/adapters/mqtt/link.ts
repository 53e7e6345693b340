import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardSettings } from "@battant/protocol/vocabulary/settings";
import { elapsed, type Instant, minutes } from "@battant/protocol/vocabulary/units";
import { encodeClock } from "@battant/protocol/wire/presence";
import { encodeLease } from "@battant/protocol/wire/relay";
import { encodeSettings, settingsDigest } from "@battant/protocol/wire/settings";
import { clockTopic, leaseTopic, settingsTopic, updateTopic } from "@battant/protocol/wire/topics";
import { encodeUpdateChunk, encodeUpdateOffer } from "@battant/protocol/wire/update";
import type { Aedes } from "aedes";
import type { BoardLink, Clock } from "../../ports.ts";
import type { Connections } from "./connections.ts";
import { type Sealing, sha256, type ToBoard } from "./sealing.ts";

/** The hub's own voice: the one place where something is published to a board. */

export type LinkOptions = {
  readonly aedes: Aedes;
  readonly connections: Pick<Connections, "ofBoard">;
  readonly sealing: Pick<Sealing, "seal" | "takeQuestion">;
  readonly clock: Pick<Clock, "now">;
};

/**
 * QoS 1 to those who are connected. For those who are not, nothing is kept (`persistence.ts`): a
 * late lease is no lease, and a late answer a wrong clock.
 */
export const createLink = ({ aedes, connections, sealing, clock }: LinkOptions): BoardLink => {
  const send = (message: ToBoard): void => {
    if (connections.ofBoard(message.board).size === 0) return;
    const payload = sealing.seal(message);
    if (payload === undefined) return;
    const { topic } = message;
    const packet = { cmd: "publish", topic, payload, qos: 1, retain: false, dup: false } as const;
    aedes.publish(packet, () => {});
  };
  const isTimeFor = createPatience(clock);
  return {
    lease: (board, relay, lease) =>
      send({ board, topic: leaseTopic(board, relay), body: encodeLease(lease) }),
    clock: (board, now) => {
      const body = encodeClock(now, sealing.takeQuestion(board));
      send({ board, topic: clockTopic(board), body });
    },
    settings: (board, settings, kept) => {
      const body = encodeSettings(settings);
      if (isKept(body, settings, kept) || !isTimeFor(board, body)) return;
      send({ board, topic: settingsTopic(board), body });
    },
    offer: (board, offer) =>
      send({ board, topic: updateTopic(board), body: encodeUpdateOffer(offer) }),
    chunk: (board, chunk) =>
      send({ board, topic: updateTopic(board), body: encodeUpdateChunk(chunk) }),
  };
};

/** A board that keeps none does as one that keeps empty ones. */
const isKept = (body: string, { rules }: BoardSettings, kept: string | undefined): boolean =>
  kept === undefined ? rules.length === 0 : kept === settingsDigest(body, sha256);

const SETTINGS_REPEATED_AFTER = minutes(1);

/** A board that cannot keep its settings says so at each description, and is not pestered. */
const createPatience = (clock: Pick<Clock, "now">): ((board: BoardId, body: string) => boolean) => {
  const sent = new Map<BoardId, { readonly at: Instant; readonly body: string }>();
  return (board, body) => {
    const now = clock.now();
    const last = sent.get(board);
    const waited = last?.body === body ? elapsed({ since: last.at, now }) : undefined;
    // A clock that was set back must not make it wait for hours.
    if (waited !== undefined && waited >= 0 && waited < SETTINGS_REPEATED_AFTER) return false;
    sent.set(board, { at: now, body });
    return true;
  };
};
