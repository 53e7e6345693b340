import type { ServerResponse } from "node:http";

/**
 * One reader of the live stream: server-sent events (WHATWG HTML §9.2). Each message tells the whole
 * building, so a slow reader may miss some and still know the latest; one that takes nothing at all
 * between two heartbeats is dropped.
 */

export type Stream = {
  /** Sends `message`, or the latest one as soon as the reader has taken the one before. */
  show(message: string): void;
  beat(message: string): void;
};

export type Headers = { readonly [name: string]: string | number | string[] | undefined };

/** Browsers wait this long before they come back. */
const RETRY_MS = 3000;

export const event = (name: string, data: object): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

export const openStream = (
  response: ServerResponse,
  headers: Headers,
  latest: () => string,
): Stream => {
  /** What was written last is still on its way out. */
  let isBusy = false;
  /** The building changed meanwhile. */
  let hasMissed = false;
  /** Was busy at the last heartbeat already. */
  let isLate = false;

  const write = (message: string): void => {
    isBusy = !response.write(message);
  };

  const first = `retry: ${RETRY_MS}\n\n${latest()}`;
  response.on("error", () => response.destroy()); // The reader went away while we wrote.
  response.on("drain", () => {
    isBusy = false;
    isLate = false;
    if (hasMissed) write(latest());
    hasMissed = false;
  });
  response.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream; charset=utf-8",
    "x-accel-buffering": "no", // Or a proxy in front may keep messages until it has many.
  });
  write(first);

  return {
    show: (message) => {
      if (isBusy) hasMissed = true;
      else write(message);
    },
    beat: (message) => {
      if (isBusy && isLate) response.destroy();
      else if (isBusy) isLate = true;
      else write(message);
    },
  };
};
