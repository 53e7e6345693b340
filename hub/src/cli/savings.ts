import type { Language } from "../domain/sentence.ts";
import type { Site } from "../domain/site.ts";
import { netSentences, type Sentence } from "../evidence/sentences.ts";
import { wordsIn } from "../evidence/words.ts";
import type { Proof } from "../proof/question.ts";
import { savingsView } from "../proof/view.ts";
import type { SavingsView } from "../../api/contract.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { openedTable, writeTable } from "./savings-rows.ts";
import { printable, wrapped } from "./table.ts";
import type { WallClock } from "./times.ts";

/** `battant savings`: how long lights burned in full daylight, and what was saved of it. */

export type Telling = {
  readonly site: Site;
  readonly clock: WallClock;
  readonly language: Language;
  readonly format: "text" | "csv" | "excel" | "json";
  readonly withRows: boolean;
};

export const showSavings = async (proof: Proof, telling: Telling, io: Io): Promise<ExitCode> => {
  const { language, format, clock } = telling;
  if (!proof.ok) {
    const since = proof.first === undefined ? undefined : clock.local(proof.first).slice(0, 16);
    await io.err(`${NOTHING(since)[language]}\n`);
    return EXIT.ok;
  }
  const views = viewsOf(proof, telling);
  if (format === "json") await io.out(json(asData(proof, views, telling)));
  else if (format === "text") await io.out(asText(proof, views, telling));
  else await io.out(writeTable(views, { format, clock, withRows: telling.withRows }));
  return EXIT.ok;
};

type Known = Proof & { readonly ok: true };

const viewsOf = ({ zones }: Known, { site }: Telling): readonly SavingsView[] =>
  zones.map((zone) => {
    const mode = site.zones.get(zone.zone)?.daylight.mode ?? "off";
    return savingsView(zone, { timezone: site.timezone, mode });
  });

const NOTHING = (since: string | undefined): Sentence =>
  since === undefined
    ? {
        fr: "Rien n'est encore noté. Le boîtier note tout ce qu'il faut de lui-même, dès qu'une zone a un circuit.",
        en: "Nothing has been noted yet. The hub notes all it takes by itself, once a zone has a circuit.",
      }
    : {
        fr: `Rien n'est noté pour cette période ; les notes commencent le ${since}.`,
        en: `Nothing was noted in this time; the notes begin on ${since}.`,
      };

const asText = (proof: Known, views: readonly SavingsView[], telling: Telling): string => {
  const { site, language } = telling;
  const { timezone } = site;
  const period = wordsIn(language, timezone).period(proof.range);
  const head = language === "fr" ? "Lumière et économies" : "Light and savings";
  const parts = views.map((view) => zoneText(view, telling));
  const { net } = proof;
  if (net !== undefined) {
    const sentences = [...netSentences(net, timezone), ...hints(telling)];
    parts.push(section(language === "fr" ? "L'immeuble" : "The building", sentences, language));
  }
  return `${head}, ${period}\n\n${parts.join("\n")}`;
};

const zoneText = (view: SavingsView, telling: Telling): string => {
  const { site, language, withRows } = telling;
  const name = site.zones.get(view.zone as never)?.name ?? view.zone;
  const title = name === view.zone ? name : `${name} (${view.zone})`;
  const sentences = [view.headline, ...(view.missing === null ? [] : [view.missing])];
  const method = view.method.map((sentence) => line(sentence, language));
  const opened = withRows ? `\n${openedTable(view, telling)}` : "";
  return `${section(title, sentences, language)}\n${method.join("")}${opened}`;
};

const section = (title: string, sentences: readonly Sentence[], language: Language): string =>
  `${printable(title)}\n${sentences.map((sentence) => line(sentence, language)).join("")}`;

const line = (sentence: Sentence, language: Language): string =>
  `  ${wrapped(sentence[language], 2)}\n`;

/** What the building file could still say. */
const hints = ({ site }: Telling): readonly Sentence[] => {
  const found: Sentence[] = [];
  if (site.energy?.box === undefined) {
    found.push({
      fr: "Ce que le boîtier consomme n'est pas dit : ajoutez `energy: { box_W: 6 }` au fichier de l'immeuble.",
      en: "What the box itself draws is not said: add `energy: { box_W: 6 }` to the building file.",
    });
  }
  if (site.energy === undefined || site.energy.prices.length === 0) {
    found.push({
      fr: "Aucun prix : ajoutez sous `energy:` une ligne `prices: [{ from: 2026-01-01, eur_per_kWh: 0.2516 }]`.",
      en: "No price: add a line `prices: [{ from: 2026-01-01, eur_per_kWh: 0.2516 }]` below `energy:`.",
    });
  }
  return found;
};

const asData = (proof: Known, views: readonly SavingsView[], { clock, site }: Telling): object => {
  const { net, range } = proof;
  return {
    from: clock.iso(range.from),
    to: clock.iso(range.to),
    zones: views,
    building:
      net === undefined
        ? null
        : {
            saved: net.gross,
            own: net.own,
            net: net.net,
            without: net.without,
            method: netSentences(net, site.timezone),
          },
  };
};
