import type { Command } from "commander";
import type { ExitCode } from "./io.ts";

/** What every command of `battant` has in common. */

export type Common = { readonly data?: string; readonly json?: boolean };

/** Hands over the exit code. */
export type Done = (code: ExitCode) => void;

/** `isDefault`: it is meant when its parent is said alone. */
export const subcommand = (
  parent: Command,
  name: string,
  description: string,
  { isDefault = false }: { readonly isDefault?: boolean } = {},
): Command =>
  parent
    .command(name, { isDefault })
    .description(description)
    .helpOption("-h, --help", "this text")
    .option("--data <dir>", "the hub's data folder (default: the one used last below ./data)")
    .option("--json", "print JSON, for programs");

export const group = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .helpOption("-h, --help", "this text")
    .helpCommand(false);
