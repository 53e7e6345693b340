import type { Command } from "commander";
import type { Sentence } from "../../api/contract.ts";
import type { ModeView } from "../../api/observation.ts";
import { zoneAsked } from "./asked.ts";
import { type Common, type Done, subcommand } from "./command.ts";
import { throughHub } from "./flash/hub-door.ts";
import { EXIT, type ExitCode, json, languageOf } from "./io.ts";
import { commandOn } from "./next-step.ts";
import type { Place } from "./place.ts";
import { misunderstood } from "./replies.ts";
import type { ZoneHubParts } from "./zone-hub.ts";

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

export const createModeHandler = ({ io, withPlace, fetch }: ZoneHubParts): ModeHandlers => ({
  setMode: (name, asked, { data, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const mode = MODES.find((it) => it === asked);
      if (mode === undefined) {
        return misunderstood(`${JSON.stringify(asked)} is no mode; say ${MODES.join(", ")}.`, io);
      }
      const zone = zoneAsked(name, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      const otherwise = (): Sentence => byHand(place, zone.value, mode);
      return throughHub(place, { io, asJson, fetch, otherwise }, async (hub) => {
        const view = await hub.setMode(zone.value, mode);
        await io.out(asJson ? json(view) : `${SAID[view.mode](view.zone)[languageOf(io)]}\n`);
        return EXIT.ok;
      });
    }),
});

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
