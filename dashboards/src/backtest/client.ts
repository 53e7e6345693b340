import type {
  BacktestFactsView,
  BacktestProgressView,
  BacktestRequest,
  BacktestView,
} from "@battant/hub/api/backtest";
import { type Answer, ask, zonePath } from "../client.ts";

/** The part of the hub's API that tries settings on the past. */

const at = (zone: string): string => `${zonePath(zone)}/backtest`;

export const readFacts = (zone: string): Promise<Answer<BacktestFactsView>> => ask(at(zone));

export const readProgress = (): Promise<Answer<BacktestProgressView>> => ask("/api/backtest");

/** May take a minute or two on a small hub; aborting it ends the work there. */
export const tryOut = (
  zone: string,
  body: BacktestRequest,
  signal: AbortSignal,
): Promise<Answer<BacktestView>> => ask(at(zone), { method: "POST", body, signal });
