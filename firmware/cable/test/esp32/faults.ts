import { createRandom } from "./random.ts";
import type { WornSector } from "./flash-memory.ts";

/**
 * What goes wrong between a workbench and a chip. Places are bytes from the host, counted from the
 * moment the faults are set; what happens to one in so many is drawn from the seed.
 */
export type Faults = {
  /** Of so many bytes, either way, one is flipped, lost, or has a stranger behind it. */
  readonly noiseOneIn?: number;
  /** Of so many blocks, one is refused as if its checksum were wrong. */
  readonly refuseOneIn?: number;
  /** Of so many answers of the stub, one is lost. */
  readonly loseOneIn?: number;
  /** So many bytes are not heard. */
  readonly deaf?: { readonly at: number; readonly bytes: number };
  /** A sector that keeps old bits. */
  readonly worn?: WornSector;
  /** The supply gives in, and the chip starts anew. */
  readonly brownOutAt?: number;
  /** The supply gives in whenever the program starts. */
  readonly brownOutAtStart?: true;
  /** The cable comes out. */
  readonly unplugAt?: number;
  /** From here on the chip says and does nothing, until it is reset. */
  readonly stuckAt?: number;
  /** Above so many baud, the cable carries nothing but garbage. */
  readonly baudMax?: number;
  /** The flash cannot be read at all. */
  readonly deadFlash?: true;
};

export type Happening = "brown-out" | "unplug" | "stuck";

/** In the order in which the chip lives it. */
export type Heard =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: Happening };

export type Line = {
  /** What reaches the chip of what the host sent. */
  fromHost(bytes: Uint8Array): readonly Heard[];
  /** What reaches the host. */
  toHost(bytes: Uint8Array): Uint8Array;
  garbage(length: number): Uint8Array;
  refusesBlock(): boolean;
  losesAnswer(): boolean;
  /** An honest host, too, will seem to talk nonsense. */
  readonly isUnfaithful: boolean;
};

const oneIn = (count: number | undefined, random: () => number) => (): boolean =>
  count !== undefined && random() * count < 1;

const disturb = (
  bytes: Uint8Array,
  every: number | undefined,
  random: () => number,
): Uint8Array => {
  if (every === undefined) return bytes;
  const disturbed: number[] = [];
  for (const byte of bytes) {
    if (random() * every >= 1) disturbed.push(byte);
    else {
      const kind = Math.floor(random() * 3);
      if (kind === 0) disturbed.push(byte ^ (1 << Math.floor(random() * 8)));
      if (kind === 1) disturbed.push(byte, Math.floor(random() * 256));
    }
  }
  return Uint8Array.from(disturbed);
};

export const createLine = (faults: Faults, seed: number): Line => {
  const random = createRandom(seed);
  let count = 0;
  const happenings: readonly (readonly [at: number | undefined, kind: Happening])[] = [
    [faults.brownOutAt, "brown-out"],
    [faults.unplugAt, "unplug"],
    [faults.stuckAt, "stuck"],
  ];

  const isHeard = (place: number): boolean =>
    faults.deaf === undefined ||
    place < faults.deaf.at ||
    place >= faults.deaf.at + faults.deaf.bytes;

  const hear = (bytes: Uint8Array, from: number): Heard => ({
    kind: "bytes",
    bytes: disturb(
      bytes.filter((_, i) => isHeard(from + i)),
      faults.noiseOneIn,
      random,
    ),
  });

  return {
    fromHost: (bytes) => {
      const from = count;
      count += bytes.length;
      const due = happenings
        .flatMap(([at = -1, kind]) => (at >= from && at < count ? [{ at, kind }] : []))
        .toSorted((a, b) => a.at - b.at);
      const heard: Heard[] = [];
      let done = 0;
      for (const { at, kind } of due) {
        heard.push(hear(bytes.subarray(done, at - from), from + done), { kind });
        done = at - from;
      }
      heard.push(hear(bytes.subarray(done), from + done));
      return heard;
    },
    toHost: (bytes) => disturb(bytes, faults.noiseOneIn, random),
    garbage: (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
    refusesBlock: oneIn(faults.refuseOneIn, random),
    losesAnswer: oneIn(faults.loseOneIn, random),
    isUnfaithful:
      faults.noiseOneIn !== undefined || faults.deaf !== undefined || faults.baudMax !== undefined,
  };
};
