import { useEffect, useState } from "preact/hooks";
import type { BoardView, FirmwareView, KindView } from "@battant/hub/api/contract";
import type { CablePort } from "@battant/cable/port";
import { readBoards } from "../boards/client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Fact } from "../screens/fact.tsx";
import { Cable } from "./cable.tsx";
import { readFirmware, readKinds } from "./client.ts";
import { Details, requestOf } from "./details.tsx";
import { Kinds } from "./kinds.tsx";
import { Network } from "./network.tsx";
import { NoEspruino, NoSerial } from "./obstacles.tsx";
import { choosePort, isGone, serialAccess } from "./serial.ts";
import type { Walking } from "./use-walk.ts";
import { Walk } from "./walk.tsx";
import { FLASH_WORDS } from "./words.ts";

/** « Flasher une carte »: which board, which cable, and off it goes. */

const PERIOD_MS = 10_000;

export const Screen = () => {
  const { words: common, say, language } = useReader();
  const kinds = usePolled(readKinds, PERIOD_MS);
  const firmware = usePolled(readFirmware, PERIOD_MS);
  const problem = kinds.problem ?? firmware.problem;

  useTitle(common.flash);

  return (
    <div class="workshop">
      <h1>{common.flash}</h1>
      <p>{FLASH_WORDS[language].intro}</p>
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      {kinds.value !== undefined && firmware.value !== undefined ? (
        <Flash kinds={kinds.value} firmware={firmware.value} onWifi={firmware.again} />
      ) : (
        problem === undefined && <p>{common.loading}</p>
      )}
    </div>
  );
};

type FlashProps = {
  readonly kinds: readonly KindView[];
  readonly firmware: FirmwareView;
  readonly onWifi: () => void;
};

/** Kind and Wi-Fi stay from one board to the next; port and name are each board's own. */
const Flash = ({ kinds, firmware, onWifi }: FlashProps) => {
  const [access] = useState(serialAccess);
  const [model, setModel] = useState<string>();
  const [port, setPort] = useState<CablePort>();
  const [replaces, setReplaces] = useState(
    () => new URL(location.href).searchParams.get("replaces") ?? "",
  );
  const [walking, setWalking] = useState<Walking>();
  const boards = useBoards();
  const wanted = model ?? boards.find((it) => it.board === replaces)?.model;
  const kind = kinds.find((it) => it.model === wanted);

  const again = async ({ kind, port, request }: Walking): Promise<void> => {
    if (access.kind !== "open") return;
    const choice = isGone(port) ? await choosePort(access.serial, true) : { kind: "chosen", port };
    if (choice.kind === "chosen") setWalking({ kind, port: choice.port, request });
  };

  if (walking !== undefined) {
    const onBack = (): void => {
      setWalking(undefined);
      setPort(isGone(walking.port) ? undefined : walking.port);
    };
    const onNext = (): void => {
      setWalking(undefined);
      setPort(undefined);
      setReplaces("");
    };
    return (
      <Walk walking={walking} onAgain={() => void again(walking)} onBack={onBack} onNext={onNext} />
    );
  }
  return (
    <>
      {access.kind !== "open" && <NoSerial why={access.kind} />}
      {firmware.espruino === null && <NoEspruino />}
      <Kinds kinds={kinds} chosen={kind} onChoose={setModel} />
      {access.kind === "open" && firmware.espruino !== null && (
        <>
          <Cable serial={access.serial} port={port} onPort={setPort} />
          <Network firmware={firmware} onKept={onWifi} />
          <Start
            kind={kind}
            port={port}
            firmware={firmware}
            boards={boards}
            replaces={replaces}
            onReplaces={setReplaces}
            onStart={setWalking}
          />
        </>
      )}
    </>
  );
};

/** Without an answer nothing can be replaced, and everything else goes on. */
const useBoards = (): readonly BoardView[] => {
  const [boards, setBoards] = useState<readonly BoardView[]>([]);
  useEffect(() => {
    void readBoards().then((answer) => answer.ok && setBoards(answer.value.boards));
  }, []);
  return boards;
};

type StartProps = {
  readonly kind: KindView | undefined;
  readonly port: CablePort | undefined;
  readonly firmware: FirmwareView;
  readonly boards: readonly BoardView[];
  readonly replaces: string;
  readonly onReplaces: (board: string) => void;
  readonly onStart: (walking: Walking) => void;
};

const Start = ({ kind, port, onStart, ...details }: StartProps) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const [isAsked, setIsAsked] = useState(false);
  const missing = [
    ...(kind === undefined ? [words.missingKind] : []),
    ...(port === undefined ? [words.missingPort] : []),
    ...(details.firmware.wifi.ssid === null ? [words.missingWifi] : []),
  ];

  const start = (form: HTMLFormElement): void => {
    setIsAsked(true);
    if (kind === undefined || port === undefined || missing.length > 0) return;
    onStart({ kind, port, request: requestOf(new FormData(form), kind.model) });
  };

  return (
    <form
      aria-label={words.start}
      onSubmit={(event) => {
        event.preventDefault();
        start(event.currentTarget);
      }}
    >
      <Details {...details} />
      <div role="alert">
        {isAsked && missing.length > 0 && (
          <Fact good={false}>{words.missing(missing.join(", "))}</Fact>
        )}
      </div>
      <div class="actions">
        <button type="submit">{words.start}</button>
      </div>
    </form>
  );
};
