import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type HardwareFile, readHardwareFile } from "@battant/flash/hardware-file";
import { wiringSvg } from "@battant/flash/wiring/svg";
import { isId } from "@battant/protocol/vocabulary/ids";
import { PROGRAM_SIZE_MAX } from "@battant/protocol/wire/update";
import type { KindView } from "../../../api/contract.ts";
import type { BoardKinds } from "../../desk/kinds.ts";
import { type Bundle, decodeBundle } from "../../domain/bundle.ts";
import type { Refusal } from "../../ports.ts";
import { partsOf } from "./parts.ts";

/**
 * Kinds of board on the disk: hardware files, and the programs that `npm run build -w firmware` made
 * of them. Looked at anew each time, so that whoever writes a kind of their own sees it at once.
 */

export type KindsOptions = {
  /** `hardware/boards`. */
  readonly boardsDir: string;
  /** `firmware/dist`. */
  readonly programsDir: string;
  /** A hardware file that cannot be used; the others can. */
  readonly refuse: (refusal: Refusal) => void;
};

const KINDS_MAX = 100;
const LOADER = "loader";

export const createKinds = ({ boardsDir, programsDir, refuse }: KindsOptions): BoardKinds => {
  const kindOf = (model: string): HardwareFile | undefined => {
    const path = join(boardsDir, `${model}.json`);
    const decoded = readHardwareFile(path);
    if (decoded.ok) return decoded.value;
    const [first] = decoded.problems;
    const problem = `${first?.path ?? ""} ${first?.problem ?? "cannot be read"}`.trim();
    refuse({ from: "hub", where: path, problem });
    return undefined;
  };

  const models = (): readonly string[] => {
    const names = namesIn(boardsDir);
    if (names === undefined) {
      refuse({ from: "hub", where: boardsDir, problem: "the hardware files cannot be read" });
      return [];
    }
    const known = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
    return known.filter(isId).toSorted().slice(0, KINDS_MAX);
  };

  const find = (model: string): HardwareFile | undefined =>
    models().includes(model) ? kindOf(model) : undefined;

  return {
    list: () =>
      models().flatMap((model): KindView[] => {
        const file = kindOf(model);
        return file === undefined ? [] : [viewOf(file, bundleOf(programsDir, model)?.program)];
      }),
    programOf: (model) => {
      const file = find(model);
      if (file === undefined) return { ok: false, problem: "unknown-kind" };
      const loader = bundleOf(programsDir, LOADER);
      const bundle = bundleOf(programsDir, model);
      if (loader === undefined || bundle === undefined) {
        return { ok: false, problem: "program-missing" };
      }
      const kind = viewOf(file, bundle.program);
      return { ok: true, kind, loader: loader.text, program: bundle.text };
    },
    wiring: (model, language) => {
      const file = find(model);
      return file === undefined ? undefined : wiringSvg(file.board, language);
    },
  };
};

const viewOf = ({ board, about }: HardwareFile, program: string | undefined): KindView => ({
  model: board.model,
  about,
  sensors: board.sensors.map(({ sensor, kind }) => ({ sensor, kind })),
  relays: board.relays.map(({ relay }) => relay),
  parts: partsOf(board),
  program: program ?? null,
});

/** Undefined if none was built, or something else lies in its place. */
const bundleOf = (dir: string, model: string): Bundle | undefined => {
  const text = textOf(join(dir, `${model}.js`));
  if (text === undefined || text.length > PROGRAM_SIZE_MAX) return undefined;
  const decoded = decodeBundle(text);
  return decoded.ok && decoded.bundle.model === model ? decoded.bundle : undefined;
};

const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
};

const namesIn = (dir: string): readonly string[] | undefined => {
  try {
    return readdirSync(dir);
  } catch {
    return undefined;
  }
};
