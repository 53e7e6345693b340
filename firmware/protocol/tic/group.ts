import { isKept, isLawful, lawOf, type TicMode } from "./labels.ts";

/**
 * One group of information, between its LF and its CR (Enedis-NOI-CPT_54E §5.3):
 * `label SP data SP checksum` in historique mode,
 * `label HT data HT checksum` or `label HT horodate HT data HT checksum` in standard mode.
 * The checksum may be any character, a space too: nothing here may be trimmed.
 */
export type Group = { readonly label: string; readonly horodate?: string; readonly data: string };

/** No label holds a space or a tab, so what comes first after it tells the mode. */
export const modeOf = (line: string): TicMode => {
  const tab = line.indexOf("\t");
  const space = line.indexOf(" ");
  return tab >= 0 && (space < 0 || tab < space) ? "standard" : "historique";
};

/** Of the first `length` characters: six bits of their sum, made printable. */
export const checksum = (line: string, length: number): number => {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += line.charCodeAt(i);
  return (sum & 0x3f) + 0x20;
};

/** `undefined` unless the form, the checksum and the law of the label agree. */
export const readGroup = (mode: TicMode, line: string): Group | "not-kept" | undefined => {
  const separator = mode === "standard" ? "\t" : " ";
  const labelEnd = line.indexOf(separator);
  const dataEnd = line.length - 2;
  if (labelEnd < 1 || labelEnd >= dataEnd || line.charAt(dataEnd) !== separator) return undefined;
  // Standard mode counts the last separator in, historique mode leaves it out.
  const counted = mode === "standard" ? dataEnd + 1 : dataEnd;
  if (checksum(line, counted) !== line.charCodeAt(dataEnd + 1)) return undefined;

  const label = line.substring(0, labelEnd);
  const fields = line.substring(labelEnd + 1, dataEnd);
  const cut = fields.indexOf("\t");
  const horodate = cut < 0 ? undefined : fields.substring(0, cut);
  const data = fields.substring(cut + 1);
  const law = lawOf(mode, label);
  if (law === undefined || !isLawful(law, horodate, data)) return undefined;
  if (!isKept(law)) return "not-kept";
  return horodate === undefined
    ? { label: label, data: data }
    : { label: label, horodate: horodate, data: data };
};
