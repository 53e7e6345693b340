import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { type Bridge, installSerial } from "../../firmware/cable/test/esp32/bridge.ts";
import type { ChipOptions } from "../../firmware/cable/test/esp32/body.ts";
import { createChip, type Esp32 } from "../../firmware/cable/test/esp32/chip.ts";
import type { Run } from "../../firmware/cable/test/esp32/program.ts";
import { PASSWORD } from "../../hub/test/http-fakes.ts";
import type { Seen, Stage } from "./browser.ts";
import type { FakeHub } from "./fake-hub.ts";

/** A workshop's table: somebody signed in, a page, and a simulated chip at its USB cable. */

export const signIn = async (page: Page, hub: FakeHub, name = "lea"): Promise<void> => {
  const answer = await page.request.post(`${hub.address}/api/session`, {
    data: { name, password: PASSWORD },
  });
  if (!answer.ok()) throw new Error(`${name} could not sign in: ${answer.status()}`);
};

/** What a board of the kind `light` says when it is asked how it is. */
const SELF_TEST = [
  "Battant 0.1.0, light",
  "started by: power",
  "Wi-Fi: -58 dBm",
  "hub: reached",
  "variables: 1204 of 2500 free",
  "exceptions: 0 ",
  "I2C, SDA 21, SCL 22: 0x23",
  "light: 412.5 lx",
];

/** How Espruino shows the value of what was typed: by it the walk knows that all was said. */
const TOLD = '="battant-told"';

/** Whatever is in the flash, this starts: it prints, echoes nothing and answers its self-test. */
export const pretendBoard = (onTest: () => void, lines = SELF_TEST): Run => {
  return async (_flash, console) => {
    let typed = "";
    console.print("\r\n>");
    console.onInput((text) => {
      typed += text;
      if (!typed.endsWith("\n")) return;
      const isTest = typed.includes("battant.test()");
      typed = "";
      if (isTest) onTest();
      console.print(isTest ? `${[...lines, TOLD].join("\r\n")}\r\n>` : "\r\n>");
    });
    return { stop: async () => undefined };
  };
};

export type Table = Seen & { readonly hub: FakeHub; readonly chip: Esp32; readonly cable: Bridge };

export type TableSettings = {
  readonly hub?: Parameters<Stage["startHub"]>[0];
  readonly browser?: Parameters<Stage["open"]>[1];
  readonly chip?: ChipOptions;
  readonly path?: string;
  /** What is done to the page before anything is in it. */
  readonly before?: string;
};

export const layTable = async (stage: Stage, settings: TableSettings = {}): Promise<Table> => {
  const hub = await stage.startHub(settings.hub);
  const chip = createChip({ run: pretendBoard(() => hub.workshop.arrive()), ...settings.chip });
  onTestFinished(() => chip.close());
  const seen = await stage.open("about:blank", settings.browser);
  const cable = await installSerial(seen.page, chip);
  if (settings.before !== undefined) await seen.page.addInitScript({ content: settings.before });
  await signIn(seen.page, hub);
  await seen.page.goto(hub.address + (settings.path ?? "/flash"));
  return { ...seen, hub, chip, cable };
};
