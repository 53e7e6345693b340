import { decimal, NO_DIGIT } from "./digits.ts";
import { isHorodate } from "./horodate.ts";
import { lookUp } from "./table.ts";

/**
 * What each label of a Linky may carry (Enedis-NOI-CPT_54E §6.1 historique, §6.2.2 standard).
 *
 * The checksum of a group is six bits wide and blind to bit 6 of every byte and to spaces lost in
 * pairs. So a group counts only if its label is known and its data has the length and the alphabet
 * of that label. The law of a label reads: `-` if it is checked and counted, but not kept; `H` if
 * horodated; the alphabet, `d` digits, `x` hexadecimal digits, `c` printable characters; the length.
 * Alphabet `t` is a text for people of at most that length: a lost pair of spaces is harmless there.
 *
 * The meter's serial number (ADCO, ADSC), the delivery point (PRM) and messages to the customer
 * (MSG1, MSG2) must never be kept: they are personal data. The others marked `-` have no use yet.
 */

export type TicMode = "historique" | "standard";

const HISTORIQUE =
  "|ADCO=-d12|OPTARIF=-c4|ISOUSC=d2|BASE=d9|HCHC=d9|HCHP=d9|EJPHN=d9|EJPHPM=d9" +
  "|BBRHCJB=d9|BBRHPJB=d9|BBRHCJW=d9|BBRHPJW=d9|BBRHCJR=d9|BBRHPJR=d9" +
  "|PEJP=-d2|PTEC=c4|DEMAIN=-c4|IINST=d3|IINST1=d3|IINST2=d3|IINST3=d3" +
  "|ADPS=-d3|ADIR1=-d3|ADIR2=-d3|ADIR3=-d3|IMAX=-d3|IMAX1=-d3|IMAX2=-d3|IMAX3=-d3" +
  "|PMAX=-d5|PAPP=d5|HHPHC=-c1|MOTDETAT=-c6|PPOT=-x2|";

const STANDARD =
  "|ADSC=-d12|VTIC=-d2|DATE=Hd0|NGTF=-t16|LTARF=-t16|EAST=d9" +
  "|EASF01=d9|EASF02=d9|EASF03=d9|EASF04=d9|EASF05=d9" +
  "|EASF06=d9|EASF07=d9|EASF08=d9|EASF09=d9|EASF10=d9" +
  "|EASD01=-d9|EASD02=-d9|EASD03=-d9|EASD04=-d9" +
  "|EAIT=d9|ERQ1=-d9|ERQ2=-d9|ERQ3=-d9|ERQ4=-d9" +
  "|IRMS1=d3|IRMS2=d3|IRMS3=d3|URMS1=d3|URMS2=d3|URMS3=d3|PREF=d2|PCOUP=d2" +
  "|SINSTS=d5|SINSTS1=d5|SINSTS2=d5|SINSTS3=d5|SINSTI=d5" +
  "|SMAXSN=-Hd5|SMAXSN1=-Hd5|SMAXSN2=-Hd5|SMAXSN3=-Hd5" +
  "|SMAXSN-1=-Hd5|SMAXSN1-1=-Hd5|SMAXSN2-1=-Hd5|SMAXSN3-1=-Hd5|SMAXIN=-Hd5|SMAXIN-1=-Hd5" +
  "|CCASN=-Hd5|CCASN-1=-Hd5|CCAIN=-Hd5|CCAIN-1=-Hd5|UMOY1=-Hd3|UMOY2=-Hd3|UMOY3=-Hd3" +
  "|STGE=-x8|DPM1=-Hd2|DPM2=-Hd2|DPM3=-Hd2|FPM1=-Hd2|FPM2=-Hd2|FPM3=-Hd2" +
  "|MSG1=-t32|MSG2=-t16|PRM=-d14|RELAIS=-d3|NTARF=d2|NJOURF=-d2|NJOURF+1=-d2" +
  "|PJOURF+1=-c98|PPOINTE=-c98|";

/** What each alphabet excludes. */
const NO_HEXADECIMAL = /[^0-9A-F]/;
const NO_PRINTABLE = /[^ -~]/;

const intruderOf = (alphabet: string): RegExp =>
  alphabet === "d" ? NO_DIGIT : alphabet === "x" ? NO_HEXADECIMAL : NO_PRINTABLE;

/** `undefined` if there is no such label in this mode. */
export const lawOf = (mode: TicMode, label: string): string | undefined =>
  lookUp(mode === "historique" ? HISTORIQUE : STANDARD, label);

export const isKept = (law: string): boolean => law.charAt(0) !== "-";

/** Whether a label with this law may carry this horodate and this data. */
export const isLawful = (law: string, horodate: string | undefined, data: string): boolean => {
  const rest = isKept(law) ? law : law.substring(1);
  const isDated = rest.charAt(0) === "H";
  if (isDated !== (horodate !== undefined)) return false;
  if (horodate !== undefined && !isHorodate(horodate)) return false;
  const alphabet = rest.charAt(isDated ? 1 : 0);
  const length = decimal(rest.substring(isDated ? 2 : 1));
  const fits = alphabet === "t" ? data.length <= length : data.length === length;
  return fits && !intruderOf(alphabet).test(data);
};
