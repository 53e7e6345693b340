import type { Command } from "commander";
import { instant } from "@battant/protocol/vocabulary/units";
import { LIGHT_MINUTES_MAX, type LightView, type LinkView } from "../../api/light.ts";
import { signDrawing, signInTerminal } from "../desk/light-sign.ts";
import type { Language } from "../domain/sentence.ts";
import { type Common, type Done, group, subcommand } from "./command.ts";
import { EXIT, type ExitCode, json, languageOf } from "./io.ts";
import { misunderstood } from "./replies.ts";
import { createWallClock } from "./times.ts";
import { withZone, type ZoneHubParts } from "./zone-hub.ts";

/** `battant light`: ask for light in a zone, hand it back, and the link behind the zone's sign. */

export type AskOptions = Common & { readonly minutes?: string; readonly handBack?: boolean };
export type LinkOptions = Common & {
  readonly renew?: boolean;
  readonly svg?: string;
  readonly address?: string;
};

export type LightHandlers = {
  askForLight(zone: string, options: AskOptions): Promise<ExitCode>;
  showLightLink(zone: string, options: LinkOptions): Promise<ExitCode>;
};

export const addLight = (program: Command, handlers: LightHandlers, done: Done): void => {
  const light = group(
    program,
    "light",
    "ask for light: light ZONE, light ZONE --hand-back, light link",
  );
  subcommand(light, "ask", "no rule keeps the light off for a while (light ZONE says it, too)", {
    isDefault: true,
  })
    .argument("<zone>", "the zone, as the building file names it")
    .option("--minutes <n>", `for so long from now on, 1 to ${LIGHT_MINUTES_MAX} (default: 15)`)
    .option("--hand-back", "what was asked for on a page or here is no longer wanted")
    .addHelpText(
      "after",
      "\nIt switches nothing on, and never ends what the wall switch gave." +
        "\nExample: battant light stairwell-a --minutes 30",
    )
    .action(async (zone: string, options) => done(await handlers.askForLight(zone, options)));
  subcommand(light, "link", "where the code on a zone's sign leads, and the code itself")
    .argument("<zone>", "the zone, as the building file names it")
    .option("--renew", "another code: signs that were printed lead nowhere from now on")
    .option("--svg <file>", "write the code there, as a picture")
    .option("--address <url>", "where phones find this hub (default: its likeliest address)")
    .addHelpText("after", "\nExample: battant light link stairwell-a --address battant.local")
    .action(async (zone: string, options) => done(await handlers.showLightLink(zone, options)));
};

export type LightParts = ZoneHubParts & {
  /** Somebody sees what is printed. */
  readonly isTerminal: () => boolean;
  readonly writeFile: (path: string, text: string) => Promise<void>;
};

const MINUTES = 15;

export const createLightHandlers = (parts: LightParts): LightHandlers => ({
  askForLight: (name, { data, json: asJson = false, minutes: text, handBack = false }) => {
    const minutes = text === undefined ? MINUTES : Number(text);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > LIGHT_MINUTES_MAX) {
      return misunderstood(`--minutes is a whole number from 1 to ${LIGHT_MINUTES_MAX}.`, parts.io);
    }
    if (handBack && text !== undefined) {
      return misunderstood(
        "--minutes asks for light, --hand-back hands it back: one of both.",
        parts.io,
      );
    }
    return withZone(parts, { name, data, asJson }, async (hub, zone) => {
      const view = await (handBack ? hub.handBackLight(zone) : hub.askForLight(zone, { minutes }));
      await parts.io.out(asJson ? json(view) : `${saidOf(view, languageOf(parts.io))}\n`);
      return EXIT.ok;
    });
  },
  showLightLink: (name, { data, json: asJson = false, renew = false, svg, address }) =>
    withZone(parts, { name, data, asJson }, async (hub, zone) => {
      const link = await (renew ? hub.renewLightLink(zone, address) : hub.lightLink(zone, address));
      if (svg !== undefined) {
        const problem = await written(parts, svg, link);
        if (problem !== undefined) {
          await parts.io.err(`${svg} could not be written: ${problem}\n`);
          return EXIT.problems;
        }
      }
      await parts.io.out(asJson ? json(link) : linkText(link, { ...parts, svg }));
      return EXIT.ok;
    }),
});

const written = async (
  { writeFile }: LightParts,
  path: string,
  { address }: LinkView,
): Promise<string | undefined> => {
  try {
    await writeFile(path, `${signDrawing(address)}\n`);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
};

type Shown = Pick<LightParts, "isTerminal"> & { readonly svg: string | undefined };

const linkText = ({ address }: LinkView, { isTerminal, svg }: Shown): string =>
  isTerminal() && svg === undefined ? `${signInTerminal(address)}${address}\n` : `${address}\n`;

const saidOf = (view: LightView, language: Language): string => {
  const { name, override_until: until, override_by: by, why, timezone } = view;
  if (until === null || by === null) return `${name}: ${why[language]}`;
  const clock = createWallClock(timezone).local(instant(until)).slice(11, 16);
  return SAID[language][by](name, clock);
};

const SAID = {
  fr: {
    page: (name: string, clock: string) => `${name} : lumière demandée jusqu'à ${clock}.`,
    "wall-switch": (name: string, clock: string) =>
      `${name} : quelqu'un a appuyé sur l'interrupteur, lumière jusqu'à ${clock}.`,
  },
  en: {
    page: (name: string, clock: string) => `${name}: light is asked for until ${clock}.`,
    "wall-switch": (name: string, clock: string) =>
      `${name}: somebody pressed the wall switch, light until ${clock}.`,
  },
};
