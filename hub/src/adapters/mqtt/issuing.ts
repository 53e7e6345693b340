import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Has a certificate made, by a process of its own: the library for it takes 40 MB, is needed about
 * once a year, and only the end of a process gives all that back.
 */

export type Request = {
  readonly subject: string;
  /** Validity, in ms since 1970. */
  readonly from: number;
  readonly until: number;
  readonly purpose: Purpose;
};

export type Purpose =
  | { readonly kind: "authority" }
  /** `names` are host names and IP addresses. */
  | { readonly kind: "server"; readonly names: readonly string[]; readonly authority: Pair };

/** A certificate and its private key, both in PEM. */
export type Pair = { readonly cert: string; readonly key: string };

const PROGRAM = fileURLToPath(new URL("./issuing-main.ts", import.meta.url));

/** A slow machine with a slow card takes some seconds. */
const TIMEOUT_MS = 60_000;

export const issue = (request: Request): Promise<Pair> =>
  new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, env: {} };
    const maker = execFile(process.execPath, [PROGRAM], options, (error, answer) => {
      if (error === null) resolve(JSON.parse(answer) as Pair);
      else reject(new Error(`no certificate could be made: ${error.message}`, { cause: error }));
    });
    // A maker that dies early closes its input; its exit says why.
    maker.stdin?.on("error", () => {});
    maker.stdin?.end(JSON.stringify(request));
  });
