import type { HubClient } from "@battant/cable/hub-client";
import { EXIT, type ExitCode, type Io, json } from "../io.ts";
import { buildingClock, type Place, type WithPlace } from "../place.ts";
import { adopt } from "./adopt.ts";
import type { FlashHandlers } from "./commands.ts";
import { fetchFirmware, importFirmware, showFirmware } from "./firmware.ts";
import { throughHub } from "./hub-door.ts";
import { hint, logOverCable, logOverHub } from "./log.ts";
import { orTrouble } from "./troubles.ts";
import type { EspruinoRequest, Workshop } from "./workshop.ts";

/** From the words of the workshop's commands to what they ask. */

export type FlashParts = {
  readonly io: Io;
  readonly withPlace: WithPlace;
  /** Opened when a command needs it. Quiet: nobody is asked and nothing but the answer is printed. */
  readonly workshop: (how: { readonly isQuiet: boolean }) => Promise<Workshop>;
};

export const createFlashHandlers = (parts: FlashParts): FlashHandlers => ({
  ...cableHandlers(parts),
  ...firmwareHandlers(parts),
  ...boardHandlers(parts),
});

type CableHandlers = Pick<FlashHandlers, "flash" | "openConsole" | "sendFile" | "followBoard">;

const cableHandlers = (parts: FlashParts): CableHandlers => ({
  flash: (options) =>
    parts.withPlace({ data: options.data }, async (place) => {
      // What writes chips takes its time to load, and no other command needs it.
      const { flash } = await import("./flash.ts");
      return flash(options, place, await parts.workshop({ isQuiet: options.json === true }));
    }),
  openConsole: (port) => withEspruino(parts, { port }),
  sendFile: (port, file) => withEspruino(parts, { port, file }),
  followBoard: async (id, { data, port, follow = false, json: asJson = false }) => {
    const workshop = await parts.workshop({ isQuiet: asJson });
    if (port !== undefined)
      return orTrouble(() => logOverCable(port, workshop), { ...parts, asJson });
    if (id === undefined) {
      await parts.io.err(
        "Which board? npx battant boards list names them; or --port over the cable.\n",
      );
      return EXIT.usage;
    }
    return withHub(parts, { data, asJson }, (hub, place) => {
      const logging = { board: id, follow, asJson, wallClock: buildingClock(place) };
      return logOverHub(logging, hub, workshop);
    });
  },
});

const withEspruino = async (parts: FlashParts, request: EspruinoRequest): Promise<ExitCode> => {
  const workshop = await parts.workshop({ isQuiet: false });
  const run = async (): Promise<ExitCode> => {
    if (request.file === undefined) await hint("console", workshop);
    const code = await workshop.espruino(request);
    return code === 0 ? EXIT.ok : EXIT.problems;
  };
  return orTrouble(run, { ...parts, asJson: false });
};

type FirmwareHandlers = Pick<
  FlashHandlers,
  "showFirmware" | "importFirmware" | "fetchFirmware" | "forgetWifi"
>;

const firmwareHandlers = (parts: FlashParts): FirmwareHandlers => ({
  showFirmware: ({ data, json: asJson = false }) =>
    parts.withPlace({ data }, ({ dataDir }) => showFirmware({ dataDir, asJson }, parts.io)),
  // The file may come before the hub's first start.
  importFirmware: (path, { data, json: asJson = false, ...options }) =>
    parts.withPlace({ data, mayBeNew: data !== undefined }, async ({ dataDir }) =>
      importFirmware({ dataDir, asJson, path, options }, await parts.workshop({ isQuiet: asJson })),
    ),
  fetchFirmware: async (version, options) =>
    fetchFirmware(version, options, await parts.workshop({ isQuiet: false })),
  forgetWifi: ({ data, json: asJson = false }) =>
    withHub(parts, { data, asJson }, async (hub) => {
      await hub.forgetWifi();
      const said = "The hub has forgotten the Wi-Fi. Boards that were flashed keep theirs.\n";
      await parts.io.out(asJson ? json({ forgotten: true }) : said);
      return EXIT.ok;
    }),
});

type BoardHandlers = Pick<FlashHandlers, "adoptBoard" | "ignoreBoard" | "forgetBoard">;

const boardHandlers = (parts: FlashParts): BoardHandlers => ({
  adoptBoard: (id, { data, json: asJson = false, ...adoption }) =>
    withHub(parts, { data, asJson }, async (hub) => {
      const adopted = await adopt(await hub.board(id), adoption, hub);
      if (!adopted.ok) {
        await parts.io.err(`${adopted.problem}\n`);
        return EXIT.usage;
      }
      const { name, zones } = adopted.value;
      const where = zones.length === 0 ? "" : `, zone ${zones.join(", ")}`;
      await parts.io.out(
        asJson ? json(adopted.value) : `Board ${id} is adopted: ${name}${where}.\n`,
      );
      return EXIT.ok;
    }),
  ignoreBoard: (id, { data, json: asJson = false, again = false }) =>
    withHub(parts, { data, asJson }, async (hub) => {
      const view = await hub.setIgnored(id, !again);
      const said = again ? "is among the new boards again" : "is ignored";
      await parts.io.out(asJson ? json(view) : `Board ${id} ${said}.\n`);
      return EXIT.ok;
    }),
  forgetBoard: (id, { data, json: asJson = false }) =>
    withHub(parts, { data, asJson }, async (hub) => {
      await hub.forget(id);
      await parts.io.out(
        asJson
          ? json({ board: id, forgotten: true })
          : `Board ${id} is forgotten: it may no longer connect, and the building file does not name it.\n` +
              "Its readings are kept.\n",
      );
      return EXIT.ok;
    }),
});

type Asked = { readonly data: string | undefined; readonly asJson: boolean };

const withHub = (
  { io, withPlace, workshop }: FlashParts,
  { data, asJson }: Asked,
  action: (hub: HubClient, place: Place) => Promise<ExitCode>,
): Promise<ExitCode> =>
  withPlace({ data }, async (place) => {
    const { fetch } = await workshop({ isQuiet: asJson });
    return throughHub(place, { io, asJson, fetch }, (hub) => action(hub, place));
  });
