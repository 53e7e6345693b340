import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Storage } from "../hardware.ts";
import { createSettings, receiveSettings } from "../settings.ts";

// Goal: what the hub decided is there at the next start, and flash is worn for news alone.
// Method: a flash that counts its writes, and starts of the board that find it as it was left.

const sha256 = (bytes: string): string =>
  createHash("sha256").update(Buffer.from(bytes, "latin1")).digest().toString("latin1");

const digestOf = (body: string): string =>
  createHash("sha256").update(body).digest("hex").slice(0, 16);

type Flash = Pick<Storage, "read" | "write"> & {
  content: string | undefined;
  writes: number;
  full: boolean;
};

const createFlash = (content?: string): Flash => {
  const flash: Flash = {
    content,
    writes: 0,
    full: false,
    read: (name) => (name === "settings" ? flash.content : undefined),
    write: (name, text) => {
      expect(name).toBe("settings");
      if (flash.full) return false;
      flash.content = text;
      flash.writes++;
      return true;
    },
  };
  return flash;
};

const bodyFor = (target: number): string =>
  `{"rules":[{"r":"main","s":"light","T":${target},"K":1.5,"k":1,"L":60,"off":600000,"on":20000,"age":300000,"lat":47.24,"lon":6.02,"sun":0}]}`;

test("a board that was never told anything has no rules, and says so by no digest", () => {
  const settings = createSettings(createFlash(), sha256);
  expect(settings.rules).toEqual([]);
  expect(settings.digest).toBeUndefined();
});

test("what is received is obeyed at once, kept, and found again at the next start", () => {
  const flash = createFlash();
  const settings = createSettings(flash, sha256);
  expect(receiveSettings(settings, bodyFor(150))).toBeUndefined();
  expect(settings.rules).toMatchObject([{ relay: "main", target: 150 }]);
  expect(settings.digest).toBe(digestOf(bodyFor(150)));
  const again = createSettings(flash, sha256);
  expect(again.rules).toEqual(settings.rules);
  expect(again.digest).toBe(settings.digest);
});

test("settings that come again are not written again", () => {
  const flash = createFlash();
  const settings = createSettings(flash, sha256);
  for (let i = 0; i < 5; i++) receiveSettings(settings, bodyFor(150));
  expect(flash.writes).toBe(1);
  receiveSettings(settings, bodyFor(200));
  expect(flash.writes).toBe(2);
});

test("no rules take the rules back, and are kept as well", () => {
  const flash = createFlash(bodyFor(150));
  receiveSettings(createSettings(flash, sha256), '{"rules":[]}');
  const settings = createSettings(flash, sha256);
  expect(settings.rules).toEqual([]);
  expect(settings.digest).toBe(digestOf('{"rules":[]}'));
});

test("settings that make no sense are refused, and those before stay", () => {
  const flash = createFlash(bodyFor(150));
  const settings = createSettings(flash, sha256);
  expect(receiveSettings(settings, bodyFor(0))).toBe("rule 1: T is missing or out of bounds");
  expect(settings.rules).toMatchObject([{ target: 150 }]);
  expect(settings.digest).toBe(digestOf(bodyFor(150)));
  expect(flash.content).toBe(bodyFor(150));
});

test.each([
  ["cut short", bodyFor(150).slice(0, 40)],
  ["half erased", `${bodyFor(150).slice(0, 40)}${"\xff".repeat(40)}`],
  ["empty", ""],
  ["of another program", "[1,2]"],
])("a file that is %s counts as none, and does not keep the board from starting", (_, content) => {
  const settings = createSettings(createFlash(content), sha256);
  expect(settings.rules).toEqual([]);
  expect(settings.digest).toBeUndefined();
});

test("without room in flash they are obeyed until the next start, and that is told", () => {
  const flash = createFlash();
  flash.full = true;
  const settings = createSettings(flash, sha256);
  expect(receiveSettings(settings, bodyFor(150))).toBe("no room to keep the settings");
  expect(settings.rules).toHaveLength(1);
  expect(createSettings(flash, sha256).rules).toEqual([]);
});
