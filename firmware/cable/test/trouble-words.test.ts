import { expect, test } from "vitest";
import { HubRefusal } from "../hub-client.ts";
import { Trouble, type TroubleKind } from "../trouble.ts";
import { TROUBLE_WORDS, wordsOf } from "../trouble-words.ts";

// Goal: whatever goes wrong, a person is told why and what to do next, in French and in English.
// Method: each entry of the table is looked at; its kinds are complete by its type.

const kinds = Object.keys(TROUBLE_WORDS) as TroubleKind[];

const FRENCH_VERB =
  /^(?:Fermez|Tapez|Branchez|Rebranchez|Maintenez|Prenez|Recommencez|Appuyez|Flashez|Vérifiez|Mettez|Débranchez|Regardez|Corrigez|Importez)[ -]/;
const ENGLISH_VERB =
  /^(?:Close|Type|Plug|Hold|Take|Try|Press|Flash|Check|Set|Unplug|Look|Put|Import|Start) /;

test.each(kinds)("%s has a cause and a remedy that begins with what to do", (kind) => {
  const { cause, remedy } = TROUBLE_WORDS[kind];
  for (const sentence of [cause.fr, cause.en, remedy.fr, remedy.en]) {
    expect(sentence).toMatch(/^\p{Lu}.*[.]$/u);
  }
  expect(remedy.fr).toMatch(FRENCH_VERB);
  expect(remedy.en).toMatch(ENGLISH_VERB);
  expect(cause.fr).not.toBe(cause.en);
});

test("no two troubles are told in the same words", () => {
  for (const language of ["fr", "en"] as const) {
    for (const part of ["cause", "remedy"] as const) {
      const sentences = kinds.map((kind) => TROUBLE_WORDS[kind][part][language]);
      expect(new Set(sentences).size).toBe(kinds.length);
    }
  }
});

const concrete: readonly [TroubleKind, RegExp][] = [
  ["port-forbidden", /usermod -aG dialout \$USER.*sign in again.*SUBSYSTEM=="tty"/],
  ["no-answer", /BOOT button while you plug it in/],
  ["brown-out", /powered USB hub/],
  ["wifi-failed", /password.*2\.4 GHz/],
  ["hub-unreachable", /firewall.*MQTT port/],
  ["clock-off", /timedatectl set-time/],
  ["no-espruino", /battant firmware fetch.*battant firmware import/],
  ["cancelled", /does not start until it is flashed again/],
];

test.each(concrete)("the remedy of %s is concrete", (kind, words) => {
  expect(TROUBLE_WORDS[kind].remedy.en).toMatch(words);
});

test("nobody is asked to put right what a simulated building refuses", () => {
  const message = { fr: "Cet immeuble est simulé.", en: "This building is simulated." };
  const { cause, remedy } = wordsOf(new HubRefusal({ code: "simulated-building", message }));
  expect(cause.en).toBe("This building is simulated: it does not change.");
  expect(remedy.fr).toBe("Démarrez un boîtier réel : `npx battant start --no-demo`.");
});

test("a hub that refuses is quoted, and the remedy stays", () => {
  const message = { fr: "Cette carte existe déjà.", en: "There is such a board already." };
  const told = wordsOf(new HubRefusal({ code: "board-taken", message }));
  expect(told).toEqual({ cause: message, remedy: TROUBLE_WORDS["refused-by-hub"].remedy });
  expect(wordsOf(new Trouble("port-busy", "EBUSY"))).toEqual(TROUBLE_WORDS["port-busy"]);
});
