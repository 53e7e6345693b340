import type { Run } from "./esp32/program.ts";

/** What a chip runs that is to look like a board of ours from its console. */

const TEST = {
  wifi: "-61 dBm",
  hub: "reached",
  sensor: "light: 412 lx",
};

const testText = ({ wifi, hub, sensor }: typeof TEST): string =>
  [
    "Battant 0.1.0, light",
    "started by: power",
    `Wi-Fi: ${wifi}`,
    `hub: ${hub}`,
    "variables: 1300 of 2500 free",
    "exceptions: 0 ",
    "I2C, SDA 21, SCL 22: 0x23",
    sensor,
    "",
    '="battant-told"',
    ">",
  ].join("\r\n");

/** What the board's test says, or what it prints instead as it starts. */
export type Says = () => Partial<typeof TEST> | string;

/** Answers like Espruino's console: echo, prompt, and the test. */
export const consoleThat =
  (says: Says, onTyped: (line: string) => void = () => undefined): Run =>
  async (_flash, console) => {
    const said = says();
    if (typeof said === "string") console.print(said);
    let line = "";
    console.onInput((text) => {
      for (const sign of text) {
        if (sign !== "\n") {
          line += sign;
          continue;
        }
        const asked = line;
        line = "";
        onTyped(asked);
        console.print(`${asked}\r\n>`);
        const answer = says();
        if (asked.startsWith("battant.test()") && typeof answer !== "string") {
          console.print(testText({ ...TEST, ...answer }));
        }
      }
    });
    return { stop: async () => undefined };
  };
