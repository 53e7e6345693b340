import { readFile } from "node:fs/promises";
import type { HubClient } from "@battant/cable/hub-client";
import type { FoundPort } from "@battant/cable/node/list";
import { Trouble } from "@battant/cable/trouble";
import type { FirmwareView, KindView } from "../../../api/contract.ts";
import { nearest } from "../../config/nearest.ts";
import type { Common } from "../command.ts";
import { printable } from "../table.ts";
import { zoneAsked } from "./adopt.ts";
import { choose } from "./choose.ts";
import { FLASH_WORDS, type FlashWords } from "./words.ts";
import type { Workshop } from "./workshop.ts";

/** What has to be known before a board is flashed: from the options, or asked of whoever sits there. */

export type FlashOptions = Common & {
  readonly kind?: string;
  readonly port?: string;
  readonly board?: string;
  readonly name?: string;
  readonly zone?: string;
  readonly zoneKind?: string;
  readonly flat?: string;
  readonly replaces?: string;
  readonly host?: string;
  readonly wifi?: string;
  readonly passwordFile?: string;
  readonly yes?: boolean;
};

export type Prepared = { readonly kind: KindView; readonly port: PortChoice };

export type PortChoice = Pick<FoundPort, "path" | "usb">;

export type Settled =
  | { readonly ok: true; readonly value: Prepared }
  | { readonly ok: false; readonly problem: string };

export type Asking = {
  readonly hub: HubClient;
  readonly workshop: Workshop;
  /** Ports that the building itself uses. */
  readonly taken: readonly string[];
};

export const settle = async (options: FlashOptions, asking: Asking): Promise<Settled> => {
  const { hub, workshop } = asking;
  const words = FLASH_WORDS[workshop.language];
  const [kinds, firmware] = await Promise.all([hub.kinds(), hub.firmware()]);
  if (firmware.espruino === null) throw new Trouble("no-espruino", "none was imported");
  if (options.kind !== undefined && kinds.every(({ model }) => model !== options.kind)) {
    return { ok: false, problem: noSuchKind(options.kind, kinds) };
  }
  // What is wrong with its place is better heard before the board is written than after.
  const zone = await zoneAsked(options, hub);
  if (!zone.ok) return zone;
  const missing = workshop.terminal.isInteractive
    ? []
    : missingOptions(options, firmware, workshop);
  const found = await findPort(options, asking);
  if (found === undefined && !workshop.terminal.isInteractive) missing.push("--port");
  if (missing.length > 0) return { ok: false, problem: words.missing(missing.join(", ")) };

  const kind =
    kinds.find(({ model }) => model === options.kind) ?? (await askKind(kinds, workshop));
  await tellParts(kind, workshop);
  const problem = await settleWifi(options, firmware, asking);
  if (problem !== undefined) return { ok: false, problem };
  const port = found ?? (await askPort(asking));
  if (workshop.terminal.isInteractive && options.yes !== true) {
    await workshop.terminal.ask(words.erases);
  }
  return { ok: true, value: { kind, port } };
};

const missingOptions = (
  options: FlashOptions,
  { wifi }: FirmwareView,
  { io }: Workshop,
): string[] => {
  const missing: string[] = [];
  if (options.kind === undefined) missing.push("--kind");
  if (options.wifi === undefined && wifi.ssid === null) missing.push("--wifi");
  const isNew = wifi.ssid === null || (options.wifi ?? wifi.ssid) !== wifi.ssid;
  const isSecretGiven = options.passwordFile !== undefined || io.env[PASSWORD] !== undefined;
  if (isNew && !isSecretGiven) missing.push(`--password-file (or ${PASSWORD})`);
  return missing;
};

const noSuchKind = (kind: string, kinds: readonly KindView[]): string => {
  const models = kinds.map(({ model }) => model);
  const meant = nearest(kind, models);
  const hint = meant === undefined ? `there are ${models.join(", ")}` : `did you mean ${meant}?`;
  return `There is no kind of board ${JSON.stringify(kind)}; ${hint}`;
};

const askKind = (
  kinds: readonly KindView[],
  { terminal, language }: Workshop,
): Promise<KindView> => {
  const words = FLASH_WORDS[language];
  const choices = kinds.map((value) => ({
    value,
    name: value.model,
    about: printable(value.about[language]),
  }));
  return choose(
    { title: words.kinds, choices, question: words.whichNumber, noSuch: words.noSuch },
    terminal,
  );
};

const tellParts = async ({ parts }: KindView, { terminal, language }: Workshop): Promise<void> => {
  if (parts.length === 0) return;
  await terminal.say(FLASH_WORDS[language].parts);
  for (const { part, count } of parts) {
    await terminal.say(`  ${count} × ${printable(part[language])}`);
  }
};

/** Where a password may come from when nobody is asked. Never from an argument: `ps` shows those. */
const PASSWORD = "BATTANT_WIFI_PASSWORD";

/** Asked once, then the hub remembers. A problem, or nothing. */
const settleWifi = async (
  { wifi, passwordFile, yes }: FlashOptions,
  { wifi: { ssid: kept } }: FirmwareView,
  { hub, workshop }: Asking,
): Promise<string | undefined> => {
  const { terminal, io, language } = workshop;
  const words = FLASH_WORDS[language];
  const given = io.env[PASSWORD];
  // Who names it again has mistyped its password, or it has changed.
  const isAskedAgain = wifi !== undefined && terminal.isInteractive && yes !== true;
  const isKept = kept !== null && (wifi ?? kept) === kept && !isAskedAgain;
  if (isKept && passwordFile === undefined && given === undefined) {
    await terminal.say(words.wifiKept(printable(kept)));
    return undefined;
  }
  const ssid = wifi ?? kept ?? (await askSsid(workshop, words));
  let password = given;
  if (passwordFile !== undefined) {
    try {
      password = (await readFile(passwordFile, "utf8")).replace(/\r?\n$/, "");
    } catch {
      return `${passwordFile} cannot be read; it holds the password of the Wi-Fi on one line.`;
    }
  }
  password ??= await terminal.askUnseen(words.password(ssid));
  await hub.setWifi({ ssid, password });
  return undefined;
};

const askSsid = async ({ terminal }: Workshop, words: FlashWords): Promise<string> => {
  for (;;) {
    const ssid = await terminal.ask(words.whichWifi);
    if (ssid !== "") return ssid;
  }
};

/**
 * As it was named; else the only one that looks like a board, which whoever sits there is told. A
 * dongle of another kind looks the same and would be disturbed: who is not there names the port.
 */
const findPort = async (
  { port }: FlashOptions,
  { workshop, taken }: Asking,
): Promise<PortChoice | undefined> => {
  const { terminal, language } = workshop;
  const found = await workshop.ports(taken);
  if (port !== undefined) {
    return found.find((it) => it.path === port || it.byId === port) ?? { path: port };
  }
  if (!terminal.isInteractive) return undefined;
  const [first, second] = found.filter(({ isLikely }) => isLikely);
  if (first === undefined || second !== undefined) return undefined;
  await terminal.say(FLASH_WORDS[language].onlyPort(`${first.label[language]}, ${first.path}`));
  return first;
};

const askPort = async ({ workshop, taken }: Asking): Promise<PortChoice> => {
  const { terminal, language } = workshop;
  const words = FLASH_WORDS[language];
  for (;;) {
    const found = await workshop.ports(taken);
    if (found.length > 0) {
      const choices = found.map((value) => ({
        value,
        name: value.path,
        about: printable(value.label[language]),
      }));
      return choose(
        { title: words.ports, choices, question: words.whichNumber, noSuch: words.noSuch },
        terminal,
      );
    }
    await terminal.say(words.noPort);
    await terminal.ask(words.again);
  }
};
