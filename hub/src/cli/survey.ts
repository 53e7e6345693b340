import type { Command } from "commander";
import type { SpanView, SurveyView } from "../../api/survey.ts";
import { ZONE_KIND_NAMES } from "../config/zone-kinds.ts";
import type { Language } from "../domain/sentence.ts";
import { wordsIn } from "../survey/words.ts";
import { type Common, type Done, subcommand } from "./command.ts";
import type { ExitCode } from "./io.ts";
import { table, wrapped } from "./table.ts";

/** `battant survey`: whether daylight switching would pay, before anything is bought. */

export type SurveyOptions = Common & {
  readonly zone?: string;
  readonly kind?: string;
  readonly target?: string;
  readonly location?: string;
  readonly reading?: readonly string[];
  readonly loadW?: string;
  readonly burning?: string;
  readonly price?: string;
  readonly boxW?: string;
  readonly cost?: string;
};

export type SurveyHandlers = { showSurvey(options: SurveyOptions): Promise<ExitCode> };

const KINDS = ZONE_KIND_NAMES.join(", ");

export const addSurvey = (program: Command, handlers: SurveyHandlers, done: Done): void => {
  subcommand(
    program,
    "survey",
    "before buying anything: would daylight switching pay here? From a few readings of a lux-meter",
  )
    .option(
      "--reading <in:out>",
      "lx on the floor, lights off, and outside; for each place",
      listed,
    )
    .option("--zone <id>", "a zone of the building file, which knows its target and its lamps")
    .option("--kind <kind>", `another place: ${KINDS}`)
    .option("--target <lx>", "what its floor needs (default: what the law asks of its kind)")
    .option(
      "--location <lat,long>",
      "where that is, in degrees (default: as the building file says)",
    )
    .option("--load-W <watts>", "what the lamps draw that would be switched")
    .option("--burning <how>", "always, day (sun up), or by timer or detector a day: 45min, 6h")
    .option("--price <euros>", "per kWh (default: the building file's latest)")
    .option("--cost <euros>", "what the hardware and its fitting would cost")
    .option(
      "--box-W <watts>",
      "what Battant itself would draw (default: the building file's, or 6)",
    )
    .addHelpText(
      "after",
      "\nMeasure on an overcast day around noon, inside and outside within a few minutes. Where the" +
        "\nlamps cannot be switched off, say what they give alone by night: --reading 210:9500:90." +
        "\nAt a terminal it asks for what is missing." +
        "\nExample: battant survey --kind hall --location 47.24,6.02 --reading 190:9500" +
        "\n         --reading 230:9400 --load-W 108 --price 0.194 --cost 150",
    )
    .action(async (options: SurveyOptions) => done(await handlers.showSurvey(options)));
};

const listed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

type Told = { readonly title: string; readonly language: Language };

export const surveyText = (view: SurveyView, { title, language }: Told): string => {
  const words = WORDS[language];
  const block = (head: string, sentences: readonly SurveyView["headline"][]): string =>
    `${head}\n${sentences.map((it) => `  · ${wrapped(it[language], 4)}\n`).join("")}`;
  return [
    `${title}\n\n${wrapped(view.headline[language], 0)}\n`,
    `${figures(view, language)}`,
    block(words.reasons, view.reasons),
    block(words.doubts, view.doubts),
  ].join("\n");
};

const figures = (view: SurveyView, language: Language): string => {
  const words = WORDS[language];
  const say = wordsIn(language);
  const { net_EUR, box_EUR, payback_years: payback } = view;
  const isChoice = view.places.length > 1;
  const withEuros = (energy: string, euros: SpanView | null): string =>
    euros === null ? energy : `${energy}, ${say.euros(euros)}`;
  const places = view.places.map(({ daylightFactor, isDarkest }, index) => [
    words.place(index + 1),
    daylightFactor === null ? words.tooBright : say.factor(daylightFactor),
    isDarkest && isChoice ? words.decides : "",
  ]);
  const year = [
    [words.enough, say.hours(view.enough_h)],
    [words.avoided, say.hours(view.avoided_h)],
    [words.saved, say.kWh(view.saved_kWh)],
    [words.box, withEuros(say.kWh(only(view.box_kWh)), box_EUR === null ? null : only(box_EUR))],
    [words.net, withEuros(say.kWh(view.net_kWh), net_EUR)],
    ...(payback === null ? [] : [[words.payback, paybackText(payback, language)]]),
  ];
  return `${table(words.places, places)}\n${table([words.year, ""], year)}`;
};

const only = (value: number): SpanView => ({ from: value, to: value });

const paybackText = (
  { best, worst }: NonNullable<SurveyView["payback_years"]>,
  language: Language,
): string => {
  const { never, atBest, to } = WORDS[language];
  const { years, number } = wordsIn(language);
  if (best === null) return never;
  if (worst === null) return `${years(best)} ${atBest}`;
  return best === worst ? years(best) : `${number(best)} ${to} ${years(worst)}`;
};

const WORDS = {
  fr: {
    places: ["ENDROIT", "FACTEUR DE JOUR", ""],
    place: (number: number) => String(number),
    tooBright: "écarté : ciel trop clair",
    decides: "le plus sombre : il décide",
    year: "EN UN AN",
    enough: "le jour seul suffit",
    avoided: "éclairage évité",
    saved: "énergie évitée",
    box: "Battant lui-même",
    net: "reste",
    payback: "amortissement",
    never: "jamais",
    atBest: "au mieux",
    to: "à",
    reasons: "Pourquoi",
    doubts: "Ce qui n'est pas sûr",
  },
  en: {
    places: ["PLACE", "DAYLIGHT FACTOR", ""],
    place: (number: number) => String(number),
    tooBright: "set aside: sky too bright",
    decides: "the darkest: it decides",
    year: "IN A YEAR",
    enough: "daylight alone is enough",
    avoided: "light avoided",
    saved: "energy avoided",
    box: "Battant itself",
    net: "remains",
    payback: "payback",
    never: "never",
    atBest: "at best",
    to: "to",
    reasons: "Why",
    doubts: "What is not certain",
  },
} as const;
