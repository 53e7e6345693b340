import {
  SSID_BYTES_MAX,
  WIFI_PASSWORD_LENGTH_MAX,
  WIFI_PASSWORD_LENGTH_MIN,
} from "../../api/contract.ts";
import type { Wifi } from "../ports.ts";
import { type Refused, refused } from "./refusals.ts";

export const wifiProblem = ({ ssid, password }: Wifi): Refused | undefined => {
  const bytes = new TextEncoder().encode(ssid).length;
  if (bytes === 0 || bytes > SSID_BYTES_MAX || /\p{Cc}/u.test(ssid)) return SSID_REFUSED;
  const isOpen = password === "";
  const { length } = password;
  const fits = length >= WIFI_PASSWORD_LENGTH_MIN && length <= WIFI_PASSWORD_LENGTH_MAX;
  // WPA passphrases are printable ASCII (IEEE 802.11-2020 §J.4.1).
  return isOpen || (fits && /^[ -~]+$/.test(password)) ? undefined : PASSWORD_REFUSED;
};

const SSID_REFUSED: Refused = refused(
  `le nom du réseau a de 1 à ${SSID_BYTES_MAX} octets ; une lettre accentuée en prend deux`,
  `the network's name has 1 to ${SSID_BYTES_MAX} bytes; an accented letter takes two`,
);

const PASSWORD_REFUSED: Refused = refused(
  `un mot de passe Wi-Fi a de ${WIFI_PASSWORD_LENGTH_MIN} à ${WIFI_PASSWORD_LENGTH_MAX} signes sans accent, ou aucun pour un réseau ouvert`,
  `a Wi-Fi password has ${WIFI_PASSWORD_LENGTH_MIN} to ${WIFI_PASSWORD_LENGTH_MAX} ASCII characters, or none for an open network`,
);
