import { useState } from "preact/hooks";
import {
  type FirmwareView,
  type ProblemView,
  SSID_BYTES_MAX,
  WIFI_PASSWORD_LENGTH_MAX,
  WIFI_PASSWORD_LENGTH_MIN,
} from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Field, fieldOf, Problem, SecretField, secretOf, useSend } from "../screens/form.tsx";
import { keepWifi } from "./client.ts";
import { FLASH_WORDS } from "./words.ts";

/** The Wi-Fi is asked for once and kept on the hub; its password never comes back from there. */

type Props = { readonly firmware: FirmwareView; readonly onKept: () => void };

export const Network = ({ firmware: { wifi }, onKept }: Props) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const [isChanging, setIsChanging] = useState(false);
  const isAsked = wifi.ssid === null || isChanging;
  return (
    <section aria-labelledby="network">
      <h3 id="network">{words.wifiTitle}</h3>
      {wifi.ssid !== null && (
        <div class="actions">
          <span>{words.wifi(wifi.ssid)}</span>
          {!isChanging && (
            <button type="button" class="quiet" onClick={() => setIsChanging(true)}>
              {words.change}
            </button>
          )}
        </div>
      )}
      {isAsked && (
        <WifiForm
          onKept={() => {
            setIsChanging(false);
            onKept();
          }}
        />
      )}
    </section>
  );
};

const WifiForm = ({ onKept }: Pick<Props, "onKept">) => {
  const { language, words: common } = useReader();
  const words = FLASH_WORDS[language];
  const { form, problem, isSending, onSubmit } = useSend(async (typed) => {
    const password = secretOf(typed, "wifi-password");
    if (password !== "" && password.length < WIFI_PASSWORD_LENGTH_MIN) return tooShort;
    const answer = await keepWifi({ ssid: fieldOf(typed, "ssid"), password });
    if (!answer.ok) return answer.problem;
    onKept();
    return undefined;
  });
  return (
    <form ref={form} onSubmit={onSubmit}>
      <Field
        label={words.ssid}
        name="ssid"
        rule={words.ssidRule}
        required
        maxLength={SSID_BYTES_MAX}
      />
      <SecretField
        id="wifi-password"
        name="wifi-password"
        label={words.wifiPassword}
        rule={words.wifiPasswordRule(WIFI_PASSWORD_LENGTH_MIN)}
        maxLength={WIFI_PASSWORD_LENGTH_MAX}
        autoComplete="off"
      />
      <Problem problem={problem} />
      <div class="actions">
        <button type="submit">{isSending ? common.sending : words.wifiKeep}</button>
      </div>
    </form>
  );
};

const tooShort: ProblemView = {
  code: "password-too-short",
  message: {
    fr: FLASH_WORDS.fr.wifiBad(WIFI_PASSWORD_LENGTH_MIN),
    en: FLASH_WORDS.en.wifiBad(WIFI_PASSWORD_LENGTH_MIN),
  },
};
