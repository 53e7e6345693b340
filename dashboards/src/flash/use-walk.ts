import { useEffect, useRef, useState } from "preact/hooks";
import type { FlashRequest, KindView } from "@battant/hub/api/contract";
import { createHubClient } from "@battant/cable/hub-client";
import type { CablePort } from "@battant/cable/port";
import { flashBoard } from "@battant/cable/walk";
import { advance, BEGUN, failureOf, mustStay, type WalkState } from "./walk-state.ts";

/** The walk, which terminal and page share, in a browser: its clock, its hub, its end. */

export type Walking = {
  readonly kind: KindView;
  readonly port: CablePort;
  readonly request: Omit<FlashRequest, "mac">;
};

export type UsedWalk = { readonly state: WalkState; readonly stop: () => void };

/** Begins at once, and again with each new `walking`. */
export const useWalk = (walking: Walking): UsedWalk => {
  const [state, setState] = useState<WalkState>(BEGUN);
  const stopping = useRef<AbortController>(undefined);

  useEffect(() => {
    const stop = new AbortController();
    stopping.current = stop;
    setState(BEGUN);
    void walk(walking, setState, stop.signal);
    return () => stop.abort();
  }, [walking]);
  useStaying(mustStay(state));

  return { state, stop: () => stopping.current?.abort() };
};

type Change = (next: (state: WalkState) => WalkState) => void;

const walk = async (walking: Walking, change: Change, signal: AbortSignal): Promise<void> => {
  const { port, request } = walking;
  try {
    const walked = await flashBoard({
      port,
      request,
      hub: createHubClient((input, init) => fetch(input, init), ""),
      tell: (event) => change((state) => advance(state, event)),
      now: () => performance.now(),
      date: () => Date.now(),
      pause: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
      signal,
    });
    change((state) => ({ ...state, end: { kind: "arrived", walked } }));
  } catch (error) {
    change((state) => ({ ...state, end: { kind: "failed", failure: failureOf(error) } }));
  }
};

/** The browser asks before it closes the page, in its own words. */
const useStaying = (isNeeded: boolean): void => {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isNeeded]);
};
