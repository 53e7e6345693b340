import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type {
  BacktestFactsView,
  BacktestProgressView,
  BacktestRequest,
  BacktestView,
} from "../../api/backtest.ts";
import type { Sentence } from "../../api/contract.ts";
import type { Facts } from "./history.ts";
import type { Answer, Question } from "./question.ts";

/** Where somebody asks what other settings would have done, and where the work is done. */

export type BacktestDesk = {
  /** What a zone has now and what there is to try on; nothing if there is no such zone. */
  facts(zone: ZoneId): Promise<BacktestFactsView | undefined>;
  /** Ends when `signal` says that nobody waits any more. */
  ask(zone: ZoneId, request: BacktestRequest, signal: AbortSignal): Promise<Asked>;
  progress(): BacktestProgressView;
};

export type Asked =
  | { readonly ok: true; readonly value: BacktestView }
  | { readonly ok: false; readonly problem: AskedProblem; readonly detail?: Sentence };

export type AskedProblem = "unknown-zone" | "backtest-refused" | LivedProblem;

/** What is handed to the thread that does the work. */
export type Work = { readonly journal: string; readonly question: Question };

export type Lived =
  | { readonly ok: true; readonly answer: Answer; readonly facts: Facts }
  | { readonly ok: false; readonly problem: LivedProblem; readonly detail?: Sentence };

export type LivedProblem =
  | "backtest-busy"
  | "backtest-stopped"
  | "backtest-too-much"
  | "backtest-failed";

export type Laborer = {
  live(work: Work, signal: AbortSignal): Promise<Lived>;
  /** The share that is done, from 0 to 1; nothing while nothing is under way. */
  done(): number | undefined;
  close(): Promise<void>;
};

/** What the thread says: how far it is, from 0 to 1, and in the end what it found. */
export type Said =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "answer"; readonly answer: Answer; readonly facts: Facts }
  | { readonly kind: "problem"; readonly problem: string };
