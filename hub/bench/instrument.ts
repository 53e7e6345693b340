import { createInterface, type Interface } from "node:readline";

/**
 * How the bench speaks with its instruments: the loader, the zones and the floors are processes of
 * their own, told what to do by a line of JSON on their input, and answering by one on their output.
 * When the bench is gone, their input ends, and so do they.
 */
export type Orders = {
  /** The next line, trusted to be what the bench sends at this point. */
  next<T>(): Promise<T>;
};

export function listenForOrders(): Orders {
  const lines: Interface = createInterface({ input: process.stdin });
  const orders = lines[Symbol.asyncIterator]();
  lines.on("close", () => process.exit(0));
  return {
    next: async <T>() => {
      const line = await orders.next();
      if (line.done === true) return process.exit(0);
      return JSON.parse(line.value) as T;
    },
  };
}

export const answer = (value: unknown): void =>
  void process.stdout.write(`${JSON.stringify(value)}\n`);

/** The line after which an instrument that was told everything begins. */
export const GO = "go";
