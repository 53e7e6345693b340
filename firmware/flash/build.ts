import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bundle, bundle } from "./bundle.ts";
import { benchEntry, loaderEntry, programEntry } from "./entry.ts";
import { BUDGET, estimate, FREE_PERCENT, VARIABLES } from "./estimate.ts";
import { type HardwareFile, readHardwareFile, refusal } from "./hardware-file.ts";
import { measure } from "./measure.ts";

/**
 * `npm run build -w firmware`: the loader, and one program for each hardware file, into
 * `firmware/dist`. Says what each takes, and fails when one cannot run or leaves too little free.
 *
 *     node firmware/flash/build.ts [FOLDER OF HARDWARE FILES [OUTPUT FOLDER]]
 *
 * With `ESPRUINO`, the path of an interpreter set up like a chip, variables are measured on it.
 */

const BOARDS = fileURLToPath(new URL("../../hardware/boards", import.meta.url));
const OUTPUT = fileURLToPath(new URL("../dist", import.meta.url));

/** Paths are told from the root of the repository, wherever npm has us run. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const here = (path: string): string => relative(ROOT, path);

type Built = Extract<Bundle, { readonly ok: true }>;

/** Undefined, and told, when there is nothing to write. */
const make = async (name: string, making: Promise<Bundle>): Promise<Built | undefined> => {
  const made = await making;
  if (made.ok) return made;
  process.stderr.write(`${name} cannot run on Espruino:\n`);
  for (const problem of made.problems) process.stderr.write(`  ${problem}\n`);
  return undefined;
};

const tell = (path: string, { code, modules }: Built, rest: string): void => {
  const size = `${String(code.length).padStart(6)} bytes`;
  process.stdout.write(
    `${here(path).padEnd(40)} ${size} ${String(modules).padStart(3)} modules${rest}\n`,
  );
};

const write = (folder: string, name: string, made: Built): string => {
  const path = join(folder, `${name}.js`);
  writeFileSync(path, made.code, "latin1");
  return path;
};

type Variables = { readonly count: number; readonly how: "estimated" | "measured" };

const variablesOf = async (program: Built, file: HardwareFile): Promise<Variables> => {
  const interpreter = process.env["ESPRUINO"];
  if (interpreter === undefined) return { count: estimate(file.board), how: "estimated" };
  const [bench, loader] = await Promise.all([bundle(benchEntry()), bundle(loaderEntry())]);
  if (!bench.ok || !loader.ok) throw new Error("the bench and the loader must build");
  const parts = {
    file: file.board,
    bench: bench.code,
    loader: loader.code,
    program: program.code,
  };
  return { count: await measure(interpreter, parts), how: "measured" };
};

/** False when a board could not live with it. */
const buildProgram = async (path: string, output: string): Promise<boolean> => {
  const decoded = readHardwareFile(path);
  if (!decoded.ok) {
    process.stderr.write(`${refusal(here(path), decoded.problems)}\n`);
    return false;
  }
  const { board } = decoded.value;
  const program = await make(board.model, bundle(programEntry(board)));
  if (program === undefined) return false;
  const { count, how } = await variablesOf(program, decoded.value);
  const used = `, ${String(count).padStart(4)} variables ${how}, ${BUDGET} allowed`;
  tell(write(output, board.model, program), program, used);
  if (count <= BUDGET) return true;
  process.stderr.write(`${here(path)}: too much for the smallest board\n`);
  return false;
};

const main = async (boards: string, output: string): Promise<void> => {
  mkdirSync(output, { recursive: true });
  const loader = await make("The loader", bundle(loaderEntry()));
  if (loader !== undefined) tell(write(output, "loader", loader), loader, "");
  let allWell = loader !== undefined;
  const files = readdirSync(boards).filter((name) => name.endsWith(".json"));
  for (const file of files.toSorted()) {
    if (!(await buildProgram(join(boards, file), output))) allWell = false;
  }
  if (allWell) return;
  process.stderr.write(
    `The smallest board has ${VARIABLES} variables, and ${FREE_PERCENT} % of them stay free.\n`,
  );
  process.exitCode = 1;
};

const [boards = BOARDS, output = OUTPUT] = process.argv.slice(2);
await main(resolve(boards), resolve(output));
