import type { FastifyReply, FastifyRequest } from "fastify";
import type { Account, Accounts, Role } from "../../ports.ts";
import { type Hook, type ProblemCode, refuse } from "./problems.ts";

/**
 * Who is asking. A browser shows a cookie that holds the session's token and nothing else; scripts
 * cannot read it and other sites cannot make the browser send it. The `battant` command shows a pass
 * that it made for itself in the hub's own database, which only the hub's owner can write.
 */

const COOKIE = "battant_session";

/**
 * A browser keeps cookies of http: and https: in one place, and lets http: overwrite none that is
 * Secure: with one name for both, nobody who was there over TLS could sign in without it. The
 * prefix has the browser refuse a cookie that was planted from elsewhere (RFC 6265bis §4.1.3.2).
 */
const COOKIE_OVER_TLS = `__Host-${COOKIE}`;

const TOKEN_LENGTH_MAX = 256;

/** How long the browser keeps the cookie. The hub may end the session earlier. */
const COOKIE_SECONDS = 30 * 24 * 3600;

export const SECURITY_SCHEMES = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: COOKIE,
    description: `Over HTTPS its name is \`${COOKIE_OVER_TLS}\`.`,
  },
  pass: {
    type: "http",
    scheme: "bearer",
    description: "Of the `battant` command; from this machine only.",
  },
} as const;

const COMMAND_LINE: Account = { name: "command line", role: "workshop" };

export type Passes = {
  /** True if `token` is one that the `battant` command made for itself, and good until now. */
  check(token: string): boolean;
};

export type Visitors = {
  tokenOf(request: FastifyRequest): string | undefined;
  accountOf(request: FastifyRequest): Account | undefined;
  /** For the audit log, in a route behind `manager` or `workshop`. */
  nameOf(request: FastifyRequest): string;
  remember(request: FastifyRequest, reply: FastifyReply, token: string): void;
  forget(request: FastifyRequest, reply: FastifyReply): void;
  readonly signedIn: Hook;
  /** Anybody with an account but a display in the hall, or the `battant` command. */
  readonly people: Hook;
  readonly manager: Hook;
  readonly workshop: Hook;
  /** The manager, and the co-owners who read along. */
  readonly council: Hook;
};

export const createVisitors = (accounts: Accounts, passes: Passes): Visitors => {
  /** Whom a hook let in: a session that ends a moment later still has its name. */
  const admitted = new WeakMap<FastifyRequest, Account>();

  const accountOf = (request: FastifyRequest): Account | undefined => {
    const pass = passOf(request);
    if (pass !== undefined) return passes.check(pass) ? COMMAND_LINE : undefined;
    const token = tokenOf(request);
    return token === undefined ? undefined : accounts.session(token);
  };

  const admit =
    (roles: readonly Role[], otherwise: ProblemCode): Hook =>
    async (request, reply) => {
      const account = accountOf(request);
      if (account === undefined) return refuse(reply, "sign-in-needed");
      if (!roles.includes(account.role)) return refuse(reply, otherwise);
      admitted.set(request, account);
      return undefined;
    };

  return {
    tokenOf,
    accountOf,
    nameOf: (request) => {
      const account = admitted.get(request);
      if (account !== undefined) return account.name;
      throw new Error(`${request.routeOptions.url} lets everybody in, and asks for a name`);
    },
    remember: (request, reply, token) =>
      void reply.setCookie(cookieOf(request), token, {
        ...COOKIE_KEPT_TO_ITSELF,
        secure: isOverTls(request), // Plain HTTP is the normal case on a local network.
        maxAge: COOKIE_SECONDS,
      }),
    forget: (request, reply) =>
      void reply.clearCookie(cookieOf(request), {
        ...COOKIE_KEPT_TO_ITSELF,
        secure: isOverTls(request),
      }),
    signedIn: async (request, reply) =>
      accountOf(request) === undefined ? refuse(reply, "sign-in-needed") : undefined,
    people: admit(["manager", "council", "resident", "workshop"], "display-looks-on"),
    manager: admit(["manager"], "manager-only"),
    workshop: admit(["manager", "workshop"], "workshop-only"),
    council: admit(["manager", "council"], "council-only"),
  };
};

const COOKIE_KEPT_TO_ITSELF = { path: "/", httpOnly: true, sameSite: "strict" } as const;

const isOverTls = ({ protocol }: FastifyRequest): boolean => protocol === "https";

const cookieOf = (request: FastifyRequest): string =>
  isOverTls(request) ? COOKIE_OVER_TLS : COOKIE;

const bounded = (token: string | undefined): string | undefined =>
  token === undefined || token.length > TOKEN_LENGTH_MAX ? undefined : token;

const tokenOf = (request: FastifyRequest): string | undefined =>
  bounded(request.cookies[cookieOf(request)]);

/** A pass that was carried off serves nobody on another machine. */
const passOf = ({ ip, headers }: FastifyRequest): string | undefined =>
  isLoopback(ip) ? bounded(/^Bearer ([\w-]+)$/i.exec(headers.authorization ?? "")?.[1]) : undefined;

/** RFC 1122 §3.2.1.3, RFC 4291 §2.5.3; the last as a socket for both families writes the first. */
const isLoopback = (address: string): boolean =>
  address === "::1" || /^(::ffff:)?127[.]/.test(address);
