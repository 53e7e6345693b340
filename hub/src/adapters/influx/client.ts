import { InfluxDB } from "influx";

/**
 * The connection to an InfluxDB 1.x, or to the 1.x API of a 2 or 3, through the `influx` package.
 * Every call ends within the time limit with a value or with words; error objects go no further
 * than this file, because they carry the password.
 */

export type InfluxAddress = {
  /** `http://host:8086`, with a path if a proxy adds one. */
  readonly url: string;
  readonly database: string;
  readonly account?: { readonly username: string; readonly password: string } | undefined;
  readonly timeoutMs?: number;
};

export type Called<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly statusCode: number | undefined; readonly problem: string };

export type Client = {
  readonly database: string;
  call<T>(request: (influx: InfluxDB) => Promise<T>): Promise<Called<T>>;
};

const TIMEOUT_MS = 5000;
const DEFAULT_PORT = 8086;
const WORDS_LENGTH_MAX = 300;

/** Who retries is the caller: so the pool must not, and must not keep its only host at rest. */
const neverRest = { getDelay: () => 0, next: () => neverRest, reset: () => neverRest };

/** Throws if `url` is not one. */
export function createClient(address: InfluxAddress): Client {
  const { database, account, timeoutMs = TIMEOUT_MS } = address;
  const url = new URL(address.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new Error(`an InfluxDB address begins with http:// or https://, not ${url.protocol}`);
  }
  const influx = new InfluxDB({
    protocol: url.protocol === "https:" ? "https" : "http",
    host: url.hostname,
    port: url.port === "" ? defaultPort(url) : Number(url.port),
    path: url.pathname === "/" ? "" : url.pathname,
    database,
    // Left out, the package would send root and root.
    username: account?.username ?? decodeURIComponent(url.username),
    password: account?.password ?? decodeURIComponent(url.password),
    pool: { requestTimeout: timeoutMs, maxRetries: 0, backoff: neverRest },
  });
  return { database, call: (request) => within(timeoutMs, () => request(influx)) };
}

/** A server is asked on its own port; a proxy in front of it on that of HTTPS. */
const defaultPort = (url: URL): number => (url.protocol === "https:" ? 443 : DEFAULT_PORT);

/** The package's promise never settles when an answer is cut short: the limit is ours. */
async function within<T>(timeoutMs: number, request: () => Promise<T>): Promise<Called<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Called<T>>((settle) => {
    const problem = `InfluxDB did not answer within ${timeoutMs} ms`;
    timer = setTimeout(() => settle({ ok: false, statusCode: undefined, problem }), timeoutMs);
  });
  const answered = attempt(request);
  const first = await Promise.race([answered, late]);
  clearTimeout(timer);
  return first;
}

async function attempt<T>(request: () => Promise<T>): Promise<Called<T>> {
  try {
    return { ok: true, value: await request() };
  } catch (error) {
    return { ok: false, statusCode: statusCodeOf(error), problem: wordsOf(error) };
  }
}

function statusCodeOf(error: unknown): number | undefined {
  const response = (error as { res?: { statusCode?: unknown } } | undefined)?.res;
  return typeof response?.statusCode === "number" ? response.statusCode : undefined;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "InfluxDB failed without a reason";
  // A name with an IPv4 and an IPv6 address fails twice, and the sum of both has no message.
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const message = inner instanceof Error ? inner.message : error.message;
  return message.slice(0, WORDS_LENGTH_MAX);
}
