import {
  type Instant,
  instant,
  type Lux,
  type Milliseconds,
} from "@battant/protocol/vocabulary/units";
import type { Language } from "../domain/sentence.ts";
import type { ZoneKind } from "../domain/site.ts";
import type { DecisionRecord } from "../ports.ts";
import type { Stopped } from "./answer.ts";
import type { Sequel } from "./around.ts";
import type { Moments } from "./moments.ts";
import type { Next, Trouble } from "./next.ts";

/** What comes next, or came, in one short sentence. */

export type About = {
  /** Seen from the instant that was asked about. */
  readonly moments: Moments;
  readonly zoneKind: ZoneKind | undefined;
  /** What people call the boards that the zone goes by. */
  readonly boards: { readonly sensor: string | undefined; readonly relay: string | undefined };
};

export type Words = {
  next(next: Next, about: About): string;
  /** `changed` says what was decided then. */
  sequel(
    sequel: Sequel | Stopped,
    moments: Moments,
    changed: (record: DecisionRecord) => string,
  ): string;
};

const french: Words = {
  next: (next, { moments, zoneKind, boards }) => {
    const isOutside = zoneKind === "outdoor-path";
    switch (next.kind) {
      case "on-if-dark": {
        const dusk = isOutside ? "à la tombée de la nuit" : "au coucher du soleil";
        const latest = next.latest && `, au plus tard ${dusk}, ${moments.at(whole(next.latest))}`;
        return `Rallumage permis après ${span(next.delay)} sous ${lx(next.below)}${latest ?? ""}.`;
      }
      case "on-if-somebody": {
        const dusk = isOutside ? "à la tombée de la nuit" : "au coucher du soleil";
        const latest = next.latest && `, au plus tard ${dusk}, ${moments.at(whole(next.latest))}`;
        return `La lumière revient dès que quelqu'un est vu${latest ?? ""}.`;
      }
      case "off-if-nobody":
        return `Extinction possible après au moins ${span(next.hold)} sans personne.`;
      case "look-at-detector":
        return "Regardez les détecteurs de présence de cette zone.";
      case "off-if-it-lasts":
        return `Sous ${lx(next.below)}, l'attente recommence.`;
      case "off-if-bright":
        return `Extinction possible après au moins ${span(next.delay)} au-dessus de ${lx(next.above)}.`;
      case "rule-resumes":
        return `Extinction possible au plus tôt ${moments.at(next.at)}, si le jour suffit.`;
      case "next-try":
        return "Si cela revient souvent, refaites l'étalonnage.";
      case "after-night": {
        const dawn = isOutside ? "à l'aube" : "au lever du soleil";
        return `Extinction possible au plus tôt ${dawn}${next.sunrise === undefined ? "" : `, ${moments.at(next.sunrise)}`}.`;
      }
      case "look":
        return TROUBLES.fr[next.at](boards);
    }
  },
  sequel: (sequel, moments, changed) => {
    switch (sequel.kind) {
      case "changed":
        return `${capital(moments.at(sequel.record.at))}, ${small(changed(sequel.record))}`;
      case "silence":
        return sequel.to === undefined
          ? `Rien n'est écrit depuis ${moments.bare(sequel.from)}.`
          : `Ensuite, rien n'est écrit avant ${moments.bare(sequel.to)} : le boîtier s'est arrêté.`;
      case "stopped":
        return `Le boîtier est arrêté depuis ${moments.bare(sequel.since)}.`;
      case "same":
        return "Cela n'a pas changé depuis.";
    }
  },
};

const english: Words = {
  next: (next, { moments, zoneKind, boards }) => {
    const isOutside = zoneKind === "outdoor-path";
    switch (next.kind) {
      case "on-if-dark": {
        const dusk = isOutside ? "nightfall" : "sunset";
        const latest =
          next.latest && `, at ${dusk} at the latest, ${moments.at(whole(next.latest))}`;
        return `Light is allowed again after ${span(next.delay)} below ${lx(next.below)}${latest ?? ""}.`;
      }
      case "on-if-somebody": {
        const dusk = isOutside ? "nightfall" : "sunset";
        const latest =
          next.latest && `, at ${dusk} at the latest, ${moments.at(whole(next.latest))}`;
        return `The light comes back as soon as somebody is seen${latest ?? ""}.`;
      }
      case "off-if-nobody":
        return `It may be kept off after at least ${span(next.hold)} without anybody.`;
      case "look-at-detector":
        return "Look at the presence detectors of this zone.";
      case "off-if-it-lasts":
        return `Below ${lx(next.below)}, the wait starts again.`;
      case "off-if-bright":
        return `It may be kept off after at least ${span(next.delay)} above ${lx(next.above)}.`;
      case "rule-resumes":
        return `It may be kept off ${moments.at(next.at)} at the earliest, if daylight is enough.`;
      case "next-try":
        return "If this comes back often, calibrate again.";
      case "after-night": {
        const dawn = isOutside ? "dawn" : "sunrise";
        return `It may be kept off at ${dawn} at the earliest${next.sunrise === undefined ? "" : `, ${moments.at(next.sunrise)}`}.`;
      }
      case "look":
        return TROUBLES.en[next.at](boards);
    }
  },
  sequel: (sequel, moments, changed) => {
    switch (sequel.kind) {
      case "changed":
        return `${capital(moments.at(sequel.record.at))}, ${small(changed(sequel.record))}`;
      case "silence":
        return sequel.to === undefined
          ? `Nothing has been written since ${moments.bare(sequel.from)}.`
          : `Nothing was written after that before ${moments.bare(sequel.to)}: the hub had stopped.`;
      case "stopped":
        return `The hub has been stopped since ${moments.bare(sequel.since)}.`;
      case "same":
        return "It has not changed since.";
    }
  },
};

export const WORDS: { readonly [language in Language]: Words } = { fr: french, en: english };

/** What to look at; as the guide to the decision log has it (docs/guides/decisions.md). */
const TROUBLES: {
  readonly [language in Language]: {
    readonly [trouble in Trouble]: (boards: About["boards"]) => string;
  };
} = {
  fr: {
    "no-circuit": () => "Reliez-en un dans le fichier de l'immeuble, s'il existe.",
    "no-light-sensor": () => "Posez-en un, puis nommez-le dans le fichier de l'immeuble.",
    "rule-off": () =>
      "Elle reprend quand le fichier de l'immeuble dit « mode: observe » ou « act ».",
    "clock-unknown": () => "Mettez le boîtier à l'heure, ou reliez-le une fois au réseau.",
    "relay-offline": ({ relay }) =>
      `Regardez l'alimentation et le Wi-Fi de la carte${named(relay, "fr")}.`,
    "sensor-offline": ({ sensor }) =>
      `Regardez l'alimentation et le Wi-Fi de la carte${named(sensor, "fr")}.`,
    "sensor-silent": ({ sensor }) =>
      `Regardez le câble du capteur de la carte${named(sensor, "fr")}.`,
    "sensor-stuck": ({ sensor }) => `Changez le capteur de la carte${named(sensor, "fr")}.`,
    "not-calibrated": () => "Mesurez-le de nuit : lampes allumées moins lampes éteintes.",
  },
  en: {
    "no-circuit": () => "Bind one in the building file, if there is one.",
    "no-light-sensor": () => "Hang one, and name it in the building file.",
    "rule-off": () => "It resumes when the building file says “mode: observe” or “act”.",
    "clock-unknown": () => "Set the hub's clock, or connect it to the network once.",
    "relay-offline": ({ relay }) =>
      `Look at the power and the Wi-Fi of the board${named(relay, "en")}.`,
    "sensor-offline": ({ sensor }) =>
      `Look at the power and the Wi-Fi of the board${named(sensor, "en")}.`,
    "sensor-silent": ({ sensor }) =>
      `Look at the cable of the sensor of the board${named(sensor, "en")}.`,
    "sensor-stuck": ({ sensor }) => `Replace the sensor of the board${named(sensor, "en")}.`,
    "not-calibrated": () => "Measure it by night: lights on minus lights off.",
  },
};

const named = (name: string | undefined, language: Language): string => {
  if (name === undefined) return "";
  return language === "fr" ? ` « ${name} »` : ` “${name}”`;
};

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const small = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

const lx = (value: Lux): string => `${Math.round(value)} lx`;

/** Rounded up to a minute: "at the latest" must not be said too early. */
const whole = (at: Instant): Instant => instant(Math.ceil(at / 60_000) * 60_000);

/** `20 s`, `10 min`, `1 h 05` */
const span = (length: Milliseconds): string => {
  if (length < 60_000) return `${Math.round(length / 1000)} s`;
  const minutes = Math.round(length / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
};
