import type {
  BuildingView,
  DecisionView,
  HealthView,
  ProblemView,
  SessionView,
  SetupRequest,
  SignInRequest,
  WhyView,
} from "@battant/hub/api/contract";

/** The hub's API as these pages use it. Page and hub come from one build: answers are its types. */

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ProblemView };

const UNREACHABLE: ProblemView = {
  code: "unreachable",
  message: {
    fr: "Le boîtier ne répond pas. Vérifiez qu'il est allumé et sur le même réseau, puis réessayez.",
    en: "The hub does not answer. Check that it is switched on and on the same network, then try again.",
  },
};

export type Call = {
  readonly method?: "POST" | "PUT" | "DELETE";
  readonly body?: object;
  readonly signal?: AbortSignal;
};

export const ask = async <T>(path: string, call: Call = {}): Promise<Answer<T>> => {
  const { method, body, signal } = call;
  try {
    const response = await fetch(path, {
      method: method ?? "GET",
      signal: signal ?? null,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    const value: unknown = text === "" ? undefined : JSON.parse(text);
    return response.ok
      ? { ok: true, value: value as T }
      : { ok: false, problem: value as ProblemView };
  } catch {
    return { ok: false, problem: UNREACHABLE };
  }
};

/** Of one zone: what comes behind is about it. */
export const zonePath = (zone: string): string => `/api/zones/${encodeURIComponent(zone)}`;

export const readSession = (): Promise<Answer<SessionView>> => ask("/api/session");

export const signIn = (body: SignInRequest): Promise<Answer<SessionView>> =>
  ask("/api/session", { method: "POST", body });

export const signOut = (): Promise<Answer<void>> => ask("/api/session", { method: "DELETE" });

export const setUp = (body: SetupRequest): Promise<Answer<SessionView>> =>
  ask("/api/setup", { method: "POST", body });

export const readBuilding = (): Promise<Answer<BuildingView>> => ask("/api/building");

export const readDecisions = (zone: string): Promise<Answer<readonly DecisionView[]>> =>
  ask(`${zonePath(zone)}/decisions?limit=20`);

/** `at` is by the building's clock: `2026-11-20T08:00`; now, if nothing is said. */
export const readWhy = (zone: string, at: string): Promise<Answer<readonly WhyView[]>> =>
  ask(`${zonePath(zone)}/why${at === "" ? "" : `?at=${encodeURIComponent(at)}`}`);

export const readHealth = (): Promise<Answer<HealthView>> => ask("/api/health");
