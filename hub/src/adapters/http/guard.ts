import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { type Hook, refuse } from "./problems.ts";

/**
 * Keeps pages of other sites away from a hub that stands on a home network.
 *
 * DNS rebinding: such a page can make its own name point to the hub's address, and is then of the
 * same origin as the hub for the browser. But the name it used is in the Host header. So the hub
 * answers to addresses, to names that no public DNS can hold, and to the names it was given.
 *
 * Cross-site requests: a browser says which page a POST comes from, and only our own may. Together
 * with SameSite cookies and the JSON content type this needs no token in the page.
 */

/** RFC 6762, RFC 6761, RFC 8375, ICANN's `internal`, and what the boxes of providers hand out. */
const PRIVATE_ENDINGS = [".local", ".localhost", ".home.arpa", ".internal", ".lan", ".home"];

export type Guard = { readonly checkHost: Hook; readonly checkOrigin: Hook };

export const createGuard = (ownNames: readonly string[]): Guard => {
  const own = new Set(ownNames.map((name) => name.toLowerCase()));
  return {
    checkHost: async (request, reply) => {
      const name = hostName(request.headers.host);
      if (name !== undefined && (own.has(name) || isPrivateName(name))) return undefined;
      return refuse(reply, "wrong-host");
    },
    checkOrigin: async (request, reply) => {
      if (request.method === "GET" || request.method === "HEAD") return undefined;
      return isOwnPage(request) ? undefined : refuse(reply, "foreign-page");
    },
  };
};

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined);

/** What may stand in a Host header (RFC 9110 §7.2), so that `parse` is not led astray. */
const HOST = /^[\w.:[\]-]+$/;

const hostName = (host = ""): string | undefined =>
  HOST.test(host) ? parse(`http://${host}`)?.hostname.replace(/\.$/, "") : undefined;

const isPrivateName = (name: string): boolean =>
  isIP(name.replace(/^\[|\]$/g, "")) !== 0 ||
  !name.includes(".") ||
  PRIVATE_ENDINGS.some((ending) => name.endsWith(ending));

/** Programs that are no browser send neither header, and have no cookie they did not ask for. */
const isOwnPage = ({ headers }: FastifyRequest): boolean => {
  if (headers.origin !== undefined) return parse(headers.origin)?.host === headers.host;
  const site = headers["sec-fetch-site"];
  return site === undefined || site === "same-origin";
};
