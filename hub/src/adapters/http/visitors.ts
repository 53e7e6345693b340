import type { FastifyReply, FastifyRequest } from "fastify";
import type { Account, Accounts, Role } from "../../ports.ts";
import { type Hook, refuse } from "./problems.ts";

/**
 * Who is asking. The cookie holds the session's token and nothing else; scripts cannot read it and
 * other sites cannot make the browser send it.
 */

const COOKIE = "battant_session";
const TOKEN_LENGTH_MAX = 256;

/** How long the browser keeps the cookie. The hub may end the session earlier. */
const COOKIE_SECONDS = 30 * 24 * 3600;

export const COOKIE_SCHEME = { type: "apiKey", in: "cookie", name: COOKIE } as const;

export type Visitors = {
  tokenOf(request: FastifyRequest): string | undefined;
  accountOf(request: FastifyRequest): Account | undefined;
  remember(request: FastifyRequest, reply: FastifyReply, token: string): void;
  forget(reply: FastifyReply): void;
  readonly signedIn: Hook;
  readonly manager: Hook;
};

export const createVisitors = (accounts: Accounts): Visitors => {
  const tokenOf = (request: FastifyRequest): string | undefined => {
    const token = request.cookies[COOKIE];
    return token === undefined || token.length > TOKEN_LENGTH_MAX ? undefined : token;
  };

  const accountOf = (request: FastifyRequest): Account | undefined => {
    const token = tokenOf(request);
    return token === undefined ? undefined : accounts.session(token);
  };

  const requireRole =
    (role: Role | undefined): Hook =>
    async (request, reply) => {
      const account = accountOf(request);
      if (account === undefined) return refuse(reply, "sign-in-needed");
      if (role !== undefined && account.role !== role) return refuse(reply, "manager-only");
      return undefined;
    };

  return {
    tokenOf,
    accountOf,
    remember: (request, reply, token) =>
      void reply.setCookie(COOKIE, token, {
        path: "/",
        httpOnly: true,
        sameSite: "strict",
        secure: request.protocol === "https", // Plain HTTP is the normal case on a local network.
        maxAge: COOKIE_SECONDS,
      }),
    forget: (reply) => void reply.clearCookie(COOKIE, { path: "/" }),
    signedIn: requireRole(undefined),
    manager: requireRole("manager"),
  };
};
