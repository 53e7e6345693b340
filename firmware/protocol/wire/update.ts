import { isBootId } from "../vocabulary/ids.ts";
import {
  CHUNK_LENGTH_MAX,
  type UpdateChunk,
  type UpdateOffer,
  type UpdateReport,
} from "../vocabulary/update.ts";
import {
  asShortText,
  type Decoded,
  type Fields,
  isCount,
  isHex,
  isShortText,
  parseObject,
  refused,
} from "./decoded.ts";

/**
 * A new program, hub to board, each message sealed: first the offer,
 * `{"size":30210,"sha":"9f86…","program":"0.2.0"}`, with `"older":true` when a program that is not
 * newer is meant; then the chunks in order, `{"at":0,"data":"…"}`. The board answers each with a
 * report: `{"boot":"k3f9","state":"receiving","at":512}`, with `why` when it refuses.
 */
export type UpdateMessage =
  | { readonly kind: "offer"; readonly offer: UpdateOffer }
  | { readonly kind: "chunk"; readonly chunk: UpdateChunk };

/** Four times what a board program takes, and an eighth of the flash. */
export const PROGRAM_SIZE_MAX = 131072;

const DIGEST_LENGTH = 64;

export const encodeUpdateOffer = (offer: UpdateOffer): string =>
  JSON.stringify(
    offer.downgrade
      ? { size: offer.size, sha: offer.digest, program: offer.program, older: true }
      : { size: offer.size, sha: offer.digest, program: offer.program },
  );

export const encodeUpdateChunk = (chunk: UpdateChunk): string =>
  JSON.stringify({ at: chunk.at, data: chunk.data });

const decodeOffer = (fields: Fields): Decoded<UpdateMessage> => {
  const size = fields["size"];
  const digest = fields["sha"];
  const program = fields["program"];
  if (!isCount(size) || size === 0) return refused("size is not a number of bytes");
  if (size > PROGRAM_SIZE_MAX) return refused("size is above " + PROGRAM_SIZE_MAX + " bytes");
  if (!isHex(digest, DIGEST_LENGTH)) return refused("sha is not a SHA-256");
  if (!isShortText(program)) return refused("program is not a short text");
  return {
    ok: true,
    value: {
      kind: "offer",
      offer: { size: size, digest: digest, program: program, downgrade: fields["older"] === true },
    },
  };
};

const decodeChunk = (fields: Fields): Decoded<UpdateMessage> => {
  const at = fields["at"];
  const data = fields["data"];
  if (!isCount(at)) return refused("at is not a number of bytes");
  if (typeof data !== "string" || data === "") return refused("data is not text");
  if (data.length > CHUNK_LENGTH_MAX) {
    return refused("data is longer than " + CHUNK_LENGTH_MAX + " characters");
  }
  return { ok: true, value: { kind: "chunk", chunk: { at: at, data: data } } };
};

export const decodeUpdate = (body: string): Decoded<UpdateMessage> => {
  const parsed = parseObject(body);
  if (!parsed.ok) return parsed;
  return parsed.value["sha"] === undefined ? decodeChunk(parsed.value) : decodeOffer(parsed.value);
};

export const encodeUpdateReport = (report: UpdateReport): string =>
  JSON.stringify(
    report.problem === undefined
      ? { boot: report.boot, state: report.state, at: report.at }
      : { boot: report.boot, state: report.state, at: report.at, why: asShortText(report.problem) },
  );

export const decodeUpdateReport = (payload: string): Decoded<UpdateReport> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const boot = parsed.value["boot"];
  const state = parsed.value["state"];
  const at = parsed.value["at"];
  const problem = parsed.value["why"];
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (state !== "receiving" && state !== "verified" && state !== "refused") {
    return refused("state is neither receiving, verified nor refused");
  }
  if (!isCount(at)) return refused("at is not a number of bytes");
  return isShortText(problem)
    ? { ok: true, value: { boot: boot, state: state, at: at, problem: problem } }
    : { ok: true, value: { boot: boot, state: state, at: at } };
};
