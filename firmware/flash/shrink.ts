import { minify } from "@swc/core";
import { blank } from "./blank.ts";

/**
 * Makes a bundle take less of a board's memory. A function at the top of a program costs an Espruino
 * about six variables for as long as it runs; where it is called from one place only, it is put into
 * that place and costs nothing until it is called.
 */

export type Shrunk = { readonly code: string; readonly map: string };

/** Names the interpreter has for its own things, a program's stand beside them; and one it misreads. */
const TAKEN = [
  ..."E G SPI USB AES LOW NRF BTN LED of".split(" "),
  ...Array.from({ length: 40 }, (_, pin) => `D${pin}`),
];

/**
 * Nothing but that, and in no loop: bodies stay as they were written, for the interpreter has been
 * tried with what TypeScript's authors write, not with everything a clever tool may come up with.
 */
const COMPRESS = {
  defaults: false,
  toplevel: true,
  reduce_vars: true,
  reduce_funcs: true,
  // A body without its function: what is made in it then remembers one scope less.
  inline: 1,
  unused: true,
  passes: 3,
  arrows: false,
  ecma: 5,
} as const;

export const shrink = async (code: string): Promise<Shrunk> => {
  const { code: text, map } = await minify(code, {
    compress: COMPRESS,
    mangle: { toplevel: true, reserved: TAKEN },
    format: { ecma: 5, ascii_only: true },
    ecma: 5,
    module: false,
    sourceMap: true,
  });
  return { code: text, map: map! };
};

/**
 * Espruino stumbles over a bare `return` that is the last word of a function: "Unexpected end of
 * Input". With its semicolon it does not.
 */
export const withClosedReturns = (code: string): string => {
  const bare = [...blank(code).code.matchAll(/\breturn\s*\}/g)].map((it) => it.index + 6);
  let closed = "";
  let from = 0;
  for (const at of bare) {
    closed += `${code.slice(from, at)};`;
    from = at;
  }
  return closed + code.slice(from);
};
