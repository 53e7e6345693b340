import { expect, test } from "vitest";
import { glued, gluedWords } from "../src/glue.ts";

// Goal: no line of a page begins with a sign that belongs to the line above, nor with a unit.
// Method: sentences as the hub says them; `_` stands for a space at which no line is broken.

const sentences: readonly [said: string, shown: string][] = [
  [
    "Éteint : le jour suffit (310 lx, seuil 225 lx).",
    "Éteint_: le jour suffit (310_lx, seuil 225_lx).",
  ],
  ["Éteint depuis 2 h 05 ; encore 12 min.", "Éteint depuis 2_h_05_; encore 12_min."],
  ["Vraiment ? Oui !", "Vraiment_? Oui_!"],
  ["Tapez « battant start ».", "Tapez «_battant start_»."],
  ["P : 108 W, 1,08 kWh, 0,22 €, 50 %.", "P_: 108_W, 1,08_kWh, 0,22_€, 50_%."],
  ["Off for 12 min: 310 lx, 3 years.", "Off for 12_min: 310_lx, 3 years."],
  ["2 halls et 3 Wagons, mode: act", "2 halls et 3 Wagons, mode: act"],
  ["Le 8 novembre, 7 sur 14", "Le 8 novembre, 7 sur 14"],
  ["Tapez `a : 3 s` : c'est tout.", "Tapez `a : 3 s`_: c'est tout."],
];

test.each(sentences)("%s", (said, shown) => {
  expect(glued(said).replaceAll("\u00a0", "_")).toBe(shown);
});

test("a page's own words are treated alike, wherever they stand", () => {
  const words = gluedWords({
    zone: "Zone : hall",
    days: ["Oui ?"],
    legend: { lit: "« allumé »", isOn: true },
    left: (minutes: number) => `encore : ${minutes} min`,
  });
  expect(words).toMatchObject({
    zone: "Zone\u00a0: hall",
    days: ["Oui\u00a0?"],
    legend: { lit: "«\u00a0allumé\u00a0»", isOn: true },
  });
  expect(words.left(3)).toBe("encore\u00a0: 3\u00a0min");
});
