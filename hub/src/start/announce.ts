import { performance } from "node:perf_hooks";

/** What a person, or a script with `--json`, reads while the hub starts, runs and stops. */
export type Announcer = {
  step(name: string): void;
  ready(ready: Ready): void;
  note(text: string): void;
  stopping(): void;
  stopped(): void;
};

export type Ready = {
  readonly page: string;
  /** The same pages over TLS, if that door is open. */
  readonly httpsPort: number | undefined;
  readonly setup: string | undefined;
  readonly mqtt: number;
  readonly mqtts: number | undefined;
  readonly data: string;
  readonly building: string;
  readonly demo: boolean;
  readonly speed: number;
};

export type Out = { write(text: string): unknown; readonly isTTY?: boolean };

export function announcer(out: Out, json: boolean, language: "fr" | "en"): Announcer {
  return json ? forScripts(out) : forPeople(out, language);
}

function forScripts(out: Out): Announcer {
  const line = (fields: object): void => void out.write(`${JSON.stringify(fields)}\n`);
  return {
    step: (name) => line({ starting: name }),
    ready: (ready) =>
      line({
        ready: true,
        ms: sinceStart(),
        http: ready.page,
        https: ready.httpsPort ?? null,
        mqtt: ready.mqtt,
        mqtts: ready.mqtts ?? null,
        setup: ready.setup ?? null,
        data: ready.data,
        building: ready.building,
        demo: ready.demo,
        speed: ready.speed,
      }),
    note: (text) => line({ note: text }),
    stopping: () => line({ stopping: true }),
    stopped: () => line({ stopped: true }),
  };
}

function forPeople(out: Out, language: "fr" | "en"): Announcer {
  const french = language === "fr";
  let started = false;
  return {
    step: (name) => {
      out.write(
        started ? `, ${name}` : `${french ? "Battant démarre :" : "Battant starts:"} ${name}`,
      );
      started = true;
    },
    ready: (ready) => {
      const seconds = (sinceStart() / 1000).toFixed(1);
      out.write("\n");
      const https = ready.httpsPort === undefined ? "" : ` · HTTPS ${ready.httpsPort}`;
      const mqtts = ready.mqtts === undefined ? "" : `, MQTTS ${ready.mqtts}`;
      out.write(
        `ready ${french ? `en ${seconds.replace(".", ",")} s` : `in ${seconds} s`} · ${ready.page}${https} · MQTT ${ready.mqtt}${mqtts}` +
          `${ready.setup === undefined ? "" : ` · ${french ? "premier compte (lien à usage unique) :" : "first account (one-time link):"} ${ready.setup}`}\n`,
      );
      for (const hint of hints(ready, french)) out.write(`  ${hint}\n`);
    },
    note: (text) => out.write(`  ${text}\n`),
    stopping: () => out.write(french ? "\nArrêt… " : "\nStopping… "),
    stopped: () => out.write(french ? "tout est écrit sur le disque.\n" : "all is on disk.\n"),
  };
}

function hints(ready: Ready, french: boolean): string[] {
  const kept = french ? `Données : ${ready.data}` : `Data: ${ready.data}`;
  if (!ready.demo)
    return [
      french ? `${kept} · immeuble : ${ready.building}` : `${kept} · building: ${ready.building}`,
    ];
  const faster = french
    ? "Une heure par minute, une soirée en deux minutes : npm start -- --speed 60"
    : "An hour a minute, an evening in two minutes: npm start -- --speed 60";
  const end = french ? "Ctrl-C arrête proprement." : "Ctrl-C stops cleanly.";
  return ready.speed === 1 ? [`${kept} · ${end}`, faster] : [`${kept} · ${end}`];
}

/** Since the process began, Node.js itself included. */
const sinceStart = (): number => Math.round(performance.now());
