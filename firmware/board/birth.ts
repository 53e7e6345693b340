import type { RelayId } from "@battant/protocol/vocabulary/ids";
import type { Description } from "@battant/protocol/vocabulary/description";
import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import { SHORT_DIGEST_LENGTH } from "@battant/protocol/wire/decoded";
import {
  encodeClockQuestion,
  encodeDescriptionFrom,
  OFFLINE,
  ONLINE,
} from "@battant/protocol/wire/presence";
import {
  availabilityTopic,
  clockQuestionTopic,
  clockTopic,
  descriptionTopic,
  leaseTopic,
  settingsTopic,
  updateTopic,
} from "@battant/protocol/wire/topics";
import { CONTRACT_VERSION } from "@battant/protocol/wire/version";
import { sourceIn } from "./backlog-sources.ts";
import type { Membership, RelayFile } from "./board-file.ts";
import { askTime, type ClockPorts } from "./clock.ts";
import { deliverAgain } from "./delivery.ts";
import { lifeOf } from "./life.ts";
import type { ConnectionSettings } from "./mqtt/connection.ts";
import { kept, type Message, passing } from "./mqtt/packet.ts";
import { dateAll } from "./outbox.ts";
import { ignore, type Program } from "./program.ts";
import { runningDigest } from "./update-slots.ts";

/** How a board introduces itself: to the broker, then to everybody. */

const KEEP_ALIVE_SECONDS = 30;
/** Between two steps of a birth. */
const BREATH: Milliseconds = milliseconds(20);

export const connectionOf = (
  membership: Membership,
  relays: readonly RelayFile[],
): ConnectionSettings => {
  const board = membership.board;
  const filters = [clockTopic(board), settingsTopic(board), updateTopic(board)];
  // A board has one subscription for all its relays; `+` is the name of any of them.
  if (relays.length > 0) filters.push(leaseTopic(board, "+" as RelayId));
  return {
    address: membership.broker,
    introduction: {
      clientId: board,
      user: board,
      password: membership.password,
      keepAliveSeconds: KEEP_ALIVE_SECONDS,
      will: kept(availabilityTopic(board), OFFLINE),
    },
    filters: filters,
  };
};

const publish = (program: Program, message: Message): void => {
  program.link.publish(message, false, ignore);
};

type BoardItself = Omit<Description, "sensors">;

export const describe = (program: Program): void => {
  const parts = program.parts;
  const description: { -readonly [key in keyof BoardItself]: BoardItself[key] } = {
    contract: CONTRACT_VERSION,
    boot: program.hardware.boot,
    model: parts.file.model,
    program: parts.program,
    relays: parts.file.relays.map((it) => it.relay),
    life: lifeOf(program.hardware, program.outbox.backlog.dropped, program.guard),
  };
  if (program.settings.digest !== undefined) description.settings = program.settings.digest;
  const digest = runningDigest(parts.slots);
  if (digest !== "") description.digest = digest.substring(0, SHORT_DIGEST_LENGTH);
  if (parts.slots.onTrial) description.trial = true;
  const topic = descriptionTopic(parts.membership.board);
  const sources = program.outbox.backlog.sources;
  const encoded = encodeDescriptionFrom(description, (place) => sourceIn(sources, place));
  publish(program, kept(topic, encoded));
};

/** Made for a moment whenever the clock keeper asks or is answered. */
export const clockPorts = (program: Program): ClockPorts => ({
  question: (number) => {
    const question = encodeClockQuestion({
      boot: program.hardware.boot,
      counter: program.guard.highest,
      number: number,
    });
    program.link.say(passing(clockQuestionTopic(program.parts.membership.board), question));
  },
  known: () => dateAll(program.outbox),
});

/**
 * Birth: who we are and how things stand, all of it kept by the broker; then what time is it? A step
 * at a time, because what one of them needs of RAM is given back before the next.
 */
export const cameUp = (program: Program): void => {
  const timers = program.hardware.network.timers;
  publish(program, kept(availabilityTopic(program.parts.membership.board), ONLINE));
  timers.after(BREATH, () => {
    describe(program);
    timers.after(BREATH, () => {
      const part = program.parts.relays;
      if (part !== undefined) part().reportAgain(program.relays);
      askTime(program.clock, clockPorts(program));
      timers.after(BREATH, () => deliverAgain(program.delivery));
    });
  });
};
