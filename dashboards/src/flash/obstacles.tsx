import { useEffect, useState } from "preact/hooks";
import type { AccessView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { readAccess } from "./client.ts";
import type { Access } from "./serial.ts";
import { FLASH_WORDS } from "./words.ts";

/** Why this browser cannot flash, or not yet, and each way to go on all the same. */

export const NoSerial = ({ why }: { readonly why: Exclude<Access["kind"], "open"> }) => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  return why === "insecure" ? (
    <section class="note" aria-labelledby="obstacle">
      <h2 id="obstacle">{words.insecureTitle}</h2>
      <p>{words.insecure}</p>
      <SecureWay />
      <TerminalWay />
    </section>
  ) : (
    <section class="note" aria-labelledby="obstacle">
      <h2 id="obstacle">{words.noSerialTitle}</h2>
      <p>{words.noSerial}</p>
      <TerminalWay />
    </section>
  );
};

const SecureWay = () => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  const [access, setAccess] = useState<AccessView>();
  useEffect(() => {
    void readAccess().then((answer) => answer.ok && setAccess(answer.value));
  }, []);
  if (access === undefined) return null;
  const address = `https://${location.hostname}:${access.httpsPort}${location.pathname}${location.search}`;
  return (
    <>
      <h3>{words.secureWay}</h3>
      {access.httpsPort === null ? (
        <p>{words.noHttps}</p>
      ) : (
        <ol class="ways">
          <li>
            <a href="/api/ca.crt" download="battant-ca.crt">
              {words.certificate}
            </a>
            .
          </li>
          <li>{words.trust}</li>
          <li>
            {words.openSecure} <a href={address}>{address}</a>
          </li>
        </ol>
      )}
    </>
  );
};

const TerminalWay = () => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  return (
    <>
      <h3>{words.terminalWay}</h3>
      <p>
        {words.terminal} <code>npx battant flash</code>
      </p>
    </>
  );
};

export const NoEspruino = () => {
  const { language } = useReader();
  const words = FLASH_WORDS[language];
  return (
    <section class="note" aria-labelledby="espruino">
      <h2 id="espruino">{words.noEspruinoTitle}</h2>
      <p>{words.noEspruino}</p>
      <pre>npx battant firmware fetch</pre>
      <p>{words.noEspruinoFile}</p>
      <pre>npx battant firmware import FILE</pre>
      <p>{words.noEspruinoThen}</p>
    </section>
  );
};
