import type { BoardHealth, BoardLifeView } from "../../../api/contract.ts";
import { addCommand, commandOn } from "../next-step.ts";
import { count, percent } from "../table.ts";
import { stateNow } from "./beat.ts";
import { named } from "./boards.ts";
import { type Check, note, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** How the boards themselves are doing: keys, memory, signal, restarts, programs. */

export const boardLifeChecks = (seen: Observed): Check[] => {
  if (seen.registryProblem !== undefined) return [];
  const health = stateNow(seen)?.health.boards ?? [];
  const there = health.filter(({ online }) => online === true);
  return [
    ...withoutKey(seen),
    ...there.flatMap((board) => [...restartsOf(board), ...lifeOf(board)]),
    ...updatesOf(seen),
  ];
};

const withoutKey = ({ registered, configuration, dataDir }: Observed): Check[] => {
  const keyless = registered.filter(({ hasKey }) => !hasKey);
  const [first] = keyless;
  if (first === undefined) return [];
  const { id } = first;
  const planned = configuration?.ok === true ? configuration.site.boards.get(id) : undefined;
  const add = addCommand(dataDir, { id, flat: first.flat ?? planned?.flat });
  return [
    problem(
      "boards",
      `added when boards had no keys, so heard but told nothing: ${named(keyless.map((it) => it.id))}`,
      `\`${commandOn(dataDir, `boards remove ${id}`)}\`, then \`${add}\`, and write the new ` +
        "password and key into the board",
    ),
  ];
};

/** Now and then somebody pulls a plug; more is a board that does not run well. */
const RESTARTS_A_DAY_MAX = 3;

const restartsOf = ({ board, restarts, life }: BoardHealth): Check[] => {
  if (restarts <= RESTARTS_A_DAY_MAX) return [];
  const reason = life === null ? "" : `, the last time by ${life.reset}`;
  return [
    note(
      "boards",
      `${board} has started again ${count(restarts, "time")} in 24 hours${reason}`,
      "look at its power supply first, then at its wiring",
    ),
  ];
};

/** Below these a board lives, but not safely. */
const FREE_SHARE_MIN = 0.3;
const SIGNAL_DBM_MIN = -80;

const lifeOf = ({ board, life }: BoardHealth): Check[] =>
  life === null
    ? []
    : [...memoryOf(board, life), ...signalOf(board, life), ...lossesOf(board, life)];

const memoryOf = (board: string, { variablesFree, variables }: BoardLifeView): Check[] =>
  variables === 0 || variablesFree >= variables * FREE_SHARE_MIN
    ? []
    : [
        note(
          "boards",
          `${board} has little memory left, ${percent(variablesFree, variables)}`,
          "give it fewer sensors, or a chip with more memory",
        ),
      ];

const signalOf = (board: string, { signal_dBm }: BoardLifeView): Check[] =>
  signal_dBm === null || signal_dBm >= SIGNAL_DBM_MIN
    ? []
    : [
        note(
          "boards",
          `${board} hardly hears the Wi-Fi, ${signal_dBm} dBm`,
          "bring an access point nearer, or give the board an antenna",
        ),
      ];

const lossesOf = (board: string, { dropped, refused, problem: why }: BoardLifeView): Check[] => [
  ...(dropped === 0
    ? []
    : [
        note(
          "boards",
          `${board} had to drop ${count(dropped, "reading")} since it started`,
          "it could not reach the hub for longer than it can keep readings: look at its Wi-Fi, and keep the hub on",
        ),
      ]),
  ...(refused === 0
    ? []
    : [
        note(
          "boards",
          `${board} refused ${count(refused, "message")}${why === null ? "" : `: ${why}`}`,
          "if that goes on, somebody else speaks to it, or it has another key: add it again",
        ),
      ]),
];

const updatesOf = ({ updates, dataDir }: Observed): Check[] =>
  updates.flatMap(({ wanted: { board, program }, progress }) =>
    progress.kind !== "failed"
      ? []
      : [
          problem(
            "boards",
            `${board} did not get the program ${program}: ${progress.problem}`,
            `mend that and ask again, \`${commandOn(dataDir, `boards update ${board} --file FILE`)}\``,
          ),
        ],
  );
