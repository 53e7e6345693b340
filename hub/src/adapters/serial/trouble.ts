/** What can be wrong with a serial line, and the words that say what to do about it. */

export type PortTrouble =
  | { readonly kind: "missing" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly detail: string };

export type LineTrouble =
  | PortTrouble
  /** It was there and is gone. */
  | { readonly kind: "unplugged" }
  /** Not one byte at either speed. */
  | { readonly kind: "silent" }
  /** Bytes, but no group that makes sense at either speed. */
  | { readonly kind: "garbled" };

const DETAIL_LENGTH_MAX = 160;

/** The library passes on the words of the system's `strerror`, and no code. */
export const troubleOf = (error: unknown): PortTrouble => {
  const text = error instanceof Error ? error.message : String(error);
  if (/no such|ENOENT|ENODEV|ENXIO/i.test(text)) return { kind: "missing" };
  if (/permission denied|not permitted|EACCES|EPERM/i.test(text)) return { kind: "forbidden" };
  if (/cannot lock|busy|temporarily unavailable|EBUSY/i.test(text)) return { kind: "busy" };
  return { kind: "failed", detail: text.slice(0, DETAIL_LENGTH_MAX) };
};

export const wordsFor = (trouble: LineTrouble, path: string): string => {
  switch (trouble.kind) {
    case "missing":
      return `there is no ${path}: plug the Linky dongle in, or name another port`;
    case "unplugged":
      return `${path} was unplugged: plug the Linky dongle in again, the hub will find it by itself`;
    case "forbidden":
      return (
        `no permission to open ${path}: add the hub's user to the group dialout ` +
        `("sudo usermod -aG dialout USER"), then start the hub again`
      );
    case "busy":
      return (
        `another program holds ${path}: stop it ("fuser -v ${path}" names it), ` +
        `the hub will take the port by itself`
      );
    case "silent":
      return (
        `nothing comes from ${path}: check that the dongle's two wires are tight ` +
        `on terminals I1 and I2 of the meter`
      );
    case "garbled":
      return (
        `what comes from ${path} is not a Linky, or is too noisy: check that this is the right port, ` +
        `and that the two wires are twisted and away from mains cables`
      );
    case "failed":
      return `${path} cannot be opened (${trouble.detail}): unplug the dongle, plug it in again`;
  }
};
