import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { availabilityTopic } from "@battant/protocol/wire/topics";
import type { BoardHealth, HealthView } from "../../../api/contract.ts";
import { ownershipOf } from "../../domain/ownership.ts";
import { SILENT_AFTER } from "../../domain/presence.ts";
import type { Site } from "../../domain/site.ts";
import { addCommand } from "../next-step.ts";
import { count } from "../table.ts";
import { span } from "../times.ts";
import { stateNow } from "./beat.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** The boards: those that should be there and are not, and those whose readings are missed. */

export const boardChecks = (seen: Observed): Check[] => {
  const { configuration, registered, registryProblem, dataDir } = seen;
  if (registryProblem !== undefined) return [];
  const site = configuration?.ok === true ? configuration.site : undefined;
  const known = new Set(registered.map(({ id }) => id));
  const state = stateNow(seen);
  const notAdded = [...(site?.boards.keys() ?? [])].filter((board) => !known.has(board));
  const add = (id: BoardId) => addCommand(dataDir, { id, flat: site?.boards.get(id)?.flat });
  const notInFile = [...known].filter((board) => site !== undefined && !site.boards.has(board));
  return [
    ...about(
      notAdded,
      "in the building file, not allowed to connect",
      (board) => `\`${add(board)}\``,
    ),
    ...about(
      notInFile,
      "allowed to connect, not in the building file",
      () => "no zone can use it until it is",
    ),
    ...(state === undefined
      ? [ok("boards", `${count(known.size, "board")} may connect`)]
      : connected(state.health, { seen, buildingNow: state.buildingNow })),
  ];
};

const NAMES_MAX = 12;

/** One line for all boards of which the same is true. */
const about = <Id extends string>(
  boards: readonly Id[],
  what: string,
  todo: (first: Id) => string,
): Check[] => {
  const [first] = boards;
  return first === undefined ? [] : [note("boards", `${what}: ${named(boards)}`, todo(first))];
};

export const named = (boards: readonly string[]): string => {
  const rest = boards.length - NAMES_MAX;
  return boards.slice(0, NAMES_MAX).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
};

type State = { readonly seen: Observed; readonly buildingNow: number };

const connected = ({ boards, since }: HealthView, state: State): Check[] => {
  const expected = boards.filter(({ board }) =>
    state.seen.registered.some(({ id }) => id === board),
  );
  const away = expected.filter(({ online }) => online === false);
  const unsaid = expected.filter(({ online }) => online === null);
  const wasHeard = ({ board, lastReading }: BoardHealth) =>
    lastReading !== null && lastReading >= since && !isPrivate(board, state.seen);
  const silent = silentSensors(expected, since, state);
  const online = expected.length - away.length - unsaid.length;
  return [
    ok("boards", `${online} of ${count(expected.length, "board")} online`),
    ...about(
      unsaid.filter(wasHeard).map(({ board }) => board),
      "send readings, but have not published `online`",
      (board) =>
        `publish \`online\`, retained, on \`${availabilityTopic(board as BoardId)}\`: firmware/protocol/README.md`,
    ),
    ...about(
      unsaid.filter((it) => !wasHeard(it)).map(({ board }) => board),
      "not connected since the hub started",
      (board) => `switch on ${board}; if it is on, look at its Wi-Fi and its password`,
    ),
    ...away.map(({ board, lastReading }) =>
      problem(
        "boards",
        `${board} is offline${isPrivate(board, state.seen) ? "" : `, ${lastHeard(lastReading, state)}`}`,
        "look at its power supply, its Wi-Fi and its password",
      ),
    ),
    ...silent.map(({ board, lastReading, sensor }) =>
      problem(
        "boards",
        `${board} is online but its ${sensor} says nothing, ${lastHeard(lastReading, state)}`,
        NEXT_STEP[sensor],
      ),
    ),
  ];
};

/** When something in a flat was last used is its resident's business. */
const isPrivate = (board: string, { configuration, flatOf }: Observed): boolean => {
  const id = board as BoardId;
  const planned = configuration?.ok === true ? configuration.site.boards.get(id) : undefined;
  return ownershipOf(planned, flatOf(id)) !== "common";
};

const lastHeard = (lastReading: number | null, { buildingNow }: State): string =>
  lastReading === null
    ? "no reading ever"
    : `last reading ${span(Math.max(0, buildingNow - lastReading))} ago`;

type Speaking = "light sensor" | "presence detector";

const NEXT_STEP: { readonly [sensor in Speaking]: string } = {
  "light sensor": "look at the wiring of the sensor; until then its zone stays lit",
  "presence detector":
    "look at the wiring of the detector; until then somebody is taken to be there",
};

/** Only what a zone watches with must speak all the time: relays speak when they change. */
const silentSensors = (boards: readonly BoardHealth[], since: number, state: State) => {
  const { configuration } = state.seen;
  if (configuration?.ok !== true) return [];
  const speaking = speakingIn(configuration.site);
  return boards.flatMap((it) => {
    const watching = speaking.get(it.board);
    if (watching === undefined || it.online !== true || isPrivate(it.board, state.seen)) return [];
    // A hub that has just started has not listened for long.
    const silence = state.buildingNow - Math.max(it.lastReading ?? 0, since);
    return silence > watching.ageMax ? [{ ...it, sensor: watching.sensor }] : [];
  });
};

type Watching = { readonly sensor: Speaking; readonly ageMax: number };

/** Of a board with both, the light sensor is told of: what that says is missed first. */
const speakingIn = ({ zones }: Site): ReadonlyMap<string, Watching> => {
  const detectors: [string, Watching][] = [];
  const lights: [string, Watching][] = [];
  for (const { lightSensor, presence, daylight } of zones.values()) {
    for (const { board } of presence?.sensors ?? []) {
      detectors.push([board, { sensor: "presence detector", ageMax: SILENT_AFTER }]);
    }
    if (lightSensor === undefined) continue;
    lights.push([lightSensor.board, { sensor: "light sensor", ageMax: daylight.readingAgeMax }]);
  }
  return new Map([...detectors, ...lights]);
};
