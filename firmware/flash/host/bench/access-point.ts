import type { EspruinoModules, EspruinoWifi } from "@battant/board/espruino/globals";

/**
 * Wi-Fi on the bench: one access point in reach, which takes whoever knows its name and its password.
 * As Espruino does, the radio connects at start from the file `.wificfg`, and later when it is asked.
 */
export type AccessPoint = {
  readonly wifi: EspruinoWifi;
  /** The access point; whoever was connected stays so only if both still hold. */
  serve(ssid: string, password: string): void;
  /** Whether hosts beyond the access point answer. */
  reach(isThere: boolean): void;
};

const CONNECT_MS = 300;
const PING_MS = 100;
const LOST_PING_MS = 1500;
const OWN_IP = "192.168.4.17";
const NO_IP = "0.0.0.0";
const RSSI = -58;

export const createAccessPoint = (
  modules: EspruinoModules,
  soon: (action: () => void, delay: number) => unknown,
): AccessPoint => {
  let served = "";
  let asked = "";
  let on = false;
  let there = true;
  const pair = (ssid: string, password: string): string => ssid + "\n" + password;
  const join = (done: (problem?: unknown) => void): void => {
    soon(() => {
      on = asked === served;
      done(on ? null : "bad password");
    }, CONNECT_MS);
  };
  const wake = (): void => {
    const text = modules("Storage").read(".wificfg");
    if (text === undefined) return;
    const known = JSON.parse(text) as { readonly ssid?: string; readonly password?: string };
    if (known.ssid === undefined) return;
    asked = pair(known.ssid, known.password === undefined ? "" : known.password);
    join(() => undefined);
  };
  wake();
  return {
    serve: (ssid, password) => {
      served = pair(ssid, password);
      on = on && asked === served;
    },
    reach: (isThere) => {
      there = isThere;
    },
    wifi: {
      connect: (ssid, options, done) => {
        asked = pair(ssid, options.password);
        join(done);
      },
      disconnect: (done) => {
        on = false;
        done();
      },
      getIP: () => ({ ip: on ? OWN_IP : NO_IP }),
      getStatus: () => ({ rssi: RSSI }),
      // Whoever has a name is on the machine that runs the bench.
      getHostByName: (_name, done) => {
        soon(() => done(on && there ? "127.0.0.1" : null), PING_MS);
      },
      ping: (_address, done) => {
        const answers = on && there;
        soon(
          () => done({ totalCount: 1, timeoutCount: answers ? 0 : 1 }),
          answers ? PING_MS : LOST_PING_MS,
        );
      },
    },
  };
};
