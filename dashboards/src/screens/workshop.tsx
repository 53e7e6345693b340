import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SessionView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";

/** The door of the workshop's screens: who may come in, and the screen itself, fetched only then. */

export type LoadScreen = () => Promise<{ readonly Screen: ComponentType }>;

type Props = { readonly load: LoadScreen; readonly session: SessionView | undefined };

export const WorkshopScreen = ({ load, session }: Props) => {
  const { words } = useReader();
  if (session === undefined) return <p class="waiting">{words.loading}</p>;
  if (isWorkshop(session)) return <Loaded load={load} />;
  const next = encodeURIComponent(location.pathname + location.search);
  return (
    <section class="form">
      <h1>{words.workshopOnly}</h1>
      {session.account === null ? (
        <p>
          <a href={`/sign-in?next=${next}`}>{words.signIn}</a>
        </p>
      ) : (
        <p>{words.workshopNotYours}</p>
      )}
    </section>
  );
};

export const isWorkshop = (session: SessionView | undefined): boolean =>
  session?.role === "manager" || session?.role === "workshop";

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
