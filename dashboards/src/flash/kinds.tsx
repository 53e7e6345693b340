import { useState } from "preact/hooks";
import type { KindView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Prose } from "../screens/prose.tsx";
import { FLASH_WORDS } from "./words.ts";

/** Which kind of board it is to become, how that one is wired, and what has to lie on the table. */

type Props = {
  readonly kinds: readonly KindView[];
  readonly chosen: KindView | undefined;
  readonly onChoose: (model: string) => void;
};

export const Kinds = ({ kinds, chosen, onChoose }: Props) => {
  const { language, say } = useReader();
  const words = FLASH_WORDS[language];
  return (
    <section aria-labelledby="kinds">
      <h2 id="kinds">{words.kindTitle}</h2>
      <div class="beside">
        <fieldset class="choices">
          <legend class="unseen">{words.kind}</legend>
          {kinds.map((it) => (
            <label key={it.model} class="choice">
              <input
                type="radio"
                name="kind"
                value={it.model}
                checked={it.model === chosen?.model}
                disabled={it.program === null}
                onChange={() => onChoose(it.model)}
              />
              <span>
                <b>{it.model}</b> {say(it.about)}
                {it.program === null && (
                  <span class="aside">
                    {" "}
                    <Prose text={words.notBuilt} />
                  </span>
                )}
              </span>
            </label>
          ))}
        </fieldset>
        {chosen !== undefined && <Table kind={chosen} />}
      </div>
    </section>
  );
};

const Table = ({ kind }: { readonly kind: KindView }) => {
  const { language, format, say } = useReader();
  const words = FLASH_WORDS[language];
  const { sensors, relays, parts } = kind;
  return (
    <div class="table">
      <Wiring model={kind.model} />
      {sensors.length > 0 && (
        <p>{words.sensors(sensors.map((it) => `${it.sensor} (${it.kind})`).join(", "))}</p>
      )}
      {relays.length > 0 && <p>{words.relays(relays.join(", "))}</p>}
      {parts.length > 0 && (
        <>
          <h3 id="parts">{words.parts}</h3>
          <ul aria-labelledby="parts">
            {parts.map((it) => (
              <li key={it.part.en}>{words.part(format.count(it.count), say(it.part))}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
};

const Wiring = ({ model }: { readonly model: string }) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const address = `/api/kinds/${encodeURIComponent(model)}/wiring.svg?lang=${language}`;
  const [missing, setMissing] = useState("");
  if (missing === address) return <p class="aside">{words.wiringMissing}</p>;
  return (
    <img
      class="wiring"
      src={address}
      alt={words.wiring(model)}
      onError={() => setMissing(address)}
    />
  );
};
