import type { Command } from "commander";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Sentence } from "../../api/contract.ts";
import type { ObservationView } from "../../api/observation.ts";
import type { Language } from "../domain/sentence.ts";
import type { Site } from "../domain/site.ts";
import { observationQuestion } from "../observation/ask.ts";
import { observationView } from "../observation/view.ts";
import { anyZoneAsked } from "./asked.ts";
import { type Common, type Done, subcommand } from "./command.ts";
import { EXIT, type ExitCode, type Io, json, languageOf } from "./io.ts";
import { observationText } from "./observation-text.ts";
import { type Place, siteOf, type WithPlace } from "./place.ts";
import { misunderstood, noPlan, unreadable } from "./replies.ts";

/** `battant observation`: what zones would have done, beside what was so. */

export type ObservationHandlers = {
  showObservation(options: Common & { zone?: string }): Promise<ExitCode>;
};

export const addObservation = (
  program: Command,
  handlers: ObservationHandlers,
  done: Done,
): void => {
  subcommand(program, "observation", "what zones in observation would have done, day by day")
    .option("--zone <id>", "of this zone only")
    .addHelpText(
      "after",
      "\nThe latest 14 days that are known well enough. battant mode makes a zone act.",
    )
    .action(async (options) => done(await handlers.showObservation(options)));
};

export const createObservationHandler = (io: Io, withPlace: WithPlace): ObservationHandlers => ({
  showObservation: ({ data, zone: name, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const site = siteOf(place);
      if (site === undefined) return noPlan(place, "which zones there are", io);
      const zone = anyZoneAsked(name, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      if (place.journal.kind === "unreadable") return unreadable(place.journal, io);
      const views = viewsOf(site, place, zone.value);
      const language = languageOf(io);
      if (asJson) await io.out(json(views));
      else if (views.length === 0) await io.out(`${NOTHING[language]}\n`);
      else await io.out(views.map((view) => observationText(view, language)).join("\n"));
      return EXIT.ok;
    }),
});

const NOTHING: { readonly [language in Language]: Sentence[Language] } = {
  fr: "Aucune zone n'est en observation, et aucune ne l'a été.",
  en: "No zone is in observation, and none ever was.",
};

/** Of those that observe or once did; of the one that was asked for, in any case. */
const viewsOf = (
  site: Site,
  { journal, buildingNow }: Place,
  asked: ZoneId | undefined,
): readonly ObservationView[] =>
  [...site.zones.values()]
    .filter(({ id }) => asked === undefined || id === asked)
    .map((plan) => {
      const question = observationQuestion(site, plan, buildingNow);
      const found = journal.kind === "open" ? journal.observation(question) : undefined;
      return observationView(found, plan, site);
    })
    .filter(({ mode, figures }) => asked !== undefined || mode === "observe" || figures !== null);
