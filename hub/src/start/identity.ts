import { systemClock } from "../adapters/clock/system.ts";
import {
  type Certificates,
  namesOfThisMachine,
  openCertificates,
} from "../adapters/mqtt/certificates.ts";
import type { Base, Closings } from "./base.ts";

/** What the hub shows of itself at both its doors, to boards and to browsers: its certificates. */

export const identityOf = ({ options }: Base): Promise<Certificates> =>
  openCertificates({
    dataDir: options.dataDir,
    names: namesOfThisMachine(),
    now: systemClock.now(),
  });

const CERTIFICATE_LOOKED_AT_EVERY_MS = 24 * 3_600_000;

/** Certificates are renewed well before they expire; connections that are open go on. */
export function keepIdentityFresh(
  base: Base,
  doors: readonly { useIdentity(identity: Certificates): void }[],
  closings: Closings,
): void {
  const renew = async (): Promise<void> => {
    const identity = await identityOf(base);
    for (const door of doors) door.useIdentity(identity);
  };
  closings.add(
    systemClock.every(CERTIFICATE_LOOKED_AT_EVERY_MS, () => {
      renew().catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        const problem = `the TLS certificate could not be renewed: ${why}`;
        base.registry.refusals.record({ from: "hub", where: "certificates", problem });
      });
    }),
  );
}
