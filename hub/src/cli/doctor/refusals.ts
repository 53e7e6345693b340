import { isBoardId } from "@battant/protocol/vocabulary/ids";
import type { RefusalCount } from "../../ports.ts";
import { addCommand, commandOn } from "../next-step.ts";
import { count } from "../table.ts";
import { span } from "../times.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** What was turned away, and how to make it stop. */

/** What is older was perhaps mended since. */
const RECENT_MS = 3_600_000;
const SHOWN_MAX = 8;

export const refusalChecks = (seen: Observed): Check[] => {
  const { refusals, now, registryProblem } = seen;
  if (registryProblem !== undefined) return [];
  const recent = refusals.filter(({ last }) => now - last <= RECENT_MS);
  const older = refusals.length - recent.length;
  return [
    ...(recent.length === 0 ? [ok("refused", "nothing in the last hour")] : []),
    ...recent.slice(0, SHOWN_MAX).map((refusal) => described(refusal, seen)),
    ...(recent.length > SHOWN_MAX
      ? [note("refused", `and ${count(recent.length - SHOWN_MAX, "other kind")} in the last hour`)]
      : []),
    ...(older > 0 ? [note("refused", `${count(older, "kind")} of message before that`)] : []),
  ];
};

const described = (refusal: RefusalCount, seen: Observed): Check => {
  const { from, where, problem: why, last } = refusal;
  const times = count(refusal.count, "time");
  const found = `${from}, ${where}: ${why} (${times}, last ${span(Math.max(0, seen.now - last))} ago)`;
  return problem("refused", found, todoFor(refusal, seen));
};

type Advice = readonly [
  words: RegExp,
  todo: (refusal: RefusalCount, seen: Observed) => string | undefined,
];

/** The first that fits. Most problems say by themselves what to do; these need the next command. */
const ADVICE: readonly Advice[] = [
  [/wrong user name or password/, ({ from }, seen) => newPassword(from, seen)],
  [
    /too many failed sign-ins/,
    () => "wait a minute, then use the password that boards add printed, or add the board again",
  ],
  [
    /too many connections|more than \d+ connections/,
    () => "a board needs one connection: look for a second client with its credentials",
  ],
  [/topic has too many levels/, () => "publish the topics of firmware/protocol/README.md"],
  // They say themselves what to do.
  [/nothing can be sent to it/, () => undefined],
  [/clock/, () => "the hub has told it the time; if this goes on, restart the board"],
  [/messages a second/, () => "slow it down, or restart it if it has gone mad"],
  [/not stored/, () => "the board keeps it and sends it again; see journal and data above"],
  [
    /JSON|r has more than|longer than \d+ (?:characters|ms)|is not |are not |neither |out of bounds|is empty|has no name|UTF-8/,
    ({ from }) =>
      `update the program of ${from}; what it may send is in firmware/protocol/README.md`,
  ],
];

const todoFor = (refusal: RefusalCount, seen: Observed): string | undefined =>
  ADVICE.find(([words]) => words.test(refusal.problem))?.[1](refusal, seen);

/** A stranger chose `from`: only what can be a board's name goes into a command to copy. */
const newPassword = (from: string, { registered, configuration, dataDir }: Observed): string => {
  if (!isBoardId(from)) {
    return `a board signs in with its own name: \`${commandOn(dataDir, "boards list")}\` shows them`;
  }
  const known = registered.find(({ id }) => id === from);
  const planned = configuration?.ok === true ? configuration.site.boards.get(from) : undefined;
  const add = `\`${addCommand(dataDir, { id: from, flat: known?.flat ?? planned?.flat })}\``;
  return known === undefined
    ? `if it is a board: ${add}`
    : `give it its password, or a new one: \`${commandOn(dataDir, `boards remove ${from}`)}\`, then ${add}`;
};
