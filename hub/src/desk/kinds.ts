import type { KindView } from "../../api/contract.ts";

/** The kinds of board there are, and what makes a board of each. Looked up at each question. */
export type BoardKinds = {
  list(): readonly KindView[];
  programOf(model: string): KindProgram;
  /** An SVG document; undefined for a kind nobody knows. */
  wiring(model: string, language: "fr" | "en"): string | undefined;
};

export type KindProgram =
  /** Two bundles, ASCII. */
  | {
      readonly ok: true;
      readonly kind: KindView;
      readonly loader: string;
      readonly program: string;
    }
  | { readonly ok: false; readonly problem: "unknown-kind" | "program-missing" };
