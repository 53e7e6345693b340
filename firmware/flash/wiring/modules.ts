import type { BoardFile, RelayFile, SensorFile } from "@battant/board/board-file";
import type { Rail } from "./devkit.ts";

/** What hangs on a board, as a maker sees it on the table: parts with terminals, and where each goes. */

export type Sentence = { readonly fr: string; readonly en: string };

/** To a GPIO, to a rail, or to something outside, which is named. */
export type Goal =
  | { readonly kind: "pin"; readonly pin: number }
  | { readonly kind: "rail"; readonly rail: Rail }
  | { readonly kind: "outside"; readonly what: Sentence };

export type Terminal = {
  readonly label: string;
  readonly goal: Goal;
  /** What is soldered in between. */
  readonly through?: string;
};

export type Module = {
  readonly title: Sentence;
  /** One line below the title. */
  readonly hint: Sentence;
  readonly terminals: readonly Terminal[];
  /** Mains voltage is in it. */
  readonly isDangerous?: true;
};

const pin = (label: string, number: number, through?: string): Terminal => ({
  label,
  goal: { kind: "pin", pin: number },
  ...(through !== undefined && { through }),
});
const rail = (label: string, to: Rail, through?: string): Terminal => ({
  label,
  goal: { kind: "rail", rail: to },
  ...(through !== undefined && { through }),
});
const outside = (label: string, fr: string, en: string, through?: string): Terminal => ({
  label,
  goal: { kind: "outside", what: { fr, en } },
  ...(through !== undefined && { through }),
});
const same = (text: string): Sentence => ({ fr: text, en: text });

type Of<Kind extends SensorFile["kind"]> = Extract<SensorFile, { readonly kind: Kind }>;

const BH1750_HIGH = 0x5c;

const bh1750 = ({ wiring, address }: Of<"bh1750">): Module => ({
  title: { fr: "Luxmètre BH1750", en: "Light sensor BH1750" },
  hint: { fr: "moins d'un mètre de fil", en: "less than a metre of wire" },
  terminals: [
    rail("VCC", "3V3"),
    rail("GND", "GND"),
    pin("SCL", wiring.scl),
    pin("SDA", wiring.sda),
    rail("ADDR", address === BH1750_HIGH ? "3V3" : "GND"),
  ],
});

const lightChip = (name: string, { wiring }: Of<"veml7700"> | Of<"tsl2591">): Module => ({
  title: { fr: `Luxmètre ${name}`, en: `Light sensor ${name}` },
  hint: { fr: "moins d'un mètre de fil", en: "less than a metre of wire" },
  terminals: [
    rail("VIN", "3V3"),
    rail("GND", "GND"),
    pin("SCL", wiring.scl),
    pin("SDA", wiring.sda),
  ],
});

const motion = ({ input }: Of<"motion">): Module => ({
  title: { fr: "Détecteur AM312", en: "Detector AM312" },
  hint: { fr: "HC-SR501 : VCC sur 5V, cavalier H", en: "HC-SR501: VCC to 5V, jumper H" },
  terminals: [rail("VCC", "3V3"), pin("OUT", input.pin), rail("GND", "GND")],
});

const radar = ({ wiring }: Of<"ld2410">): Module => ({
  title: { fr: "Radar LD2410", en: "Radar LD2410" },
  hint: { fr: "voit à travers les cloisons minces", en: "sees through thin walls" },
  terminals: [
    rail("VCC", "5V"),
    rail("GND", "GND"),
    pin("TX", wiring.rx),
    ...(wiring.tx === undefined ? [] : [pin("RX", wiring.tx)]),
  ],
});

const pulse = ({ input }: Of<"pulse">): Module => ({
  title: { fr: "Compteur à impulsions", en: "Pulse meter" },
  hint: { fr: "100 nF entre S0+ et S0−", en: "100 nF between S0+ and S0−" },
  terminals: [pin("S0+", input.pin), rail("S0−", "GND")],
});

const tic = ({ wiring }: Of<"tic">): Module => ({
  title: { fr: "Optocoupleur SFH620A", en: "Optocoupler SFH620A" },
  hint: { fr: "sortie client du Linky", en: "customer output of the Linky" },
  terminals: [
    pin("C", wiring.rx),
    rail("C", "3V3", "3,3 kΩ"),
    rail("E", "GND"),
    outside("A", "Linky I1", "Linky I1", "1,2 kΩ"),
    outside("K", "Linky I2", "Linky I2"),
  ],
});

const pzem = ({ wiring }: Of<"pzem">): Module => ({
  title: same("PZEM-004T v3"),
  hint: { fr: "230 V : coffret, électricien", en: "230 V: enclosure, electrician" },
  isDangerous: true,
  terminals: [
    rail("5V", "5V"),
    pin("TX", wiring.rx),
    ...(wiring.tx === undefined ? [] : [pin("RX", wiring.tx)]),
    rail("GND", "GND"),
  ],
});

const moduleOf = (sensor: SensorFile): Module => {
  switch (sensor.kind) {
    case "bh1750":
      return bh1750(sensor);
    case "veml7700":
      return lightChip("VEML7700", sensor);
    case "tsl2591":
      return lightChip("TSL2591", sensor);
    case "motion":
      return motion(sensor);
    case "ld2410":
      return radar(sensor);
    case "pulse":
      return pulse(sensor);
    case "tic":
      return tic(sensor);
    case "pzem":
      return pzem(sensor);
  }
};

const relayModules = ({ output, lit, wallSwitch }: RelayFile): readonly Module[] => [
  {
    title: { fr: "Relais, bobine 24 V", en: "Relay, 24 V coil" },
    hint: {
      fr: "MOSFET ; contact repos (NF)",
      en: "MOSFET; normally closed contact",
    },
    terminals: [
      pin("G", output.pin),
      rail("G", "GND", "10 kΩ"),
      rail("S", "GND"),
      outside("D", "bobine −", "coil −"),
    ],
  },
  ...(lit === undefined
    ? []
    : [
        {
          title: { fr: "Contact auxiliaire", en: "Auxiliary contact" },
          hint: {
            fr: "fermé : luminaires sous tension",
            en: "closed: luminaires have voltage",
          },
          terminals: [pin("13", lit.pin), rail("14", "GND")],
        },
      ]),
  ...(wallSwitch === undefined
    ? []
    : [
        {
          title: { fr: "Bouton-poussoir", en: "Push-button" },
          hint: { fr: "libre de potentiel", en: "potential-free" },
          terminals: [pin("1", wallSwitch.pin), rail("2", "GND")],
        },
      ]),
];

const LED = (number: number): Module => ({
  title: { fr: "Voyant", en: "Status LED" },
  hint: { fr: "patte longue à la résistance", en: "long leg to the resistor" },
  terminals: [pin("A", number, "1 kΩ"), rail("K", "GND")],
});

const ON_BOARD_LED = 2;

export const modulesOf = ({ sensors, relays, led }: BoardFile): readonly Module[] => [
  ...sensors.map(moduleOf),
  ...relays.flatMap(relayModules),
  ...(led === undefined || led.pin === ON_BOARD_LED ? [] : [LED(led.pin)]),
];
