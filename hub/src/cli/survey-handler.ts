import { Trouble } from "@battant/cable/trouble";
import type { SurveyRequest } from "../../api/survey.ts";
import type { Location, Site } from "../domain/site.ts";
import { factsOf } from "../survey/facts.ts";
import { answerSurvey } from "../survey/view.ts";
import { zoneAsked } from "./asked.ts";
import { findDataDir } from "./data-dir.ts";
import type { Terminal } from "./flash/workshop.ts";
import { EXIT, type ExitCode, type Io, json, languageOf } from "./io.ts";
import { buildingClock, siteOf, type WithPlace } from "./place.ts";
import { misunderstood, noPlan } from "./replies.ts";
import { type SurveyHandlers, type SurveyOptions, surveyText } from "./survey.ts";
import { type SurveyAsked, surveyAsked } from "./survey-asked.ts";
import { askLocation, askSurvey } from "./survey-questions.ts";
import { SURVEY_QUESTIONS } from "./survey-questions-words.ts";
import { printable } from "./table.ts";

/** From the words of `battant survey` to its verdict, with a building file or without any hub. */

type Parts = {
  readonly io: Io;
  readonly withPlace: WithPlace;
  readonly terminal: (isQuiet: boolean) => Terminal;
};

type Here = { readonly site: Site | undefined; readonly today: string };

const NOWHERE: Here = { site: undefined, today: "" };

export const createSurveyHandler = (parts: Parts): SurveyHandlers => ({
  showSurvey: async (options) => {
    const { io, withPlace } = parts;
    const asked = surveyAsked(options);
    if (!asked.ok) return misunderstood(asked.problem, io);
    const answer = (here: Here): Promise<ExitCode> => answerHere(options, asked.value, here, parts);
    try {
      if (!(await isAboutHub(options, io))) return await answer(NOWHERE);
      return await withPlace({ data: options.data, mayBeBroken: true }, async (place) => {
        const site = siteOf(place);
        if (site === undefined) return noPlan(place, "where the building stands", io);
        const zone = options.zone === undefined ? undefined : zoneAsked(options.zone, place);
        if (zone?.ok === false) return misunderstood(zone.problem, io);
        return answer({ site, today: buildingClock(place).local(place.buildingNow).slice(0, 10) });
      });
    } catch (problem) {
      if (!(problem instanceof Trouble)) throw problem;
      await io.err(`${SURVEY_QUESTIONS[languageOf(io)].stopped}\n`);
      return EXIT.problems;
    }
  },
});

/** A hub that is here says where it stands, unless another place was named. */
const isAboutHub = async ({ zone, data, location }: SurveyOptions, io: Io): Promise<boolean> => {
  if (zone !== undefined || data !== undefined) return true;
  return location === undefined && (await findDataDir(undefined, io)).ok;
};

const answerHere = async (
  options: SurveyOptions,
  asked: SurveyAsked,
  { site, today }: Here,
  { io, terminal: terminalFor }: Parts,
): Promise<ExitCode> => {
  const language = languageOf(io);
  const words = SURVEY_QUESTIONS[language];
  const terminal = terminalFor(options.json === true);
  const asking = { terminal, language, facts: factsOf(site, today) };
  let location = asked.location ?? site?.location;
  let { request } = asked;
  // Who gives readings has said all there is to say; the rest has its defaults.
  if (terminal.isInteractive && request.readings.length === 0) {
    location ??= await askLocation(asking);
    request = await askSurvey(request, { isBurningSaid: options.burning !== undefined }, asking);
  }
  if (location === undefined) return misunderstood(words.noHub, io);
  const missing = missingIn(request, site);
  if (missing.length > 0) return misunderstood(words.missing(missing.join(", ")), io);
  const answered = answerSurvey(request, { site, location, today });
  if (!answered.ok) return misunderstood(answered.problem[language], io);
  const title = words.title(titleOf(request, { site, location }));
  await io.out(
    options.json === true ? json(answered.value) : surveyText(answered.value, { title, language }),
  );
  return EXIT.ok;
};

const missingIn = (request: SurveyRequest, site: Site | undefined): readonly string[] => {
  const { zone, kind, target_lx, readings, load_W } = request;
  const known = [...(site?.zones.values() ?? [])].find(({ id }) => id === zone);
  return [
    ...(readings.length === 0 ? ["--reading"] : []),
    ...(zone === null && kind === null && target_lx === null ? ["--zone / --kind / --target"] : []),
    ...(load_W === null && known?.circuit?.load === undefined ? ["--load-W"] : []),
  ];
};

const titleOf = (
  { zone, kind, target_lx }: SurveyRequest,
  { site, location }: { readonly site: Site | undefined; readonly location: Location },
): string => {
  const known = [...(site?.zones.values() ?? [])].find(({ id }) => id === zone);
  const place = printable(known?.name ?? kind ?? `${target_lx} lx`);
  if (site !== undefined) return place;
  const { latitudeDeg, longitudeDeg } = location;
  return `${place} (${latitudeDeg}, ${longitudeDeg})`;
};
