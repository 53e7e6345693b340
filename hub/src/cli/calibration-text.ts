import { instant } from "@battant/protocol/vocabulary/units";
import type { CalibrationView } from "../../api/calibration.ts";
import type { Sentence } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";
import { commandOn } from "./next-step.ts";
import { printable, table, wrapped } from "./table.ts";
import type { WallClock } from "./times.ts";

/** A zone's calibration as a terminal shows it: what is, what was measured, what to do next. */

export type Telling = {
  readonly language: Language;
  readonly clock: WallClock;
  readonly dataDir: string;
};

export const calibrationText = (view: CalibrationView, telling: Telling): string => {
  const { language } = telling;
  const words = WORDS[language];
  const say = (sentence: Sentence): string => `${wrapped(sentence[language], 0)}\n`;
  const name = view.name === view.zone ? view.zone : `${view.name} (${view.zone})`;
  return [
    `${words.title} ${printable(name)}\n\n`,
    `${words.sensor}: ${view.sensor.illuminance_lx ?? "-"} lx. `,
    say(view.sensor.about),
    `${words.lamps}: ${lampsOf(view, telling)}\n`,
    ...view.alarms.map(({ about, todo }) => `\n! ${say(about)}  → ${say(todo)}`),
    `\n${pointsOf(view, telling)}`,
    `\n${nightOf(view, telling)}`,
    `\n${words.file}: floor_factor ${view.file.floorFactor}, luminaire_contribution_lx ` +
      `${view.file.luminaireContribution_lx ?? words.unknown}\n`,
    view.refined === null ? "" : say(view.refined.about),
    ...view.notes.map((note) => `\n${say(note)}`),
    `\n→ ${wrapped(view.next[language], 2)}\n`,
    ...commandsFor(view, telling).map((command) => `  ${command}\n`),
  ].join("");
};

const lampsOf = ({ lamps }: CalibrationView, { language }: Telling): string => {
  const words = WORDS[language];
  if (lamps.lit === null) return words.lampsUnknown;
  return lamps.lit ? words.on : words.off;
};

const pointsOf = (view: CalibrationView, { language, clock }: Telling): string => {
  const words = WORDS[language];
  if (view.points.length === 0) return `${words.noPoint}\n`;
  const rows = view.points.map((it) => [
    clock.local(instant(it.at)).slice(0, 16),
    `${it.floor_lx} lx`,
    `${it.sensor_lx} lx`,
    String(it.factor),
    printable(it.who),
  ]);
  const kept =
    view.factor === null
      ? ""
      : `${words.factor} ${view.factor.value}. ${view.factor.why[language]}`;
  return `${table(words.pointHead, rows)}${wrapped(kept, 0)}\n`;
};

const nightOf = ({ contribution: it }: CalibrationView, { language, clock }: Telling): string => {
  const words = WORDS[language];
  if (it === null) return `${words.noToggle}\n`;
  const day = (at: number): string => clock.local(instant(at)).slice(0, 10);
  const found = `${it.mean_lx} ± ${it.sigma_lx} lx, n = ${it.count}, ${day(it.from)} – ${day(it.to)}`;
  return `${words.contribution}: ${found}${it.isEnough ? "" : ` ${words.notEnough}`}\n`;
};

/** To be copied, where the next thing is done here. */
const commandsFor = (view: CalibrationView, { dataDir }: Telling): readonly string[] => {
  const { zone, contribution, points, file } = view;
  if (points.length === 0) return [commandOn(dataDir, `calibration ${zone} --point LX`)];
  if (contribution?.isEnough === true && !file.isWritten) {
    return [commandOn(dataDir, `calibration ${zone} --write`)];
  }
  return view.refined?.isOffered === true
    ? [commandOn(dataDir, `calibration ${zone} --write-refined`)]
    : [];
};

const WORDS = {
  fr: {
    title: "Étalonnage de",
    sensor: "Capteur",
    lamps: "Lampes",
    on: "allumées",
    off: "éteintes",
    lampsUnknown: "le boîtier ne les voit pas",
    noPoint: "Aucun point au luxmètre.",
    pointHead: ["quand", "sol", "capteur", "facteur", "par"],
    factor: "Facteur",
    noToggle: "Aucune commutation mesurée de nuit.",
    contribution: "Les lampes ajoutent",
    notEnough: "(encore trop peu)",
    file: "Fichier",
    unknown: "inconnu",
  },
  en: {
    title: "Calibration of",
    sensor: "Sensor",
    lamps: "Lamps",
    on: "on",
    off: "off",
    lampsUnknown: "the hub does not see them",
    noPoint: "No point measured with a lux-meter.",
    pointHead: ["when", "floor", "sensor", "factor", "by"],
    factor: "Factor",
    noToggle: "No toggle measured by night.",
    contribution: "The lamps add",
    notEnough: "(still too few)",
    file: "File",
    unknown: "unknown",
  },
} as const satisfies { readonly [language in Language]: unknown };
