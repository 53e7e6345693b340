import { relative } from "node:path";
import type { Configuration } from "../config/read.ts";
import type { Language } from "../domain/sentence.ts";
import { EXIT, type ExitCode, type Io, json } from "./io.ts";
import { count, wrapped } from "./table.ts";

/** `battant check-config`: everything that is wrong in a building file, or what it describes. */

export type Checked = { readonly file: string; readonly configuration: Configuration };

export const checkConfig = async (
  { file, configuration }: Checked,
  io: Io,
  { asJson, language }: { readonly asJson: boolean; readonly language: Language },
): Promise<ExitCode> => {
  if (asJson) await io.out(json(asData(file, configuration)));
  else await io.out(verdictOn(file, configuration, language));
  return configuration.ok ? EXIT.ok : EXIT.problems;
};

const asData = (file: string, configuration: Configuration): object =>
  configuration.ok
    ? {
        file,
        ok: true,
        building: configuration.site.building,
        zones: configuration.site.zones.size,
        boards: configuration.site.boards.size,
        problems: [],
      }
    : { file, ok: false, problems: configuration.problems };

const PROBLEMS_SHOWN_MAX = 40;

/** The whole verdict on a building file, as people read it. */
export const verdictOn = (
  file: string,
  configuration: Configuration,
  language: Language,
): string => {
  const french = language === "fr";
  const name = nameOf(file);
  if (configuration.ok) {
    const { site } = configuration;
    const zones = site.zones.size;
    const boards = site.boards.size;
    return french
      ? `${name} est bon : « ${site.name} », ${zones} zone${pluriel(zones)}, ${boards} carte${pluriel(boards)}.\n`
      : `${name} is good: "${site.name}", ${count(zones, "zone")}, ${count(boards, "board")}.\n`;
  }
  const { problems } = configuration;
  const many = problems.length;
  const head = french
    ? `${name} est refusé, ${many} problème${pluriel(many)} :\n`
    : `${name} was refused, ${count(many, "problem")}:\n`;
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX).map(({ line, column, path, message }) => {
    const place = french ? `ligne ${line}` : `line ${line}`;
    return `\n  ${`${place}:${column}`.padEnd(14)}${path}\n    ${wrapped(message[language], 4)}\n`;
  });
  const rest = many - shown.length;
  const more = french ? `\n  … et ${rest} de plus.\n` : `\n  … and ${rest} more.\n`;
  return head + shown.join("") + (rest > 0 ? more : "");
};

/** In French nothing is singular, in English it is plural. */
const pluriel = (many: number): string => (many > 1 ? "s" : "");

/** The shorter of the two ways to write the path. */
const nameOf = (file: string): string => {
  const here = relative("", file);
  return here === "" || here.startsWith("..") ? file : here;
};
