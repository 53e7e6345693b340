/** Where phones find the page behind a sign: what somebody said, or this hub's likeliest address. */

export type Reach = {
  /** As somebody said it: `battant.local`, `192.168.1.20:8080`, `https://battant.example`. */
  readonly address: string | undefined;
  /** Of plain HTTP: phones know nothing of the hub's own certificates. */
  readonly port: number;
};

const LENGTH_MAX = 100;

/** An IPv4 address or a name, perhaps with its scheme and its port. Nothing that could be a path. */
const FORM = /^(?:https?:\/\/)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/?$/i;

/** `http://192.168.1.20:8080`; undefined if what was said is no address. */
export const baseOf = (
  { address, port }: Reach,
  addresses: readonly string[],
): string | undefined => {
  const said = address ?? addresses[0] ?? "localhost";
  if (said.length > LENGTH_MAX || !FORM.test(said)) return undefined;
  const hasScheme = /^https?:/i.test(said);
  const hasPort = /:\d+\/?$/.test(said);
  const whole = hasScheme ? said : `http://${said.replace(/\/$/, "")}${hasPort ? "" : `:${port}`}`;
  return URL.canParse(whole) ? new URL(whole).origin : undefined;
};

export const linkOf = (base: string, token: string): string => `${base}/light/${token}`;
