import {
  SURVEY_READINGS_MAX,
  type SurveyFactsView,
  type SurveyReading,
  type SurveyRequest,
} from "../../api/survey.ts";
import type { Language } from "../domain/sentence.ts";
import type { Location } from "../domain/site.ts";
import type { Asked } from "./asked.ts";
import { choose } from "./flash/choose.ts";
import type { Terminal } from "./flash/workshop.ts";
import { amountAsked, burningAsked, locationAsked, readingAsked } from "./survey-asked.ts";
import { SURVEY_QUESTIONS, type SurveyQuestions } from "./survey-questions-words.ts";
import { printable } from "./table.ts";

/** What a survey still has to know, asked of whoever sits there. What was said already is not. */

export type Asking = {
  readonly terminal: Terminal;
  readonly language: Language;
  readonly facts: SurveyFactsView;
};

export const askLocation = ({ terminal, language }: Asking): Promise<Location> =>
  askUntil(SURVEY_QUESTIONS[language].location, locationAsked, terminal);

export const askSurvey = async (
  request: SurveyRequest,
  { isBurningSaid }: { readonly isBurningSaid: boolean },
  asking: Asking,
): Promise<SurveyRequest> => {
  const { terminal, facts, language } = asking;
  const words = SURVEY_QUESTIONS[language];
  const isPlaceSaid = request.zone !== null || request.kind !== null || request.target_lx !== null;
  const place = isPlaceSaid ? {} : await askPlace(asking);
  const asked = { ...request, ...place };
  const known = facts.zones.find(({ zone }) => zone === asked.zone);
  const readings = asked.readings.length > 0 ? asked.readings : await askReadings(terminal, words);
  const load_W =
    asked.load_W ??
    (known?.load_W === undefined || known.load_W === null
      ? await askUntil(words.load, (text) => amountAsked("--load-W", text), terminal)
      : null);
  const burning = isBurningSaid ? {} : await askUntil(words.burning, burningTyped, terminal);
  const price_EURperKWh =
    asked.price_EURperKWh ??
    (facts.price_EURperKWh === null ? await askAmount("--price", words.price, terminal) : null);
  const cost_EUR = asked.cost_EUR ?? (await askAmount("--cost", words.cost, terminal));
  return { ...asked, ...burning, readings, load_W, price_EURperKWh, cost_EUR };
};

const askPlace = ({ terminal, facts, language }: Asking): Promise<Partial<SurveyRequest>> => {
  const words = SURVEY_QUESTIONS[language];
  const zones = facts.zones.map(({ zone, name, target_lx }) => ({
    value: { zone },
    name: zone,
    about: `${printable(name)}, ${target_lx} lx`,
  }));
  const kinds = facts.kinds.map(({ kind, target_lx }) => ({
    value: { kind },
    name: kind,
    about: `${words.kinds[kind] ?? kind}, ${target_lx} lx`,
  }));
  const choices: readonly {
    readonly value: Partial<SurveyRequest>;
    readonly name: string;
    readonly about: string;
  }[] = [...zones, ...kinds];
  const { places: title, whichPlace: question, noSuch } = words;
  return choose({ title, choices, question, noSuch }, terminal);
};

/** Until an empty line, or until there are as many as anybody needs. */
const askReadings = async (
  terminal: Terminal,
  words: SurveyQuestions,
): Promise<readonly SurveyReading[]> => {
  await terminal.say(words.howToMeasure);
  const readings: SurveyReading[] = [];
  while (readings.length < SURVEY_READINGS_MAX) {
    const text = (await terminal.ask(words.reading(readings.length + 1))).trim();
    if (text === "" && readings.length > 0) break;
    const asked = readingAsked(text);
    if (asked.ok) readings.push(asked.value);
    else await terminal.say(words.again);
  }
  return readings;
};

const burningTyped = (text: string) => burningAsked(text === "" ? "always" : text);

const askUntil = async <T>(
  question: string,
  understand: (text: string) => Asked<T>,
  terminal: Terminal,
): Promise<T> => {
  for (;;) {
    const asked = understand((await terminal.ask(question)).trim());
    if (asked.ok) return asked.value;
    await terminal.say(asked.problem);
  }
};

/** An empty line: nobody knows. */
const askAmount = (
  option: "--price" | "--cost",
  question: string,
  terminal: Terminal,
): Promise<number | null> =>
  askUntil(
    question,
    (text): Asked<number | null> =>
      text === "" ? { ok: true, value: null } : amountAsked(option, text),
    terminal,
  );
