/**
 * Versions of Espruino: `2v30` is a release, `2v29.120` the 120th build after release 2v29.
 */

const BANNER = /[^\w.](\d{1,3}v\d{1,3}(?:\.\d{1,5})?) \(c\) \d{4} G\.Williams/;
const VERSION = /^(\d+)v(\d+)(?:\.(\d+))?$/;

/** It loses bytes on its serial lines (Espruino issue 2718), and with them frames of a meter. */
const TOO_OLD = "2v29";

/** As the interpreter will greet whoever opens its console. */
export const versionOf = (application: Uint8Array): string | undefined =>
  BANNER.exec(new TextDecoder("latin1").decode(application))?.[1];

/** Below zero when `a` is the older one; what is no version is older than any. */
export const compareVersions = (a: string, b: string): number => {
  const numbers = (version: string): number[] =>
    (VERSION.exec(version) ?? [-1, -1, -1, -1]).slice(1).map((it) => Number(it ?? 0));
  const [ours, theirs] = [numbers(a), numbers(b)];
  return ours.map((it, i) => it - theirs[i]!).find((it) => it !== 0) ?? 0;
};

export const isNewEnough = (version: string): boolean => compareVersions(version, TOO_OLD) > 0;
