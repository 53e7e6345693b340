import type { HubClient } from "@battant/cable/hub-client";
import { Trouble } from "@battant/cable/trouble";
import { flashBoard, type Walked, type WalkParts } from "@battant/cable/walk";
import type { BoardView } from "../../../api/contract.ts";
import { EXIT, type ExitCode, json } from "../io.ts";
import { commandOn } from "../next-step.ts";
import type { Place } from "../place.ts";
import { adopt, adoptAsking } from "./adopt.ts";
import { hubOf, notRunning } from "./hub-door.ts";
import { showWalk, type Showing, valueText } from "./progress.ts";
import { type FlashOptions, type Prepared, settle } from "./questions.ts";
import { troubleJson, troubleText } from "./troubles.ts";
import { FLASH_WORDS } from "./words.ts";
import type { Workshop } from "./workshop.ts";

/** `battant flash`: from a blank chip to its first reading. */

export const flash = async (
  options: FlashOptions,
  place: Place,
  workshop: Workshop,
): Promise<ExitCode> => {
  const { io, language } = workshop;
  const hub = hubOf(place, workshop);
  if (hub === undefined) {
    await io.err(notRunning(place)[language]);
    return EXIT.problems;
  }
  try {
    const taken = takenPorts(place);
    const settled = await settle(options, { hub, workshop, taken });
    if (!settled.ok) {
      await io.err(`${settled.problem}\n`);
      return EXIT.usage;
    }
    const showing = showWalk(workshop);
    const walked = await walk(options, settled.value, { hub, workshop, showing });
    return await arrived(walked, { options, place, hub, workshop, showing });
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    if (options.json === true) await io.out(troubleJson(problem));
    // Not into the line that was moving.
    else await workshop.terminal.say(troubleText(problem, language).trimEnd());
    return EXIT.problems;
  }
};

const takenPorts = ({ configuration }: Place): readonly string[] =>
  configuration?.ok === true ? configuration.settings.linky.map(({ port }) => port) : [];

type Walking = {
  readonly hub: HubClient;
  readonly workshop: Workshop;
  readonly showing: Showing;
};

const walk = (
  options: FlashOptions,
  { kind, port }: Prepared,
  { hub, workshop, showing }: Walking,
): Promise<Walked> =>
  workshop.interruptible(async (signal) => {
    const parts: WalkParts = {
      port: workshop.openablePort(port.path, port.usb),
      hub,
      request: {
        model: kind.model,
        board: options.board ?? null,
        name: options.name ?? null,
        flat: options.flat ?? null,
        replaces: options.replaces ?? null,
        host: options.host ?? null,
      },
      tell: showing.tell,
      now: () => workshop.now(),
      date: () => workshop.date(),
      pause: (ms) => workshop.pause(ms),
      signal,
    };
    try {
      return await flashBoard(parts);
    } finally {
      await showing.end();
    }
  });

type Arriving = Walking & { readonly options: FlashOptions; readonly place: Place };

/** Said where it is, then given its place in the building. */
const arrived = async (walked: Walked, arriving: Arriving): Promise<ExitCode> => {
  const { options, workshop, hub, showing } = arriving;
  const { io, language } = workshop;
  const { board, reading, took_ms } = walked;
  const words = FLASH_WORDS[language];
  const took = words.duration(took_ms);
  if (options.json !== true) {
    const line =
      reading === undefined
        ? words.joined(took)
        : words.firstReading(valueText(reading, language), took);
    await io.out(`${line}\n`);
  }
  const view = await hub.board(board);
  // Who says where it goes is heard, also of a board that has its place.
  const isSaid = options.zone !== undefined || options.flat !== undefined;
  const isAdopted = (view.place === "adopted" && !isSaid) || (await settleIn(view, arriving));
  if (options.json === true) {
    const selfTest = showing.selfTest() ?? null;
    await io.out(json({ board, adopted: isAdopted, reading: reading ?? null, took_ms, selfTest }));
  }
  return isSaid && !isAdopted ? EXIT.problems : EXIT.ok;
};

/** Whether it has a place now. */
const settleIn = async (view: BoardView, arriving: Arriving): Promise<boolean> => {
  const { options, place, workshop, hub } = arriving;
  const { io, language, terminal } = workshop;
  const words = FLASH_WORDS[language];
  const isSaid = options.zone !== undefined || options.flat !== undefined;
  if (!isSaid && (!terminal.isInteractive || options.yes === true)) {
    const command = commandOn(place.dataDir, `boards adopt ${view.board} --zone ZONE`);
    if (options.json !== true) await io.out(`${words.adoptLater(command)}\n`);
    return false;
  }
  const adopted = isSaid
    ? await adopt(view, options, hub)
    : await adoptAsking(view, { hub, workshop, name: options.name });
  if (!adopted.ok) {
    await io.err(`${adopted.problem}\n`);
    return false;
  }
  const { name, zones } = adopted.value;
  if (options.json !== true) await io.out(`${words.adopted(name, zones[0])}\n`);
  return true;
};
