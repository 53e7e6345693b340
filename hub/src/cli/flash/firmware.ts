import { resolve } from "node:path";
import { fetchRelease, writeRelease } from "@battant/cable/release/node-fetch";
import { type EspruinoRelease, readReleaseAt } from "@battant/cable/release/node-read";
import { type KeptRelease, keepRelease, openRelease } from "@battant/cable/release/node-store";
import { newestRelease, PINS, standingOf } from "@battant/cable/release/pins";
import { EXIT, type ExitCode, type Io, json } from "../io.ts";
import { commandOn } from "../next-step.ts";
import { printable } from "../table.ts";
import type { Workshop } from "./workshop.ts";

/** `battant firmware`: which Espruino this hub writes into boards, and where it comes from. */

type Showing = { readonly dataDir: string; readonly asJson: boolean };

export const showFirmware = async ({ dataDir, asJson }: Showing, io: Io): Promise<ExitCode> => {
  const kept = await openRelease(dataDir);
  if (!kept.ok) return refused(kept.problem, io);
  if (asJson) await io.out(json(kept.value === undefined ? null : viewOf(kept.value)));
  else if (kept.value === undefined) {
    await io.out(
      "No Espruino yet: no board can be flashed. Once, on a machine with internet:\n\n" +
        "  npx battant firmware fetch\n\n" +
        `then, with the file it wrote, here:\n\n  ${commandOn(dataDir, "firmware import FILE")}\n`,
    );
  } else await io.out(told(kept.value));
  return EXIT.ok;
};

const viewOf = ({ version, sha256, isListed }: KeptRelease) => ({ version, sha256, isListed });

const told = ({ version, sha256, isListed }: KeptRelease): string =>
  `Espruino ${version}, SHA-256 ${sha256}\n` +
  (isListed
    ? "Battant lists this checksum.\n"
    : "Battant lists no checksum for this release; it is the one confirmed at import.\n");

export type ImportOptions = { readonly sha256?: string; readonly anyway?: boolean };

export type Importing = Showing & {
  readonly path: string;
  readonly options: ImportOptions;
};

export const importFirmware = async (
  { dataDir, asJson, path, options }: Importing,
  workshop: Workshop,
): Promise<ExitCode> => {
  const { io } = workshop;
  const release = await readReleaseAt(path);
  if (!release.ok) return refused(`${path}: ${release.problem}.`, io);
  const confirmed = options.sha256 ?? (await confirm(release.value, workshop));
  const kept = await keepRelease(dataDir, release.value, {
    confirmed,
    anyway: options.anyway === true,
  });
  if (!kept.ok) return refused(`Nothing was imported: ${kept.problem}.`, io);
  await io.out(asJson ? json(viewOf(kept.value)) : `Imported. ${told(kept.value)}`);
  return EXIT.ok;
};

/** A checksum is worth something when it comes from elsewhere than the file did. */
const confirm = async (
  release: EspruinoRelease,
  { terminal }: Workshop,
): Promise<string | undefined> => {
  if (!terminal.isInteractive || standingOf(release) !== "unlisted") return undefined;
  const { version, sha256 } = release;
  await terminal.say(
    `Battant lists no checksum for Espruino ${version} yet. This file's SHA-256 is\n\n  ${sha256}\n\n` +
      "Compare it with what somebody else has, or the page you took it from.",
  );
  const answer = await terminal.ask("Type yes to use it: ");
  return answer.trim().toLowerCase() === "yes" ? sha256 : undefined;
};

export type FetchOptions = { readonly to?: string; readonly from?: string };

const FETCH_MS_MAX = 300_000;

export const fetchFirmware = async (
  asked: string | undefined,
  { to = ".", from }: FetchOptions,
  { io, fetch, terminal }: Workshop,
): Promise<ExitCode> => {
  const version = asked ?? newestRelease();
  const address = from ?? (version === undefined ? undefined : PINS[version]?.address);
  if (version === undefined || address === undefined || !URL.canParse(address)) {
    return refused(
      `Battant knows no address of Espruino ${printable(asked ?? "")}; it knows ${Object.keys(PINS).join(", ")}. ` +
        "Another release: add --from with the address of its folder, ending in /.",
      io,
    );
  }
  await terminal.say(`Espruino ${version} from ${address}`);
  const signal = AbortSignal.timeout(FETCH_MS_MAX);
  const release = await fetchRelease(version, { fetch, address, signal });
  if (!release.ok) return refused(`${release.problem}.`, io);
  if (standingOf(release.value) === "differs") {
    return refused("These are not the files that Battant lists under this version.", io);
  }
  const path = await written(to, release.value);
  if (path === undefined) return refused(`${to} is no folder that can be written to.`, io);
  await io.out(
    `${path}\nSHA-256 ${release.value.sha256}\n\n` +
      "Carry it to the hub, and there:\n\n" +
      `  npx battant firmware import ${path.replace(/^.*[/\\]/, "")}\n`,
  );
  return EXIT.ok;
};

const written = async (folder: string, release: EspruinoRelease): Promise<string | undefined> => {
  try {
    return await writeRelease(resolve(folder), release);
  } catch {
    return undefined;
  }
};

const refused = async (problem: string, io: Io): Promise<ExitCode> => {
  await io.err(`${problem}\n`);
  return EXIT.problems;
};
