import { type Seal, unsealed } from "@battant/protocol/wire/sealed";

/**
 * Nothing from outside moves this board unless it was sealed with its key, for this start, and is
 * newer than all that was opened before: whoever else is on the Wi-Fi can send what they like.
 *
 * Old messages cannot be played again: the counter must grow. It starts at zero with each start of
 * the board, which is no gap, because a seal is void for any other start.
 */
export type Guard = {
  readonly seal: Seal;
  /** The counter of the newest message that was opened. */
  highest: number;
  refused: number;
  /** Why the last one was refused. */
  problem: string | undefined;
};

export const createGuard = (seal: Seal): Guard => ({
  seal: seal,
  highest: 0,
  refused: 0,
  problem: undefined,
});

/** Counts what is not believed; also what was well sealed and makes no sense all the same. */
export const refuse = (guard: Guard, problem: string): void => {
  guard.refused++;
  guard.problem = problem;
};

/** What was sealed; `undefined`, and counted, when it is not for us to believe. */
export const openSealed = (guard: Guard, topic: string, payload: string): string | undefined => {
  const opened = unsealed(guard.seal, topic, payload);
  if (!opened.ok) refuse(guard, opened.problem);
  else if (opened.value.counter <= guard.highest) refuse(guard, "it came before");
  else {
    guard.highest = opened.value.counter;
    return opened.value.body;
  }
  return undefined;
};
