import { createPrivateKey, KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { text } from "node:stream/consumers";
import type { Extension, JsonGeneralName } from "@peculiar/x509";
import type { Pair, Purpose, Request } from "./issuing.ts";

/** A program: reads one request, makes the certificate and its key, writes them, and ends. */

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

type X509 = typeof import("@peculiar/x509");

type Keys = webcrypto.CryptoKeyPair;

const make = async (request: Request): Promise<Pair> => {
  const { subject, from, until, purpose } = request;
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = issuerOf(purpose, subject, keys, x509);
  const cert = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer.name,
    notBefore: new Date(from),
    notAfter: new Date(until),
    publicKey: keys.publicKey,
    signingKey: issuer.key,
    signingAlgorithm: ALGORITHM,
    extensions: [
      ...extensionsFor(purpose, x509),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" });
  return { cert: cert.toString("pem"), key: key.toString() };
};

const issuerOf = (purpose: Purpose, subject: string, keys: Keys, x509: X509) => {
  if (purpose.kind === "authority") {
    return { name: subject, key: keys.privateKey, publicKey: keys.publicKey };
  }
  const { cert, key } = purpose.authority;
  const authority = new x509.X509Certificate(cert);
  return {
    name: authority.subject,
    key: createPrivateKey(key).toCryptoKey(ALGORITHM, false, ["sign"]),
    publicKey: authority.publicKey,
  };
};

const extensionsFor = (purpose: Purpose, x509: X509): Extension[] => {
  if (purpose.kind === "authority") {
    return [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ];
  }
  const names = purpose.names.map((value): JsonGeneralName => {
    return isIP(value) === 0 ? { type: "dns", value } : { type: "ip", value };
  });
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
};

/**
 * The library's injection container refuses to load where `Reflect` has no metadata functions, and
 * names packages that add them. It calls three; here they are, for this process only.
 */
const loadX509 = async (): Promise<X509> => {
  const known = new WeakMap<object, Map<unknown, unknown>>();
  const getOwnMetadata = (key: unknown, target: object): unknown => known.get(target)?.get(key);
  const getMetadata = (key: unknown, target: object): unknown => {
    if (known.get(target)?.has(key) === true) return getOwnMetadata(key, target);
    const parent = Reflect.getPrototypeOf(target);
    return parent === null ? undefined : getMetadata(key, parent);
  };
  const defineMetadata = (key: unknown, value: unknown, target: object): void => {
    known.set(target, (known.get(target) ?? new Map()).set(key, value));
  };
  Object.assign(Reflect, { getMetadata, getOwnMetadata, defineMetadata });
  return await import("@peculiar/x509");
};

const request = JSON.parse(await text(process.stdin)) as Request;
process.stdout.write(JSON.stringify(await make(request)));
