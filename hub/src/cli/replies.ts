import { EXIT, type ExitCode, type Io } from "./io.ts";
import { commandOn } from "./next-step.ts";
import type { JournalFile, Place } from "./place.ts";

/** What a command says when it has no answer to give: what was wrong with the question, or missing here. */

export const misunderstood = async (problem: string, io: Io): Promise<ExitCode> => {
  await io.err(`${problem}\n`);
  return EXIT.usage;
};

/** `tells`: what the command would have looked up in the building file. */
export const noPlan = async (
  { buildingFile, configuration, dataDir }: Place,
  tells: string,
  io: Io,
): Promise<ExitCode> => {
  const todo =
    configuration === undefined
      ? `${buildingFile} is not there; write it first: it says ${tells}.`
      : `${buildingFile} has problems. This lists them: ${commandOn(dataDir, "check-config")}`;
  await io.err(`${todo}\n`);
  return EXIT.problems;
};

export const noJournal = async ({ journal, dataDir }: Place, io: Io): Promise<ExitCode> => {
  if (journal.kind === "unreadable") return unreadable(journal, io);
  await io.err(`Nothing was measured in ${dataDir} yet.\n`);
  return EXIT.ok;
};

export const unreadable = async (
  { problem }: Extract<JournalFile, { kind: "unreadable" }>,
  io: Io,
): Promise<ExitCode> => {
  await io.err(`${problem}\n`);
  return EXIT.problems;
};
