import type { Command } from "commander";
import type { HubClient } from "@battant/cable/hub-client";
import { Trouble } from "@battant/cable/trouble";
import type { Sentence } from "../../api/contract.ts";
import type { ModeView } from "../../api/observation.ts";
import { zoneAsked } from "./asked.ts";
import { type Common, type Done, subcommand } from "./command.ts";
import { hubOf } from "./flash/hub-door.ts";
import { troubleJson, troubleText } from "./flash/troubles.ts";
import type { Workshop } from "./flash/workshop.ts";
import { EXIT, type ExitCode, type Io, json, languageOf } from "./io.ts";
import { commandOn } from "./next-step.ts";
import type { Place, WithPlace } from "./place.ts";
import { misunderstood } from "./replies.ts";

/** `battant mode`: a zone acts from now on, only observes, or leaves the light alone. */

export type ModeHandlers = {
  setMode(zone: string, mode: string, options: Common): Promise<ExitCode>;
};

export const addMode = (program: Command, handlers: ModeHandlers, done: Done): void => {
  subcommand(program, "mode", "a zone acts, only observes, or leaves the light alone: at once")
    .argument("<zone>", "the zone, as the building file names it")
    .argument("<mode>", MODES.join(", "))
    .addHelpText(
      "after",
      "\nWritten into the building file, whose notes stay. The hub must be running." +
        "\nExample: battant mode hall act",
    )
    .action(async (zone: string, mode: string, options) =>
      done(await handlers.setMode(zone, mode, options)),
    );
};

type Mode = ModeView["mode"];

const MODES: readonly Mode[] = ["act", "observe", "off"];

export type ModeParts = Pick<Workshop, "fetch"> & {
  readonly io: Io;
  readonly withPlace: WithPlace;
};

export const createModeHandler = ({ io, withPlace, fetch }: ModeParts): ModeHandlers => ({
  setMode: (name, asked, { data, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const mode = MODES.find((it) => it === asked);
      if (mode === undefined) {
        return misunderstood(`${JSON.stringify(asked)} is no mode; say ${MODES.join(", ")}.`, io);
      }
      const zone = zoneAsked(name, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      const hub = hubOf(place, { fetch });
      if (hub !== undefined) return tell(hub.setMode(zone.value, mode), { io, asJson });
      await io.err(byHand(place, zone.value, mode)[languageOf(io)]);
      return EXIT.problems;
    }),
});

type Telling = { readonly io: Io; readonly asJson: boolean };

const tell = async (
  answer: ReturnType<HubClient["setMode"]>,
  { io, asJson }: Telling,
): Promise<ExitCode> => {
  try {
    const view = await answer;
    await io.out(asJson ? json(view) : `${SAID[view.mode](view.zone)[languageOf(io)]}\n`);
    return EXIT.ok;
  } catch (problem) {
    if (!(problem instanceof Trouble)) throw problem;
    await (asJson ? io.out(troubleJson(problem)) : io.err(troubleText(problem, languageOf(io))));
    return EXIT.problems;
  }
};

const SAID: { readonly [mode in Mode]: (zone: string) => Sentence } = {
  act: (zone) => ({
    fr: `${zone} agit maintenant : Battant y garde la lumière éteinte quand le jour suffit.`,
    en: `${zone} acts now: Battant keeps its light off while daylight is enough.`,
  }),
  observe: (zone) => ({
    fr: `${zone} observe : Battant décide et n'envoie rien. Une lumière gardée éteinte est rendue.`,
    en: `${zone} observes: Battant decides and sends nothing. A light kept off is given back.`,
  }),
  off: (zone) => ({
    fr: `La règle est arrêtée dans ${zone}. Une lumière gardée éteinte est rendue.`,
    en: `The rule is off in ${zone}. A light kept off is given back.`,
  }),
};

/** Nobody else writes a file that no hub goes by. */
const byHand = ({ buildingFile, dataDir }: Place, zone: string, mode: Mode): Sentence => {
  const lines = `  zones:\n    ${zone}:\n      daylight:\n        mode: ${mode}\n`;
  const check = commandOn(dataDir, "check-config");
  return {
    fr: `Aucun boîtier ne tourne sur ${dataDir}. Écrivez vous-même dans ${buildingFile} :\n\n${lines}\nPuis : ${check}\n`,
    en: `No hub runs on ${dataDir}. Write it yourself in ${buildingFile}:\n\n${lines}\nThen: ${check}\n`,
  };
};
