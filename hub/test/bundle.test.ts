import { expect, test } from "vitest";
import { decodeBundle } from "../src/domain/bundle.ts";

// Goal: hub and command line take the same programs, and know the same of them.

test("a program says its version and its kind of board in its first line", () => {
  const text = "//battant 0.12.3 relay-light\nlet a = 1;\n";
  expect(decodeBundle(text)).toEqual({
    ok: true,
    bundle: { text, program: "0.12.3", model: "relay-light" },
  });
});

const table: readonly [name: string, header: string, problem: string][] = [
  ["nothing", "", "no-header"],
  ["another program", "let a = 1;\n", "no-header"],
  ["a first line that does not end", "//battant 0.1.0 relay-light", "no-header"],
  ["no kind of board", "//battant 0.1.0\n", "no-header"],
  ["a third word", "//battant 0.1.0 relay light\n", "no-header"],
  ["a line before", "\n//battant 0.1.0 light\n", "no-header"],
  ["a kind that is too long", `//battant 0.1.0 ${"x".repeat(65)}\n`, "no-header"],
  ["a word for a version", "//battant next light\n", "no-version"],
  ["one number alone", "//battant 1 light\n", "no-version"],
  ["five numbers", "//battant 1.2.3.4.5 light\n", "no-version"],
  ["a number that is too long", "//battant 0.123456 light\n", "no-version"],
  ["a word after the numbers", "//battant 0.1.0-rc light\n", "no-version"],
];

test.each(table)("%s is no program of ours", (_, header, problem) => {
  expect(decodeBundle(header)).toMatchObject({ ok: false, problem });
});
