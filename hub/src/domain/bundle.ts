/** The first line of a board's program, which says what it is: `//battant 0.1.0 relay-light`. */

export type Bundle = {
  readonly text: string;
  /** Its version. Boards compare versions number by number. */
  readonly program: string;
  /** The kind of board it was built for. A board takes no other. */
  readonly model: string;
};

export type DecodedBundle =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly problem: "no-header" }
  | { readonly ok: false; readonly problem: "no-version"; readonly found: string };

const HEADER = /^\/\/battant (\S{1,64}) (\S{1,64})\n/;

const VERSION = /^\d{1,5}(\.\d{1,5}){1,3}$/;

export function decodeBundle(text: string): DecodedBundle {
  const [, program, model] = HEADER.exec(text) ?? [];
  if (program === undefined || model === undefined) return { ok: false, problem: "no-header" };
  if (!VERSION.test(program)) return { ok: false, problem: "no-version", found: program };
  return { ok: true, bundle: { text, program, model } };
}
