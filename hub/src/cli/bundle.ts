import { readFile } from "node:fs/promises";
import { PROGRAM_SIZE_MAX } from "@battant/protocol/wire/update";
import { type Bundle, type DecodedBundle, decodeBundle } from "../domain/bundle.ts";
import { count, printable } from "./table.ts";

/** A bundle as `npm run build -w firmware` wrote it, looked at before a board is asked to take it. */

export type Described = { readonly model: string | null; readonly program: string | null };

export type Wanted = {
  readonly id: string;
  readonly file: string;
  readonly downgrade: boolean;
};

export type Read =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly problem: string };

export const refused = (problem: string): Read => ({ ok: false, problem });

export const readBundle = async (request: Wanted, actual: Described | undefined): Promise<Read> => {
  const { file } = request;
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (problem) {
    const why = problem instanceof Error && "code" in problem ? ` (${String(problem.code)})` : "";
    return refused(`${file} cannot be read${why}.`);
  }
  if (bytes.length === 0 || bytes.length > PROGRAM_SIZE_MAX) {
    const most = count(PROGRAM_SIZE_MAX, "byte");
    return refused(`${file} has ${count(bytes.length, "byte")}; a program has 1 to ${most}.`);
  }
  if (bytes.some((byte) => byte > 127)) {
    return refused(
      `${file} is not plain ASCII, so it is no bundle of \`npm run build -w firmware\`.`,
    );
  }
  const decoded = decodeBundle(bytes.toString("latin1"));
  if (!decoded.ok) return refused(problemWith(file, decoded));
  const { bundle } = decoded;
  const misfit = actual === undefined ? undefined : misfitOf(bundle, request, actual);
  return misfit === undefined ? { ok: true, bundle } : refused(printable(misfit));
};

const problemWith = (file: string, decoded: Exclude<DecodedBundle, { ok: true }>): string =>
  decoded.problem === "no-header"
    ? `${file} does not begin with \`//battant VERSION MODEL\`, as \`npm run build -w firmware\` writes it.`
    : `${JSON.stringify(decoded.found)} is no version; it looks like 0.2.0.`;

/** The board would refuse it as well, or the hub believe it is there already: said at once. */
const misfitOf = (
  { model, program }: Bundle,
  { id, file, downgrade }: Wanted,
  actual: Described,
): string | undefined => {
  if (actual.model !== null && model !== actual.model) {
    return `${file} was built for ${model}, and ${id} is ${actual.model}; take the bundle of ${actual.model}.`;
  }
  if (downgrade || actual.program === null || isNewer(program, actual.program)) return undefined;
  return (
    `${id} runs ${actual.program}, and ${file} is ${program}, which is not newer. ` +
    "To send it all the same, add --downgrade."
  );
};

export const isNewer = (version: string, than: string): boolean =>
  version.localeCompare(than, "en", { numeric: true }) > 0;
