import { createReadStream } from "node:fs";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { compare, signalsOf } from "../backtest/compare.ts";
import { type CsvFacts, readCsv, UnusableCsv } from "../backtest/csv.ts";
import { createHistory, type Facts, type Past } from "../backtest/history.ts";
import type { Answer, History, Question } from "../backtest/question.ts";
import type { Language } from "../domain/sentence.ts";
import { asData, asText, csvProblems, nothingOf, type Told } from "./backtest-words.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import type { WallClock } from "./times.ts";

/** `battant backtest`: what other settings would have done here, before anything is switched. */

export type BacktestRequest = Omit<Question, "prices"> & {
  readonly prices: Question["prices"];
  readonly csv: string | undefined;
  readonly asJson: boolean;
};

export type BacktestKnown = {
  /** None if the hub has no journal that can be read. */
  readonly past: Past | undefined;
  readonly wallClock: WallClock;
  readonly language: Language;
};

export const runBacktest = async (
  request: BacktestRequest,
  known: BacktestKnown,
  io: Io,
): Promise<ExitCode> => {
  const source = request.csv === undefined ? ofJournal(request, known) : ofCsv(request, known);
  let answer: Answer;
  try {
    answer = await compare(source.readings, request);
  } catch (problem) {
    const told = problemWith(request.csv, problem, known.language);
    if (told === undefined) throw problem;
    await io.err(`${told}\n`);
    return EXIT.problems;
  }
  const { language, wallClock } = known;
  const told: Told = { answer, request, facts: source.facts, language, wallClock };
  if (source.csv !== undefined) await io.err(csvProblems(source.csv, language));
  if (answer.zones.every(({ readings }) => readings === 0)) {
    await io.err(nothingOf(told, source.csv));
    return EXIT.problems;
  }
  await io.out(request.asJson ? json(asData(told)) : asText(told));
  return EXIT.ok;
};

type Source = {
  readonly readings: History;
  readonly facts: Facts | undefined;
  readonly csv: CsvFacts | undefined;
};

const ENDLESS = instant(Number.MAX_SAFE_INTEGER);

const ofJournal = (request: BacktestRequest, { past }: BacktestKnown): Source => {
  const range = { from: request.from ?? instant(0), to: request.to ?? ENDLESS };
  const read = createHistory(past ?? nothing, request.zones.flatMap(signalsOf), range);
  return { ...read, csv: undefined };
};

const nothing = (): undefined => undefined;

const ofCsv = ({ csv, zones }: BacktestRequest, { wallClock }: BacktestKnown): Source => {
  const [only] = zones;
  const { readings, facts } = readCsv(createReadStream(csv ?? "", "utf8"), {
    timeOf: timesOf(wallClock),
    sensor: zones.length === 1 ? only?.plan.lightSensor : undefined,
  });
  return { readings, facts: undefined, csv: facts };
};

/** A file says when, not how long ago. */
const timesOf =
  (wallClock: WallClock) =>
  (text: string): Instant | undefined =>
    /^\d{4}-/.test(text) ? wallClock.read(text, instant(0)) : undefined;

const problemWith = (
  csv: string | undefined,
  problem: unknown,
  language: Language,
): string | undefined => {
  if (problem instanceof UnusableCsv) return `${csv}: ${problem.sentence[language]}.`;
  const isOfFile = problem instanceof Error && "code" in problem && "path" in problem;
  if (csv === undefined || !isOfFile) return undefined;
  const code = String(problem.code);
  return language === "fr" ? `${csv} ne se lit pas (${code}).` : `${csv} cannot be read (${code}).`;
};
