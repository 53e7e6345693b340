import { TOPIC_LENGTH_MAX } from "@battant/protocol/wire/topics";

/** Why a connection was ended, worded for whoever has to mend the cause. */

export type Refused = Error & {
  /** A topic, or the part of the conversation it went wrong in. */
  readonly where: string;
  /** What CONNACK says (MQTT 3.1.1 §3.2.2.3); Aedes looks for it under this name. */
  readonly returnCode: number;
};

export const SERVER_UNAVAILABLE = 3;
export const IDENTIFIER_REJECTED = 2;
export const BAD_USER_NAME_OR_PASSWORD = 4;
export const NOT_AUTHORIZED = 5;

export const createRefused = (
  where: string,
  problem: string,
  returnCode: number = NOT_AUTHORIZED,
): Refused => Object.assign(new Error(problem), { where: printable(where), returnCode });

/** A topic that somebody made up may be long, or hold what a terminal would obey. */
export const printable = (text: string): string =>
  text.slice(0, TOPIC_LENGTH_MAX).replace(/[^ -~]/g, "?");

const isRefused = (error: Error): error is Refused => "where" in error;

export type Ending = { readonly where: string; readonly problem: string };

const ORDINARY: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
]);

/** What Aedes calls it, in words a person can act on. */
const WORDED: ReadonlyMap<string, string> = new Map([
  ["connect did not arrive in time", "no CONNECT arrived in time"],
  ["unacceptable protocol version", "speaks another MQTT version; this broker speaks 3.1.1"],
  ["keep alive limit exceeded", "keep-alive is off or too long; set it to 60 s"],
  ["drain timeout", "does not read what it subscribed to"],
  ["Client queue limit reached", "sent too much before CONNACK; wait for CONNACK first"],
  ["topic has too many levels", "topic has too many levels"],
]);

/** `undefined` for the ways in which connections end every day, which are nobody's fault. */
export const explain = (error: Error & { readonly code?: string }): Ending | undefined => {
  if (isRefused(error)) return { where: error.where, problem: error.message };
  if (error.code !== undefined && ORDINARY.has(error.code)) return undefined;
  if (error.message === "connection closed" || error.message === "keep alive timeout") {
    return undefined;
  }
  const problem = WORDED.get(error.message) ?? `is not MQTT 3.1.1: ${error.message.slice(0, 120)}`;
  return { where: "connection", problem };
};
