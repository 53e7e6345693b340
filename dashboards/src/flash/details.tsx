import {
  type BoardView,
  type FirmwareView,
  type FlashRequest,
  LABEL_LENGTH_MAX,
} from "@battant/hub/api/contract";
import { flatOf } from "../boards/flat.ts";
import { useReader } from "../reader.ts";
import { Field, fieldOf, Select } from "../screens/form.tsx";
import { FLASH_WORDS } from "./words.ts";

/** What may be said of a board before it is flashed; nothing of it has to be. */

type Props = {
  readonly firmware: FirmwareView;
  readonly boards: readonly BoardView[];
  readonly replaces: string;
  readonly onReplaces: (board: string) => void;
};

export const Details = ({ firmware, boards, replaces, onReplaces }: Props) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const { addresses, espruino } = firmware;
  const isListed = boards.some((it) => it.board === replaces);
  return (
    <>
      {espruino !== null && (
        <p class="aside">
          {(espruino.isListed ? words.espruino : words.espruinoUnlisted)(espruino.version)}
        </p>
      )}
      {addresses.length === 0 && <p class="note">{words.noHost}</p>}
      {addresses.length > 0 && (
        <Select label={words.host} name="host" options={addresses.map((it) => [it, it] as const)} />
      )}
      <details open={replaces !== ""}>
        <summary>{words.detailsTitle}</summary>
        <Select
          label={words.replaces}
          name="replaces"
          rule={words.replacesRule}
          options={[
            ["", words.replacesNone],
            ...(isListed || replaces === "" ? [] : [[replaces, replaces] as const]),
            ...boards.map((it) => [it.board, it.name] as const),
          ]}
          chosen={replaces}
          onChoose={onReplaces}
        />
        {replaces === "" && (
          <>
            <Field
              label={words.name}
              name="name"
              rule={words.nameRule}
              maxLength={LABEL_LENGTH_MAX}
            />
            <Field
              label={words.flat}
              name="flat"
              rule={words.flatRule}
              maxLength={LABEL_LENGTH_MAX}
            />
          </>
        )}
      </details>
    </>
  );
};

export const requestOf = (typed: FormData, model: string): Omit<FlashRequest, "mac"> => {
  const text = (name: string): string | null => fieldOf(typed, name) || null;
  return {
    model,
    board: null,
    name: text("name"),
    flat: flatOf(fieldOf(typed, "flat")),
    replaces: text("replaces"),
    host: text("host"),
  };
};
