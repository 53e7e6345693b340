import type { SelfTest } from "@battant/cable/self-test";
import type { WalkEvent } from "@battant/cable/walk";
import { QUANTITIES, isQuantity } from "@battant/protocol/vocabulary/quantity";
import type { SensorView } from "../../../api/contract.ts";
import type { Language } from "../../domain/sentence.ts";
import { percent, printable, table } from "../table.ts";
import { troubleText } from "./troubles.ts";
import { FLASH_WORDS, type SelfTestWords } from "./words.ts";
import type { Workshop } from "./workshop.ts";

/** A walk as the terminal shows it: a line for each step, one that moves while it is written. */

export type Showing = {
  readonly tell: (event: WalkEvent) => void;
  /** Once everything was shown. */
  end(): Promise<void>;
  selfTest(): SelfTest | undefined;
};

export const showWalk = ({ terminal, language }: Workshop): Showing => {
  const words = FLASH_WORDS[language];
  let shown = Promise.resolve();
  let latest: SelfTest | undefined;
  let isTableDue = false;
  const say = (line: string): void => {
    shown = shown.then(() => terminal.say(line));
  };
  /** What changes while it is tested is shown as it ended. */
  const sayTest = (): void => {
    if (isTableDue && latest !== undefined) say(selfTestTable(latest, language).trimEnd());
    isTableDue = false;
  };
  const tell = (event: WalkEvent): void => {
    switch (event.kind) {
      case "step":
        if (event.step !== "self-test") sayTest();
        return say(words.steps[event.step]);
      case "chip": {
        const { name, flashSize, mac } = event.chip;
        return say(words.chip(printable(name), Math.round(flashSize / 2 ** 20), spelled(mac)));
      }
      case "board":
        return say(words.board(event.board, event.isKnown));
      case "progress":
        return terminal.progress(words.progress(event.progress));
      case "retry":
        return say(words.retry(event.region, printable(event.reason)));
      case "note":
        return say(words.pressEn);
      case "self-test":
        latest = event.result;
        isTableDue = true;
        return undefined;
      case "trouble":
        sayTest();
        return say(troubleText(event.trouble, language).trimEnd());
    }
  };
  return {
    tell,
    end: async () => {
      sayTest();
      await shown;
    },
    selfTest: () => latest,
  };
};

const spelled = (mac: string): string => mac.replace(/(..)(?=.)/g, "$1:");

export const selfTestTable = (test: SelfTest, language: Language): string => {
  const words = FLASH_WORDS[language].selfTest;
  const verdict = (isGood: boolean): string => (isGood ? words.good : words.bad);
  const { signal, hubProblem } = test;
  const rows = [
    [words.program, `${test.program}, ${test.model}`, ""],
    [words.memory, words.free(percent(test.variablesFree, test.variables)), ""],
    // Without Wi-Fi, yet with its hub: an interpreter on Linux, as in a simulation.
    ["Wi-Fi", signal === undefined ? words.notConnected : `${signal} dBm`, ""],
    [words.hub, hubProblem ?? words.reached, verdict(hubProblem === undefined)],
    ...test.buses.map((bus) => busRow(bus, words)),
    ...test.sensors.map(({ sensor, answer, isGood }) => [sensor, answer, verdict(isGood)]),
  ];
  return table(
    words.head.map((it, i) => (i === 0 ? `  ${it}` : it)),
    rows.map((row) => row.map((it, i) => (i === 0 ? `  ${printable(it)}` : printable(it)))),
  );
};

const busRow = (
  { sda, scl, addresses }: SelfTest["buses"][number],
  words: SelfTestWords,
): string[] => [
  words.bus,
  `SDA ${sda}, SCL ${scl}${words.colon}${
    addresses.map((it) => `0x${it.toString(16)}`).join(", ") || words.nobody
  }`,
  addresses.length > 0 ? words.good : words.bad,
];

const SOMEBODY: { readonly [language in Language]: readonly [nobody: string, somebody: string] } = {
  fr: ["personne", "quelqu'un"],
  en: ["nobody", "somebody"],
};

/** `412,5 lx`, `quelqu'un`. */
export const valueText = ({ quantity, value }: SensorView, language: Language): string => {
  if (value === null) return "?";
  if (quantity === "occupancy") return SOMEBODY[language][value === 0 ? 0 : 1];
  const unit = isQuantity(quantity) ? QUANTITIES[quantity].unit : "";
  return `${value.toLocaleString(language)} ${unit}`.trimEnd();
};
