import type { BoardFile, RelayFile, SensorFile } from "@battant/board/board-file";
import type { PartView } from "../../../api/contract.ts";

/**
 * What to have on the table for one kind of board, after its hardware file and in the words of
 * docs/guides/boards.md: to be bought by who reads it, so with values and not with our names.
 */
export const partsOf = ({ sensors, relays, led }: BoardFile): readonly PartView[] =>
  summed([
    ...COMMON,
    ...(led === undefined ? [] : LED),
    ...sensors.flatMap(({ kind }) => SENSORS[kind]),
    ...relays.flatMap(relayParts),
  ]);

const part = (fr: string, en: string, count = 1): PartView => ({ part: { fr, en }, count });

const COMMON: readonly PartView[] = [
  part(
    "Carte ESP32-DevKitC, module ESP32-WROOM-32E",
    "ESP32-DevKitC board, ESP32-WROOM-32E module",
  ),
  part("Câble USB de données et alimentation 5 V, 1 A", "USB data cable and 5 V power supply, 1 A"),
];

const LED: readonly PartView[] = [
  part("LED, 3 mm ou 5 mm", "LED, 3 mm or 5 mm"),
  part("Résistance 1 kΩ", "Resistor, 1 kΩ"),
];

const SENSORS: { readonly [kind in SensorFile["kind"]]: readonly PartView[] } = {
  bh1750: [part("Module BH1750 (GY-302), en 3,3 V", "BH1750 module (GY-302), at 3.3 V")],
  veml7700: [part("Module VEML7700, en 3,3 V", "VEML7700 module, at 3.3 V")],
  tsl2591: [part("Module TSL2591, en 3,3 V", "TSL2591 module, at 3.3 V")],
  motion: [part("Détecteur de mouvement AM312 ou HC-SR501", "Motion detector, AM312 or HC-SR501")],
  ld2410: [part("Radar LD2410, en 5 V", "LD2410 radar, at 5 V")],
  pulse: [part("Condensateur 100 nF", "Capacitor, 100 nF")],
  tic: [
    part("Optocoupleur SFH620A", "Optocoupler, SFH620A"),
    part("Résistance 1,2 kΩ", "Resistor, 1.2 kΩ"),
    part("Résistance 3,3 kΩ", "Resistor, 3.3 kΩ"),
  ],
  pzem: [
    part(
      "PZEM-004T v3 et son tore ; il porte le secteur : coffret fermé, électricien",
      "PZEM-004T v3 and its current transformer; it carries mains: closed enclosure, electrician",
    ),
  ],
};

const relayParts = ({ lit, wallSwitch }: RelayFile): readonly PartView[] => [
  part(
    "Relais modulaire CE, bobine 24 V continu, contact fermé au repos ; posé par un électricien",
    "CE-marked DIN relay, 24 V DC coil, normally closed contact; fitted by an electrician",
  ),
  part("Alimentation 24 V continu, rail DIN", "24 V DC power supply, DIN rail"),
  part(
    "Transistor MOSFET à niveau logique et diode 1N4007, ou ULN2003",
    "Logic-level MOSFET and 1N4007 diode, or ULN2003",
  ),
  part("Résistance 10 kΩ", "Resistor, 10 kΩ"),
  ...(lit === undefined
    ? []
    : [part("Contact auxiliaire du relais", "Auxiliary contact of the relay")]),
  ...(wallSwitch === undefined
    ? []
    : [part("Bouton-poussoir libre de potentiel", "Potential-free push-button")]),
];

/** Two of a chip are one line. */
const summed = (parts: readonly PartView[]): PartView[] => {
  const counts = new Map<string, PartView>();
  for (const it of parts) {
    const known = counts.get(it.part.en)?.count ?? 0;
    counts.set(it.part.en, { part: it.part, count: known + it.count });
  }
  return [...counts.values()];
};
