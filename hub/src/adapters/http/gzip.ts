import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Gzip for the one answer that is large, on a thread of its own; the others are a few kilobytes. */

const compress = promisify(gzip);

/** A smaller answer gains nothing. */
const WORTHWHILE_LENGTH = 4096;

/** To be hung on a route as `onSend`. */
export const gzipAnswer = async (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> => {
  if (typeof payload !== "string" || payload.length < WORTHWHILE_LENGTH) return payload;
  reply.header("vary", "accept-encoding");
  if (!acceptsGzip(request.headers["accept-encoding"])) return payload;
  reply.header("content-encoding", "gzip");
  return compress(payload);
};

/** RFC 9110 §12.5.3: a weight of 0 is a no. */
const acceptsGzip = (header: string | string[] | undefined = ""): boolean =>
  String(header)
    .split(",")
    .map((it) => it.replaceAll(/\s/g, "").toLowerCase())
    .some((it) => it.startsWith("gzip") && !/^gzip;q=0(\.0*)?$/.test(it));
