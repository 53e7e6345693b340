import type { BoardFile } from "@battant/board/board-file";
import { HEADERS, type HeaderPin, PINS_PER_SIDE, placeOf, type Rail, type Side } from "./devkit.ts";
import { type Module, modulesOf, type Sentence, type Terminal } from "./modules.ts";

/**
 * The wiring of one kind of board as a picture, drawn from its hardware file: what a maker holds
 * beside the soldering iron. No colour says anything that is not also written.
 */

type Language = keyof Sentence;

const PITCH = 26;
const WIDTH = 1040;
const BOARD = { left: 430, right: 610, top: 96 };
const MODULE = { width: 240, margin: 16, head: 54, gap: 22 };
/** Between a module and the board: first the rails, then a lane for each wire. */
const RAIL_STEP = 12;
const LANE_STEP = 9;

const RAILS: { readonly [rail in Rail]: string } = {
  "3V3": "#c62828",
  "5V": "#e07b00",
  GND: "#1c1c1e",
};
const RAIL_ORDER: readonly Rail[] = ["GND", "3V3", "5V"];
const SIGNALS = ["#0a7d55", "#1f6fd6", "#8a3ffc", "#a8710a", "#c2185b", "#0f7c86", "#5d4037"];

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const text = (x: number, y: number, what: string, { anchor = "start", kind = "p" } = {}): string =>
  `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(what)}</text>`;

const dot = (x: number, y: number, colour: string): string =>
  `<circle cx="${x}" cy="${y}" r="5.5" fill="${colour}" stroke="#fff"/>`;

const wire = (path: string, colour: string): string => `<path d="${path}" stroke="${colour}"/>`;

const labelOf = (pin: HeaderPin): string => (typeof pin === "number" ? `IO${pin}` : pin);

const pinY = (row: number): number => BOARD.top + 30 + row * PITCH;

type Placed = {
  readonly module: Module;
  readonly side: Side;
  readonly x: number;
  readonly y: number;
  readonly height: number;
};

/** On the side where most of its pins are. */
const sideOf = ({ terminals }: Module): Side => {
  let right = 0;
  for (const { goal } of terminals) {
    if (goal.kind === "pin") right += placeOf(goal.pin)?.side === "left" ? -1 : 1;
  }
  return right >= 0 ? "right" : "left";
};

const place = (modules: readonly Module[]): readonly Placed[] => {
  const next = { left: BOARD.top, right: BOARD.top };
  return modules.map((module) => {
    const side = sideOf(module);
    const height = MODULE.head + module.terminals.length * PITCH + 6;
    const y = next[side];
    next[side] += height + MODULE.gap;
    const x = side === "left" ? MODULE.margin : WIDTH - MODULE.margin - MODULE.width;
    return { module, side, x, y, height };
  });
};

/** Where a side's modules end and its wires begin, and which way leads to the board. */
const edgeOf = (side: Side): { readonly x: number; readonly inward: 1 | -1 } =>
  side === "left"
    ? { x: MODULE.margin + MODULE.width, inward: 1 }
    : { x: WIDTH - MODULE.margin - MODULE.width, inward: -1 };

const railX = (side: Side, rail: Rail): number => {
  const { x, inward } = edgeOf(side);
  return x + inward * (18 + RAIL_ORDER.indexOf(rail) * RAIL_STEP);
};

const terminalY = ({ y }: Placed, index: number): number => y + MODULE.head + 8 + index * PITCH;

type Ink = { readonly wires: string[]; readonly shapes: string[] };

/** A wire of its own: out to its lane, along it, and to the pin. */
const drawSignal = (ink: Ink, from: { x: number; y: number; side: Side }, to: Lane): void => {
  const { inward } = edgeOf(from.side);
  const lane = railX(from.side, "5V") + inward * (14 + to.lane * LANE_STEP);
  const pinX = BOARD[to.side];
  const end = pinY(to.row);
  // A pin on the far side is reached over the top of the board.
  const over = `V${BOARD.top - 30 - to.lane * LANE_STEP}H${pinX + inward * (20 + to.lane * LANE_STEP)}`;
  const across = to.side === from.side ? "" : over;
  ink.wires.push(wire(`M${from.x} ${from.y}H${lane}${across}V${end}H${pinX}`, to.colour));
};

type Lane = {
  readonly side: Side;
  readonly row: number;
  readonly lane: number;
  readonly colour: string;
};

/** Lanes in the order of the pins: of two wires on a side, the lower one turns nearer to its module. */
const lanesOf = (modules: readonly Placed[]): ReadonlyMap<number, Lane> => {
  const pins = modules.flatMap(({ module }) =>
    module.terminals.flatMap(({ goal }) => (goal.kind === "pin" ? [goal.pin] : [])),
  );
  const lanes = new Map<number, Lane>();
  const placed = [...new Set(pins)].flatMap((pin) => {
    const at = placeOf(pin);
    return at === undefined ? [] : [{ pin, ...at }];
  });
  for (const { pin, side, row } of placed.toSorted((a, b) => b.row - a.row)) {
    const lane = [...lanes.values()].filter((it) => it.side === side).length;
    lanes.set(pin, { side, row, lane, colour: SIGNALS[lanes.size % SIGNALS.length]! });
  }
  return lanes;
};

const GREY = "#8b939b";

/** What a terminal is called, what is soldered in between, and where it goes, from the board outwards. */
const told = ({ label, through, goal }: Terminal, language: Language): string => {
  const name = through === undefined ? label : `${label} (${through})`;
  switch (goal.kind) {
    case "pin":
      return `${name} → ${labelOf(goal.pin)}`;
    case "rail":
      return `${name} → ${goal.rail}`;
    case "outside":
      return `${name} → ${goal.what[language]}`;
  }
};

const drawTerminal = (ink: Ink, placed: Placed, { terminal, y, lanes, language }: Drawn): void => {
  const { side } = placed;
  const { x, inward } = edgeOf(side);
  const { goal } = terminal;
  const anchor = side === "left" ? "end" : "start";
  ink.shapes.push(text(x - inward * 14, y + 4, told(terminal, language), { anchor }));
  if (goal.kind === "outside") {
    ink.shapes.push(dot(x, y, GREY));
    return;
  }
  if (goal.kind === "rail") {
    const colour = RAILS[goal.rail];
    const to = railX(side, goal.rail);
    ink.wires.push(wire(`M${x} ${y}H${to}`, colour));
    ink.shapes.push(dot(x, y, colour), `<circle cx="${to}" cy="${y}" r="4" fill="${colour}"/>`);
    return;
  }
  const lane = lanes.get(goal.pin);
  if (lane === undefined) return;
  drawSignal(ink, { x, y, side }, lane);
  ink.shapes.push(dot(x, y, lane.colour));
};

type Drawn = {
  readonly terminal: Terminal;
  readonly y: number;
  readonly lanes: ReadonlyMap<number, Lane>;
  readonly language: Language;
};

const drawModule = (
  ink: Ink,
  placed: Placed,
  lanes: ReadonlyMap<number, Lane>,
  language: Language,
): void => {
  const { module, x, y, height } = placed;
  const edge = module.isDangerous === true ? "#b3261e" : "#22303c";
  ink.shapes.push(
    `<rect x="${x}" y="${y}" width="${MODULE.width}" height="${height}" rx="8" fill="#fff" stroke="${edge}" stroke-width="1.5"/>`,
    text(x + 12, y + 22, module.title[language], { kind: "h" }),
    text(x + 12, y + 40, module.hint[language], { kind: module.isDangerous === true ? "d" : "n" }),
  );
  for (const [index, terminal] of module.terminals.entries()) {
    drawTerminal(ink, placed, { terminal, y: terminalY(placed, index), lanes, language });
  }
};

/** Where a side's modules tap a rail. */
const tapsOf = (side: Side, rail: Rail, modules: readonly Placed[]): readonly number[] =>
  modules
    .filter((placed) => placed.side === side)
    .flatMap((placed) =>
      placed.module.terminals.flatMap(({ goal }, index) =>
        goal.kind === "rail" && goal.rail === rail ? [terminalY(placed, index)] : [],
      ),
    );

/** 3V3 and 5V come out on the left alone: to the other side they go round the board. */
const wayRound = (side: Side, rail: Rail, taps: readonly number[]): string => {
  const row = HEADERS.left.indexOf(rail);
  const step = RAIL_ORDER.indexOf(rail) * 6;
  const isAbove = row < PINS_PER_SIDE / 2;
  const turn = isAbove ? BOARD.top - 18 - step : pinY(PINS_PER_SIDE) + 26;
  const far = isAbove ? Math.max(...taps) : Math.min(...taps);
  return `M${BOARD.left} ${pinY(row)}H${BOARD.left - 16 - step}V${turn}H${railX(side, rail)}V${far}`;
};

const drawRails = (ink: Ink, side: Side, modules: readonly Placed[]): void => {
  for (const rail of RAIL_ORDER) {
    const taps = tapsOf(side, rail, modules);
    if (taps.length === 0) continue;
    const row = HEADERS[side].indexOf(rail);
    const y = pinY(row);
    const x = railX(side, rail);
    const straight = `M${x} ${Math.min(y, ...taps)}V${Math.max(y, ...taps)}M${x} ${y}H${BOARD[side]}`;
    ink.wires.push(wire(row < 0 ? wayRound(side, rail, taps) : straight, RAILS[rail]));
  }
};

const drawBoard = (ink: Ink, lanes: ReadonlyMap<number, Lane>): number => {
  const { left, right, top } = BOARD;
  const bottom = pinY(PINS_PER_SIDE - 1) + 30;
  const middle = (left + right) / 2;
  ink.shapes.push(
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="8" fill="#22303c"/>`,
    `<rect x="${middle - 42}" y="${top - 16}" width="84" height="34" rx="4" fill="#c9ced3"/>`,
    text(middle, top + 6, "ESP32", { anchor: "middle", kind: "s" }),
    `<rect x="${middle - 20}" y="${bottom - 12}" width="40" height="24" rx="3" fill="#aeb4ba"/>`,
    text(middle, bottom + 5, "USB", { anchor: "middle", kind: "s" }),
  );
  for (const side of ["left", "right"] as const) {
    for (const [row, pin] of HEADERS[side].entries()) {
      const lane = typeof pin === "number" ? lanes.get(pin) : undefined;
      const colour = lane?.colour ?? (pin in RAILS ? RAILS[pin as Rail] : "#77828d");
      const x = BOARD[side];
      const isUsed = lane !== undefined || pin in RAILS;
      ink.shapes.push(
        dot(x, pinY(row), colour),
        text(x + (side === "left" ? 14 : -14), pinY(row) + 4, labelOf(pin), {
          anchor: side === "left" ? "start" : "end",
          kind: isUsed ? "u" : "m",
        }),
      );
    }
  }
  return bottom;
};

const STYLE =
  ".h{font-size:15px;font-weight:700}.n{font-size:12px;fill:#4b5563}.d{font-size:12px;fill:#b3261e;font-weight:700}" +
  ".p{font-size:13px}.s{font-size:12px;fill:#22303c}.u{font-size:13px;font-weight:700;fill:#fff}.m{font-size:12px;fill:#8b97a3}";

const CAUTION: Sentence = {
  fr: "Très basse tension seulement : 5 V et 24 V dans nos boîtiers, jamais 230 V.",
  en: "Extra-low voltage only: 5 V and 24 V in our enclosures, never 230 V.",
};

const TITLE = (model: string): Sentence => ({
  fr: `Câblage de la carte ${model}`,
  en: `Wiring of the board ${model}`,
});

/** An SVG document, 1040 wide. */
export const wiringSvg = (file: BoardFile, language: Language): string => {
  const modules = place(modulesOf(file));
  const lanes = lanesOf(modules);
  const ink: Ink = { wires: [], shapes: [] };
  const bottom = drawBoard(ink, lanes);
  for (const side of ["left", "right"] as const) drawRails(ink, side, modules);
  for (const placed of modules) drawModule(ink, placed, lanes, language);
  const height = Math.max(bottom + 60, ...modules.map(({ y, height: tall }) => y + tall)) + 50;
  const title = TITLE(file.model)[language];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="sans-serif">` +
    `<title>${escaped(title)}</title><style>${STYLE}</style>` +
    `<rect width="${WIDTH}" height="${height}" fill="#f7f4ec"/>` +
    text(MODULE.margin, 34, title, { kind: "h" }) +
    `<g fill="none" stroke-width="2.5" stroke-linejoin="round">${ink.wires.join("")}</g>` +
    ink.shapes.join("") +
    text(MODULE.margin, height - 18, CAUTION[language], { kind: "d" }) +
    "</svg>\n"
  );
};
