import { useState } from "preact/hooks";
import type { CablePort } from "@battant/cable/port";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { Prose } from "../screens/prose.tsx";
import { choosePort, portLabel, type Serial } from "./serial.ts";
import { FLASH_WORDS } from "./words.ts";

/** Which port the board hangs on, and what to look at when it is not to be seen. */

type Props = {
  readonly serial: Serial;
  readonly port: CablePort | undefined;
  readonly onPort: (port: CablePort) => void;
};

export const Cable = ({ serial, port, onPort }: Props) => {
  const { language, say } = useReader();
  const words = FLASH_WORDS[language];
  const label = port === undefined ? undefined : portLabel(port);
  const [isEvery, setIsEvery] = useState(false);
  const [complaint, setComplaint] = useState<"none" | "refused">();

  const choose = async (): Promise<void> => {
    const choice = await choosePort(serial, isEvery);
    setComplaint(choice.kind === "chosen" ? undefined : choice.kind);
    if (choice.kind === "chosen") onPort(choice.port);
  };

  return (
    <section aria-labelledby="cable">
      <h2 id="cable">{words.cableTitle}</h2>
      <div aria-live="polite">
        {port !== undefined && (
          <Fact good>{words.port(label === undefined ? words.otherPort : say(label))}</Fact>
        )}
        {port === undefined && complaint !== undefined && (
          <Fact good={false}>{complaint === "none" ? words.noPort : words.portRefused}</Fact>
        )}
      </div>
      <div class="actions">
        <button type="button" onClick={() => void choose()}>
          {port === undefined ? words.choosePort : words.chooseOther}
        </button>
        <label class="tick">
          <input
            type="checkbox"
            checked={isEvery}
            onChange={(event) => setIsEvery(event.currentTarget.checked)}
          />
          {words.allPorts}
        </label>
      </div>
      <details open={port === undefined && complaint === "none"}>
        <summary>{words.hintsTitle}</summary>
        <ul class="hints">
          {words.hints.map((it) => (
            <li key={it}>
              <Prose text={it} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
};
