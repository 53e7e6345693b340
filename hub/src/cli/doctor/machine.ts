import { span } from "../times.ts";
import { type Check, note, ok, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** The machine under the hub: program, disk, clock. */

export const nodeChecks = (seen: Observed): Check[] => [nodeCheck(seen)];
export const storageChecks = (seen: Observed): Check[] => [storageCheck(seen)];
export const clockChecks = (seen: Observed): Check[] => [clockCheck(seen)];

const nodeCheck = ({ node }: Observed): Check => {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 7)) return ok("Node.js", node);
  return problem("Node.js", `${node} is too old`, "run npm install: it brings Node.js 24 along");
};

const FREE_BYTES_LOW = 500e6;
const FREE_BYTES_NONE = 50e6;

const storageCheck = ({ dataDir, isWritable, freeBytes, registryProblem }: Observed): Check => {
  if (!isWritable) {
    const todo =
      registryProblem === undefined
        ? "give this user the right to write there, or name another folder with --data"
        : "see hub below";
    return problem("data", `${dataDir} cannot be written`, todo);
  }
  if (freeBytes === undefined) return ok("data", dataDir);
  const room = `${dataDir}, ${bytes(freeBytes)} free`;
  const todo = "free some space: when it is full, boards keep their readings until there is room";
  if (freeBytes < FREE_BYTES_NONE) return problem("data", room, todo);
  return freeBytes < FREE_BYTES_LOW ? note("data", room, todo) : ok("data", room);
};

const bytes = (many: number): string =>
  many >= 1e9 ? `${(many / 1e9).toFixed(1)} GB` : `${Math.round(many / 1e6)} MB`;

/** Before this program was written no clock can be right. */
const EARLIEST = Date.UTC(2026, 0, 1);

const clockCheck = ({ now, run, isClockSynchronised }: Observed): Check => {
  const shown = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const todo = "set it, or connect a clock: without the right time no light is ever kept off";
  if (now < EARLIEST) return problem("clock", `${shown} cannot be`, todo);
  if (run !== undefined && run.beat > now + 120_000) {
    const found = `${shown}, but the hub was already ${span(run.beat - now)} further`;
    return problem("clock", found, todo);
  }
  if (isClockSynchronised === true) return ok("clock", `${shown}, synchronised`);
  const found = isClockSynchronised === false ? "not synchronised" : "cannot tell if synchronised";
  return note("clock", `${shown}, ${found}`, "compare it with a watch; a small drift does no harm");
};
