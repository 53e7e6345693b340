import type { RefusalCount } from "../../ports.ts";
import { count } from "../table.ts";
import { span } from "../times.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** What was turned away, and how to make it stop. */

/** What is older was perhaps mended since. */
const RECENT_MS = 3_600_000;
const SHOWN_MAX = 8;

export const refusalChecks = ({ refusals, now }: Observed): Check[] => {
  const recent = refusals.filter(({ last }) => now - last <= RECENT_MS);
  const older = refusals.length - recent.length;
  return [
    ...(recent.length === 0 ? [ok("refused", "nothing in the last hour")] : []),
    ...recent.slice(0, SHOWN_MAX).map((refusal) => described(refusal, now)),
    ...(recent.length > SHOWN_MAX
      ? [note("refused", `and ${count(recent.length - SHOWN_MAX, "other kind")} in the last hour`)]
      : []),
    ...(older > 0 ? [note("refused", `${count(older, "kind")} of message before that`)] : []),
  ];
};

const described = (refusal: RefusalCount, now: number): Check => {
  const { from, where, problem: why, last } = refusal;
  const times = count(refusal.count, "time");
  const found = `${from}, ${where}: ${why} (${times}, last ${span(Math.max(0, now - last))} ago)`;
  return problem("refused", found, todoFor(refusal));
};

type Advice = readonly [words: RegExp, todo: (refusal: RefusalCount) => string];

/** The first that fits. Most problems say by themselves what to do; these need the next command. */
const ADVICE: readonly Advice[] = [
  [
    /user name or password/,
    ({ from }) =>
      `if ${from} is a new board: battant boards add ${from}; if it is an old one, remove it, add it ` +
      "again and give it the new password",
  ],
  [/clock/, () => "the hub has told it the time; if this goes on, restart the board"],
  [/too many|more than|longer than/, () => "slow it down, or restart it if it has gone mad"],
  [/not stored/, () => "the board keeps it and sends it again; see journal and data above"],
  [
    /JSON|is not |are not |neither |out of bounds|is empty|has no name|UTF-8/,
    ({ from }) =>
      `update the program of ${from}; what it may send is in firmware/protocol/README.md`,
  ],
];

const todoFor = (refusal: RefusalCount): string | undefined =>
  ADVICE.find(([words]) => words.test(refusal.problem))?.[1](refusal);
