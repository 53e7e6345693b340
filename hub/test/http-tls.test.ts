import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, request } from "node:https";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { hours } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test, vi } from "vitest";
import type { HttpParts } from "../src/adapters/http/server.ts";
import { openCertificates } from "../src/adapters/mqtt/certificates.ts";
import { building, PASSWORD } from "./http-fakes.ts";
import { type Asked, ask, cookieOf, signIn, startHttp } from "./http-start.ts";

// Goal: the same hub over HTTPS, for browsers that trust the box, beside plain HTTP and never at its
// cost. Method: certificates as the hub makes them, real TLS clients that trust them or do not.

const NAMES = ["localhost", "127.0.0.1"];
const HOST = "127.0.0.1";

/** Long enough ago to be renewed by now, and not to have expired. */
const LONG_AGO = hours(24 * 350);

const makeCertificates = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "battant-tls-"));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const open = (at: number) => openCertificates({ dataDir, names: NAMES, now: at as never });
  return { ...(await open(Date.now() - LONG_AGO)), renew: () => open(Date.now()) };
};

const startTls = async (parts: Partial<HttpParts> = {}) => {
  const { cert, key, caPath, renew } = await makeCertificates();
  const tls = { host: HOST, port: 0, cert, key };
  const http = await startHttp({ tls, caPath, ...parts });
  const ca = await readFile(caPath, "utf8");
  const secure = `https://${HOST}:${http.tlsPort}`;
  const asked = (path: string, more: Asked = {}) => ask(secure + path, { ca, ...more });
  return { ...http, ca, caPath, renew, secure, asked };
};

test("whoever trusts the authority that the box hands out reads the building over HTTPS", async () => {
  const { address, secure, tlsPort } = await startTls();
  expect((await ask(`${address}/api/access`)).body).toEqual({ httpsPort: tlsPort });
  const handed = await ask(`${address}/api/ca.crt`);
  expect(handed.headers["content-type"]).toBe("application/x-x509-ca-cert");
  expect(handed.headers["content-disposition"]).toBe('attachment; filename="battant-ca.crt"');
  const answer = await ask(`${secure}/api/building`, { ca: handed.body as string });
  expect(answer.code).toBe(200);
  expect(answer.body).toEqual(building);
});

test("whoever does not trust it is warned", async () => {
  const { secure } = await startTls();
  await expect(ask(`${secure}/api/building`)).rejects.toThrow(/certificate/);
});

test("nothing but the certificate leaves the file of the authority", async () => {
  const { address, caPath, ca } = await startTls();
  await appendFile(caPath, "\n-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n");
  const { body } = await ask(`${address}/api/ca.crt`);
  expect(body).not.toContain("PRIVATE");
  expect(new X509Certificate(body as string).fingerprint256).toBe(
    new X509Certificate(ca).fingerprint256,
  );
});

test("without HTTPS the API says so, and plain HTTP is all there is", async () => {
  const { address, tlsPort, tlsProblem } = await startHttp();
  expect({ tlsPort, tlsProblem }).toEqual({ tlsPort: undefined, tlsProblem: undefined });
  expect((await ask(`${address}/api/access`)).body).toEqual({ httpsPort: null });
});

// Sessions

test("the session cookie goes over TLS alone, to this host alone", async () => {
  const { asked } = await startTls();
  const body = { name: "claire", password: PASSWORD };
  const answer = await asked("/api/session", { method: "POST", body });
  const [cookie] = answer.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/^__Host-battant_session=[\w-]{20,}; /);
  const flags = cookie!.split("; ").slice(1).toSorted();
  expect(flags).toEqual(["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Strict", "Secure"]);

  const headers = { cookie: cookieOf(answer) };
  expect((await asked("/api/session", { headers })).body).toMatchObject({ account: "claire" });
  const left = await asked("/api/session", { method: "DELETE", headers });
  // A browser lets nothing else touch a cookie with this prefix, not even to remove it.
  expect(left.headers["set-cookie"]?.[0]).toMatch(/^__Host-battant_session=; .*Secure/);
  expect((await asked("/api/session", { headers })).body).toMatchObject({ account: null });
});

test("a cookie of one is none for the other: signing in goes on working on both", async () => {
  const { address, asked, secure, ca } = await startTls();
  const overTls = await signIn(secure, "claire", ca);
  const plain = await signIn(address, "claire");
  const both = { cookie: `${overTls}; ${plain}` };
  expect((await asked("/api/session", { headers: { cookie: plain } })).body).toMatchObject({
    signedIn: false,
  });
  const overHttp = await ask(`${address}/api/session`, { headers: { cookie: overTls } });
  expect(overHttp.body).toMatchObject({ signedIn: false });
  await asked("/api/session", { method: "DELETE", headers: both });
  expect((await ask(`${address}/api/session`, { headers: both })).body).toMatchObject({
    signedIn: true,
  });
});

test.each([
  ["the hub's own page", "OWN", 201],
  ["another site", "https://evil.example", 403],
])("signing in over TLS from %s", async (_name, origin, code) => {
  const { asked, secure } = await startTls();
  const headers = { origin: origin === "OWN" ? secure : origin };
  const body = { name: "claire", password: PASSWORD };
  expect((await asked("/api/session", { method: "POST", body, headers })).code).toBe(code);
});

test("limits count for both doors together", async () => {
  const { address, asked } = await startTls({ limits: { requestsPerMinute: 2 } });
  expect((await ask(`${address}/api/building`)).code).toBe(200);
  expect((await asked("/api/building")).code).toBe(200);
  expect((await asked("/api/building")).code).toBe(429);
});

// The certificate

/** One connection that stays open, and the certificate it was shown. */
const openAgent = (ca: string, secure: string) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, session: undefined });
  onTestFinished(() => agent.destroy());
  return async (): Promise<{ code: number | undefined; fingerprint: string }> => {
    const question = request(`${secure}/api/building`, { agent }).end();
    const [response] = (await once(question, "response")) as [import("node:http").IncomingMessage];
    const { fingerprint256 } = (response.socket as TLSSocket).getPeerCertificate();
    response.resume();
    await once(response, "end");
    return { code: response.statusCode, fingerprint: fingerprint256 };
  };
};

test("a renewed certificate is shown from the next connection on; those that are open go on", async () => {
  const { secure, ca, renew, useIdentity } = await startTls();
  const old = openAgent(ca, secure);
  const before = await old();
  const renewed = await renew();
  useIdentity(renewed);
  const after = await openAgent(ca, secure)();
  expect(after.fingerprint).toBe(new X509Certificate(renewed.cert).fingerprint256);
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(await old()).toEqual(before);
});

test("an old version of TLS is not spoken", async () => {
  const { tlsPort, ca } = await startTls();
  const old = {
    minVersion: "TLSv1",
    maxVersion: "TLSv1.1",
    ciphers: "DEFAULT@SECLEVEL=0",
  } as const;
  const socket = connectTls({ host: HOST, port: tlsPort!, ca, ...old });
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toMatch(/protocol/);
});

// Trouble

const takePort = async (): Promise<Server> => {
  const server = createServer().listen(0, HOST);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return server;
};

test("a port that is taken leaves the hub on plain HTTP, and says what to do", async () => {
  const { cert, key } = await makeCertificates();
  const { port } = (await takePort()).address() as { port: number };
  const http = await startHttp({ tls: { host: HOST, port, cert, key } });
  expect(http.tlsPort).toBeUndefined();
  expect(http.tlsProblem).toMatch(`${HOST}:${port}: another program uses it; choose another one`);
  expect((await ask(`${http.address}/api/access`)).body).toEqual({ httpsPort: null });
  http.useIdentity({ cert, key });
  expect((await ask(`${http.address}/api/building`)).code).toBe(200);
});

test("so does a certificate that is none", async () => {
  const tls = { host: HOST, port: 0, cert: "not a certificate", key: "no key" };
  const http = await startHttp({ tls });
  expect(http.tlsProblem).toMatch(/^HTTPS could not be opened on 127.0.0.1:0: ./);
  expect((await ask(`${http.address}/api/building`)).code).toBe(200);
});

test("bytes that are not HTTP are refused in the same shape over TLS", async () => {
  const { tlsPort, ca, asked } = await startTls();
  const socket = connectTls({ host: HOST, port: tlsPort!, ca });
  socket.end("not http\r\n\r\n");
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text).toMatch(/^HTTP\/1.1 400 /);
  expect(text).toContain('"malformed"');
  expect((await asked("/api/building")).code).toBe(200);
});

test.each([
  ["plain HTTP", "GET /api/building HTTP/1.1\r\nHost: battant.local\r\n\r\n"],
  ["noise", "\u0016\u0003\u0001\u0000\u0005hello"],
])("%s at the TLS port is cut off, and hurts nobody", async (_name, text) => {
  const { tlsPort, asked } = await startTls();
  const socket = connect(tlsPort!, HOST);
  socket.on("error", () => undefined); // A reset will do as well.
  socket.resume(); // An alert that nobody reads would keep it open.
  socket.write(text);
  await once(socket, "close");
  expect((await asked("/api/building")).code).toBe(200);
});

test("a client that begins a handshake and does not go on is cut off", async () => {
  const { tlsPort } = await startTls({ limits: { handshakeMsMax: 200 } });
  const socket = connect(tlsPort!, HOST);
  socket.resume();
  socket.write("\u0016");
  await once(socket, "close");
  expect(socket.destroyed).toBe(true);
});

test("the building is followed live over TLS, until the hub stops", async () => {
  const { secure, ca, views, close } = await startTls();
  const question = request(`${secure}/api/live`, { ca, agent: false }).end();
  const [response] = (await once(question, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  response.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    response.on("error", () => resolve("cut"));
    response.on("end", () => resolve("ended"));
  });
  await vi.waitFor(() => expect(text).toContain(`"name":"${building.name}"`), { timeout: 5000 });
  expect(views.listeners()).toBe(1);
  await close();
  expect(await ended).toMatch(/cut|ended/);
  await vi.waitFor(() => expect(views.listeners()).toBe(0), { timeout: 5000 });
});

test("a connection that never shakes hands does not keep the hub from stopping", async () => {
  const { tlsPort, close } = await startTls();
  const socket = connect(tlsPort!, HOST);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const closed = once(socket, "close");
  await close();
  await closed;
  expect(socket.destroyed).toBe(true);
});
