import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import { issue, type Pair } from "./issuing.ts";

/**
 * The box's own certificate authority, and the certificate it gives itself. Both are made at the
 * first start and kept in the data directory, where only the hub may read them.
 */
export type Certificates = Pair & {
  /** What clients have to trust, as a file: `mosquitto_pub --cafile …`. */
  readonly caPath: string;
  /** To be opened again from then on: a certificate is renewed before it expires. */
  readonly renewAt: Instant;
};

export type CertificatesOptions = {
  readonly dataDir: string;
  /** Host names and addresses by which people and boards reach the hub. */
  readonly names: readonly string[];
  readonly now: Instant;
};

const days = (count: number) => hours(24 * count);

const AUTHORITY_LIFE = days(20 * 365);
/** Browsers take no server certificate that lives longer than 398 days. */
const SERVER_LIFE = days(397);
const RENEWED_BEFORE = days(60);
/** A client whose clock is a little slow must not take it for a certificate from the future. */
const BACKDATED = days(1);

export const openCertificates = async (options: CertificatesOptions): Promise<Certificates> => {
  const { dataDir, names, now } = options;
  const dir = join(dataDir, "certificates");
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const authority = await openAuthority(dir, now);
  const kept = await readPair(dir, "server");
  const isUsable = belongsTogether(kept) && serves(kept.cert, authority, names, now);
  const server = isUsable ? kept : await issueServer(dir, authority, options);
  return {
    ...server,
    caPath: join(dir, "ca.crt"),
    renewAt: instant(expiryOf(server.cert) - RENEWED_BEFORE),
  };
};

/** What this machine is called on its network, now. */
export const namesOfThisMachine = (): string[] => {
  const host = hostname().toLowerCase();
  const hosts = /^[a-z0-9.-]+$/.test(host) ? [host, `${host}.local`] : [];
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((it) => !it.address.startsWith("fe80:"))
    .map((it) => it.address);
  return [...new Set(["localhost", "battant.local", ...hosts, "127.0.0.1", "::1", ...addresses])];
};

const openAuthority = async (dir: string, now: Instant): Promise<Pair> => {
  const kept = await readPair(dir, "ca");
  if (kept.cert !== "" && !belongsTogether(kept)) {
    const path = join(dir, "ca.key");
    throw new Error(
      `${path} is missing or is not the key of ca.crt. Restore both from a backup; or delete both, ` +
        "and let every board and browser trust the new authority that is then made",
    );
  }
  // It has to outlive the certificates it signs.
  if (kept.cert !== "" && expiryOf(kept.cert) > after(now, SERVER_LIFE)) return kept;
  const made = await issue({
    subject: "CN=Battant local authority, O=Battant",
    purpose: { kind: "authority" },
    ...lifetime(now, AUTHORITY_LIFE),
  });
  await writePair(dir, "ca", made);
  return made;
};

const issueServer = async (
  dir: string,
  authority: Pair,
  { names, now }: CertificatesOptions,
): Promise<Pair> => {
  const made = await issue({
    subject: "CN=Battant hub, O=Battant",
    purpose: { kind: "server", names, authority },
    ...lifetime(now, SERVER_LIFE),
  });
  await writePair(dir, "server", made);
  return made;
};

const lifetime = (now: Instant, life: number): { from: number; until: number } => ({
  from: now - BACKDATED,
  until: now - BACKDATED + life,
});

const expiryOf = (cert: string): Instant =>
  instant(new X509Certificate(cert).validToDate.getTime());

const serves = (cert: string, authority: Pair, names: readonly string[], now: Instant): boolean => {
  const parsed = new X509Certificate(cert);
  const isNamed = (name: string): boolean =>
    (isIP(name) === 0 ? parsed.checkHost(name) : parsed.checkIP(name)) !== undefined;
  return (
    parsed.verify(new X509Certificate(authority.cert).publicKey) &&
    parsed.validFromDate.getTime() <= now &&
    expiryOf(cert) - RENEWED_BEFORE > now &&
    names.every(isNamed)
  );
};

/** False as well for what is no certificate or no key. */
const belongsTogether = ({ cert, key }: Pair): boolean => {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
};

/** An empty text for a file that is not there. */
const readPair = async (dir: string, name: string): Promise<Pair> => ({
  cert: await readText(join(dir, `${name}.crt`)),
  key: await readText(join(dir, `${name}.key`)),
});

const readText = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
};

/** The key first: a certificate is only ever found beside its key. */
const writePair = async (dir: string, name: string, pair: Pair): Promise<void> => {
  await replaceFile(join(dir, `${name}.key`), pair.key);
  await replaceFile(join(dir, `${name}.crt`), pair.cert);
};

const replaceFile = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
};
