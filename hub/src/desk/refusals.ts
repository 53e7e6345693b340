import { LABEL_LENGTH_MAX, type Sentence } from "../../api/contract.ts";
import type { DeskProblem } from "./desks.ts";

/** What a desk says no with. Fits every `Outcome`. */
export type Refused<Problem = DeskProblem> = {
  readonly ok: false;
  readonly problem: Problem;
  readonly detail?: Sentence;
};

export const no = <Problem extends string>(problem: Problem, detail?: Sentence): Refused<Problem> =>
  detail === undefined ? { ok: false, problem } : { ok: false, problem, detail };

/** Something in the request that only the desk can judge. */
export const refused = (fr: string, en: string): Refused => no("request-refused", { fr, en });

const NAME = new RegExp(`^\\P{Cc}{1,${LABEL_LENGTH_MAX}}$`, "u");

/** What people call a board or a zone, on one line. */
export const isName = (name: string): boolean => NAME.test(name) && name.trim() !== "";

export const NAME_REFUSED: Refused = refused(
  `un nom a de 1 à ${LABEL_LENGTH_MAX} signes, sur une ligne`,
  `a name has 1 to ${LABEL_LENGTH_MAX} characters, on one line`,
);

export const ID_REFUSED: Refused = refused(
  "un identifiant a de 1 à 32 signes parmi a-z, 0-9 et -, et ne commence pas par -",
  "an identifier has 1 to 32 of a-z, 0-9 and -, and does not start with -",
);

export const flatStays = (board: string, flat: string): Refused =>
  refused(
    `les relevés de ${board} appartiennent à l'occupant de ${flat} ; flashez la carte sous un autre nom`,
    `the readings of ${board} belong to the resident of ${flat}; flash the board under another name`,
  );
