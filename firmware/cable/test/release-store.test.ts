import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fetchRelease, writeRelease } from "../release/node-fetch.ts";
import { type EspruinoRelease, readReleaseAt, releaseOf } from "../release/node-read.ts";
import { keepRelease, openRelease } from "../release/node-store.ts";
import type { Pins } from "../release/pins.ts";
import { pretendRelease } from "./release-kit.ts";

// Goal: what is written into boards is what somebody vouched for, from the download to each use.
// Method: real folders, a real HTTP server, and everything that can happen to a file in between.

const ADDRESS = "https://www.espruino.com/binaries/espruino_2v30_esp32/";

const make = (version: string): EspruinoRelease => {
  const release = releaseOf(pretendRelease({ version }));
  if (!release.ok) throw new Error(release.problem);
  return release.value;
};

const release = make("2v30");
const listing = (sha256: string | null): Pins => ({ "2v30": { address: ADDRESS, sha256 } });
const unlisted = listing(null);
const listed = listing(release.sha256);
const other = listing("0".repeat(64));

const createFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "battant-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const refusal = (words: string) => ({ ok: false, problem: expect.stringContaining(words) });
const kept = (isListed: boolean) => ({ ok: true, value: { version: "2v30", isListed } });

const keepConfirmed = async (folder: string): Promise<void> => {
  const result = await keepRelease(folder, release, { confirmed: release.sha256, pins: unlisted });
  expect(result).toMatchObject(kept(false));
};

test("until one is imported there is none", async () => {
  expect(await openRelease(createFolder())).toEqual({ ok: true, value: undefined });
});

test("a listed release is kept without a question, and found again", async () => {
  const folder = createFolder();
  expect(await keepRelease(folder, release, { pins: listed })).toMatchObject(kept(true));
  const opened = await openRelease(folder, listed);
  expect(opened).toMatchObject(kept(true));
  expect(opened.ok && Buffer.from(opened.value!.application).equals(release.application)).toBe(
    true,
  );
});

test("one that is not listed is kept once its checksum is confirmed, and the refusal shows it", async () => {
  const folder = createFolder();
  const asked = await keepRelease(folder, release, { pins: unlisted });
  expect(asked).toEqual(refusal(`add --sha256 ${release.sha256}`));
  const wrong = { confirmed: "0".repeat(64), pins: unlisted };
  expect(await keepRelease(folder, release, wrong)).toEqual(refusal("no checksum is listed"));
  expect(await openRelease(folder, unlisted)).toEqual({ ok: true, value: undefined });
  const typed = { confirmed: ` ${release.sha256.toUpperCase()}\n`, pins: unlisted };
  expect(await keepRelease(folder, release, typed)).toMatchObject(kept(false));
  expect(await openRelease(folder, unlisted)).toMatchObject(kept(false));
});

test("a listed release with another checksum is refused, whatever anybody confirms", async () => {
  const folder = createFolder();
  const options = { confirmed: release.sha256, anyway: true, pins: other };
  const result = await keepRelease(folder, release, options);
  expect(result).toEqual(refusal(`not the Espruino 2v30 that Battant knows`));
  expect(result).toEqual(refusal(`download it again from ${ADDRESS}`));
});

test("an old release is refused with the reason, and kept when asked for anyway", async () => {
  const folder = createFolder();
  const old = make("2v29");
  const options = { confirmed: old.sha256, pins: unlisted };
  expect(await keepRelease(folder, old, options)).toEqual(refusal("take one newer than 2v29"));
  expect(await keepRelease(folder, old, { ...options, anyway: true })).toMatchObject({ ok: true });
  expect(await openRelease(folder, unlisted)).toMatchObject({ value: { version: "2v29" } });
});

test("only its owner reads it", async () => {
  const folder = createFolder();
  await keepConfirmed(folder);
  expect(statSync(join(folder, "espruino.pinned")).mode & 0o777).toBe(0o600);
});

test("the next import takes its place; one that was interrupted does not", async () => {
  const folder = createFolder();
  await keepConfirmed(folder);
  writeFileSync(join(folder, "espruino.pinned.new"), "half of somethi");
  expect(await openRelease(folder, unlisted)).toMatchObject(kept(false));
  const newer = make("2v31");
  const options = { confirmed: newer.sha256, pins: unlisted };
  expect(await keepRelease(folder, newer, options)).toMatchObject({ ok: true });
  expect(await openRelease(folder, unlisted)).toMatchObject({ value: { version: "2v31" } });
});

const mishaps: [what: string, change: (bytes: Buffer) => Buffer][] = [
  ["a byte changed", (bytes) => (bytes.writeUInt8(bytes[9000]! ^ 1, 9000), bytes)],
  ["its checksum changed", (bytes) => (bytes.write("0000", 0), bytes)],
  ["it was cut off", (bytes) => bytes.subarray(0, 5000)],
  ["it was emptied", () => Buffer.alloc(0)],
];

test.each(mishaps)("when %s, it is refused with what to do", async (_what, change) => {
  const folder = createFolder();
  await keepConfirmed(folder);
  const path = join(folder, "espruino.pinned");
  writeFileSync(path, change(readFileSync(path)));
  expect(await openRelease(folder, unlisted)).toEqual(
    refusal("Espruino is needed again: import it with `battant firmware import FILE`"),
  );
});

test("when Battant comes to list another checksum, what was confirmed is refused", async () => {
  const folder = createFolder();
  await keepConfirmed(folder);
  expect(await openRelease(folder, other)).toEqual(refusal("lists another checksum"));
  expect(await openRelease(folder, listed)).toMatchObject(kept(true));
});

test("a folder that cannot be written or read is a reason, not a crash", async () => {
  const missing = join(createFolder(), "missing");
  const options = { confirmed: release.sha256, pins: unlisted };
  expect(await keepRelease(missing, release, options)).toEqual(refusal("cannot be kept"));
  const file = join(createFolder(), "file");
  writeFileSync(file, "");
  expect(await openRelease(file)).toEqual(refusal("cannot be read"));
});

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/espruino_2v30_esp32/`;
};

const files: { readonly [path: string]: Uint8Array } = {
  "/espruino_2v30_esp32/bootloader.bin": release.bootloader,
  "/espruino_2v30_esp32/partitions_espruino.bin": release.partitions,
  "/espruino_2v30_esp32/espruino_esp32.bin": release.application,
};

const website: RequestListener = (request, response) => {
  const file = files[request.url!];
  response.writeHead(file === undefined ? 404 : 200).end(file);
};

const download = (version: string, address: string, signal = new AbortController().signal) =>
  fetchRelease(version, { fetch, address, signal });

test("a release is downloaded, carried as one file, and read from it", async () => {
  const fetched = await download("2v30", await serve(website));
  expect(fetched).toEqual({ ok: true, value: expect.objectContaining({ sha256: release.sha256 }) });
  const path = await writeRelease(createFolder(), release);
  expect(path).toMatch(/espruino_2v30_esp32\.zip$/);
  expect(await readReleaseAt(path)).toMatchObject({ ok: true, value: { sha256: release.sha256 } });
});

test("a download that broke off is simply repeated", async () => {
  let asked = 0;
  const address = await serve((request, response) => {
    asked++;
    if (asked !== 3) return website(request, response);
    response.writeHead(200, { "content-length": release.application.length });
    response.write(release.application.subarray(0, 1000), () => response.destroy());
  });
  const broken = await download("2v30", address);
  expect(broken).toEqual(refusal("espruino_esp32.bin did not come"));
  expect(broken).toEqual(refusal("Try again"));
  expect(await download("2v30", address)).toMatchObject({ ok: true });
});

const PIECE = Buffer.alloc(256 * 1024);

/** Sends as long as anybody takes it, but gives up where a patient client would fill its memory. */
const endless: RequestListener = (_request, response) => {
  let left = 200;
  const more = (): void => {
    while (!response.destroyed && left-- > 0 && response.write(PIECE));
    if (left < 0) response.destroy();
    else response.once("drain", more);
  };
  more();
};

const wrong: [what: string, listener: RequestListener, problem: string][] = [
  ["is not there", (_request, response) => void response.writeHead(404).end(), "answer 404"],
  ["never ends", endless, "longer than any flash"],
  ["is a page that asks to sign in", (_, response) => void response.end("<html>"), "no program"],
];

test.each(wrong)("a file that %s is refused", async (_what, listener, problem) => {
  expect(await download("2v30", await serve(listener))).toEqual(refusal(problem));
});

test("another version than was asked for is refused", async () => {
  expect(await download("2v31", await serve(website))).toEqual(
    refusal("holds Espruino 2v30, not 2v31"),
  );
});

test("nobody there, or somebody out of patience, is a reason to try again", async () => {
  expect(await download("2v30", "http://127.0.0.1:1/")).toEqual(refusal("Try again"));
  const stop = new AbortController();
  const address = await serve(() => stop.abort());
  expect(await download("2v30", address, stop.signal)).toEqual(refusal("did not come"));
});
