import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type OpenedReader, openReader, type Reader } from "./reader.ts";
import { troubleWith } from "./trouble.ts";

/** The thread that answers the hub's own questions about the past, beside the one that writes. */

export type ReadingQuestion = {
  readonly name: keyof Reader;
  readonly args: readonly unknown[];
};

export type ReadingAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

function serve(port: MessagePort, path: string): void {
  let opened: OpenedReader | undefined;

  /** After a failure the file is opened again at the next question. */
  const answer = ({ name, args }: ReadingQuestion): ReadingAnswer => {
    const file = (opened ??= openReader(path));
    try {
      if (!file.ok) throw new Error(file.problem);
      const read = file.reader[name] as (...given: readonly unknown[]) => unknown;
      return { ok: true, value: read(...args) };
    } catch (error) {
      if (file.ok) file.close();
      opened = undefined;
      return { ok: false, problem: troubleWith(path, error).detail };
    }
  };

  port.on("message", (question: ReadingQuestion) => port.postMessage(answer(question)));
}

if (parentPort !== null) serve(parentPort, workerData as string);
