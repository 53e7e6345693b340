import { X509Certificate } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, hours, instant } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import {
  type Certificates,
  namesOfThisMachine,
  openCertificates,
} from "../src/adapters/mqtt/certificates.ts";
import { makeDataDir, run } from "./broker-kit.ts";

// Goal: the box has a certificate that clients can check, keeps it, and renews it in time.
// Method: open the same directory again at another time, or after somebody has damaged it; let
// OpenSSL judge.

const NOW = instant(Date.UTC(2026, 5, 21, 12));
const NAMES = ["localhost", "battant.local", "127.0.0.1", "::1", "192.168.1.20"];

const inDays = (count: number) => after(NOW, hours(24 * count));

const open = (dataDir: string, now = NOW, names = NAMES): Promise<Certificates> =>
  openCertificates({ dataDir, names, now });

const fileOf = (certificates: Certificates, name: string): string =>
  join(dirname(certificates.caPath), name);

test("OpenSSL accepts the certificate for a server, under every name, by the CA alone", async () => {
  const certificates = await open(await makeDataDir());
  const { caPath } = certificates;
  const at = String(NOW / 1000);
  const common = ["-x509_strict", "-attime", at, "-purpose", "sslserver", "-CAfile", caPath];
  for (const name of NAMES) {
    const check = /[.:]\d|^::/.test(name) ? "-verify_ip" : "-verify_hostname";
    const file = fileOf(certificates, "server.crt");
    const ran = await run("openssl", ["verify", ...common, check, name, file]);
    expect(ran).toMatchObject({ code: 0, err: "" });
  }
  const elsewhere = ["-verify_hostname", "example.org", fileOf(certificates, "server.crt")];
  expect((await run("openssl", ["verify", ...common, ...elsewhere])).code).not.toBe(0);
});

test("the certificate is no authority, and the authority signs no other authority", async () => {
  const { cert, caPath } = await open(await makeDataDir());
  expect(new X509Certificate(cert).ca).toBe(false);
  const { out } = await run("openssl", ["x509", "-in", caPath, "-noout", "-text"]);
  expect(out).toContain("CA:TRUE, pathlen:0");
  expect(out).toContain("prime256v1");
});

test("keys and certificates are for the hub alone", async () => {
  const certificates = await open(await makeDataDir());
  for (const name of ["ca.crt", "ca.key", "server.crt", "server.key"]) {
    expect((await stat(fileOf(certificates, name))).mode & 0o777).toBe(0o600);
  }
  expect((await stat(dirname(certificates.caPath))).mode & 0o777).toBe(0o700);
});

test("opened again, it is the same; when it is about to expire, a new one from the same CA", async () => {
  const dataDir = await makeDataDir();
  const first = await open(dataDir);
  const ca = await readFile(first.caPath, "utf8");
  expect(await open(dataDir, inDays(300))).toEqual(first);
  expect(await open(dataDir, instant(first.renewAt - 1))).toEqual(first);

  const renewed = await open(dataDir, first.renewAt);
  expect(renewed.cert).not.toBe(first.cert);
  expect(renewed.renewAt).toBeGreaterThan(first.renewAt);
  expect(await readFile(renewed.caPath, "utf8")).toBe(ca);
  expect(new X509Certificate(renewed.cert).verify(new X509Certificate(ca).publicKey)).toBe(true);
});

test("it is renewed well before it expires, and lives no longer than browsers allow", async () => {
  const { cert, renewAt } = await open(await makeDataDir());
  const { validFromDate, validToDate } = new X509Certificate(cert);
  const day = 24 * 3600 * 1000;
  expect((validToDate.getTime() - renewAt) / day).toBeGreaterThan(30);
  expect((validToDate.getTime() - validFromDate.getTime()) / day).toBeLessThan(398);
});

test("a new address or a new host name needs a new certificate", async () => {
  const dataDir = await makeDataDir();
  const first = await open(dataDir);
  expect(await open(dataDir, NOW, NAMES.slice(1))).toEqual(first);
  const moved = await open(dataDir, NOW, [...NAMES, "192.168.1.21"]);
  expect(new X509Certificate(moved.cert).checkIP("192.168.1.21")).toBe("192.168.1.21");
  const named = await open(dataDir, NOW, [...NAMES, "hub.example.org"]);
  expect(new X509Certificate(named.cert).checkHost("hub.example.org")).toBe("hub.example.org");
});

test("a certificate made while the clock was wrong is replaced once the clock is right", async () => {
  const dataDir = await makeDataDir();
  const early = await open(dataDir, instant(0));
  const right = await open(dataDir);
  expect(right.cert).not.toBe(early.cert);
  const future = await open(dataDir, inDays(365 * 30));
  const back = await open(dataDir);
  expect(back.cert).not.toBe(future.cert);
  expect(new X509Certificate(back.cert).validFromDate.getTime()).toBeLessThanOrEqual(NOW);
});

test("before the authority comes to its end there is a new one", async () => {
  const dataDir = await makeDataDir();
  const first = await open(dataDir);
  const ca = await readFile(first.caPath, "utf8");
  const later = await open(dataDir, inDays(365 * 19 + 200));
  const newCa = new X509Certificate(await readFile(later.caPath, "utf8"));
  expect(newCa.toString().trim()).not.toBe(ca.trim());
  expect(new X509Certificate(later.cert).verify(newCa.publicKey)).toBe(true);
  expect(newCa.validToDate.getTime()).toBeGreaterThan(
    new X509Certificate(later.cert).validToDate.getTime(),
  );
});

const damages: readonly [name: string, damage: (path: string) => Promise<void>][] = [
  ["is gone", (path) => rm(path)],
  ["was cut short", async (path) => writeFile(path, (await readFile(path, "utf8")).slice(0, 90))],
  ["is empty", (path) => writeFile(path, "")],
];

for (const [name, damage] of damages) {
  for (const file of ["server.crt", "server.key"]) {
    test(`${file} ${name}: a new certificate from the same CA`, async () => {
      const dataDir = await makeDataDir();
      const first = await open(dataDir);
      const ca = await readFile(first.caPath, "utf8");
      await damage(fileOf(first, file));
      const second = await open(dataDir);
      expect(second.cert).not.toBe(first.cert);
      expect(await readFile(second.caPath, "utf8")).toBe(ca);
    });
  }

  test(`ca.key ${name}: nothing is made over the authority that clients trust`, async () => {
    const dataDir = await makeDataDir();
    const first = await open(dataDir);
    await damage(fileOf(first, "ca.key"));
    await expect(open(dataDir)).rejects.toThrow(/ca\.key .* Restore both from a backup/);
  });
}

test("a first start that was cut off before the CA was complete begins again", async () => {
  const dataDir = await makeDataDir();
  const first = await open(dataDir);
  await rm(first.caPath);
  const second = await open(dataDir);
  expect(new X509Certificate(second.cert).checkHost("localhost")).toBe("localhost");
});

test("this machine knows by which names it may be called", () => {
  const names = namesOfThisMachine();
  expect(names).toContain("battant.local");
  expect(names).toContain("127.0.0.1");
  expect(new Set(names).size).toBe(names.length);
});
