import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SessionView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";

/** The door of screens that come late: who may come in, and the screen itself, fetched only then. */

export type LoadScreen = () => Promise<{ readonly Screen: ComponentType }>;

/** `anybody` needs no account; `council` and `workshop` have the manager among them. */
export type Who = "anybody" | "signed-in" | "council" | "workshop" | "manager";

type Props = {
  readonly load: LoadScreen;
  readonly who: Who;
  readonly session: SessionView | undefined;
};

export const Late = ({ load, who, session }: Props) => {
  const { words } = useReader();
  if (who === "anybody") return <Loaded load={load} />;
  if (session === undefined) return <p class="waiting">{words.loading}</p>;
  if (isAmong(session, who)) return <Loaded load={load} />;
  const next = encodeURIComponent(location.pathname + location.search);
  return (
    <section class="form">
      <h1>{words.only[who]}</h1>
      {session.account === null ? (
        <p>
          <a href={`/sign-in?next=${next}`}>{words.signIn}</a>
        </p>
      ) : (
        <p>{words.notYours}</p>
      )}
    </section>
  );
};

const ROLES: { readonly [who in Exclude<Who, "anybody" | "signed-in">]: readonly string[] } = {
  council: ["manager", "council"],
  workshop: ["manager", "workshop"],
  manager: ["manager"],
};

export const isAmong = (session: SessionView | undefined, who: Who): boolean => {
  if (who === "anybody") return true;
  const role = session?.role ?? undefined;
  return role !== undefined && (who === "signed-in" || ROLES[who].includes(role));
};

const Loaded = ({ load }: Pick<Props, "load">) => {
  const { words } = useReader();
  const [Screen, setScreen] = useState<ComponentType>();
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    // The hub may have been updated since this page was opened; then its parts have other names.
    load().then(
      (it) => setScreen(() => it.Screen),
      () => setHasFailed(true),
    );
  }, [load]);

  if (Screen !== undefined) return <Screen />;
  if (!hasFailed) return <p class="waiting">{words.loading}</p>;
  return (
    <p class="waiting">
      {words.notLoaded}{" "}
      <button type="button" onClick={() => location.reload()}>
        {words.retry}
      </button>
    </p>
  );
};
