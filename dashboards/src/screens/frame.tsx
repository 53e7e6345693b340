import type { ComponentChildren } from "preact";
import type { SessionView } from "@battant/hub/api/contract";
import { signOut } from "../client.ts";
import type { Language } from "../language.ts";
import { useReader } from "../reader.ts";
import { Mark } from "./icons.tsx";
import { isAmong } from "./late.tsx";

/** What surrounds every screen: whose page this is, language and account above, promises below. */

type Props = {
  readonly session: SessionView | undefined;
  readonly onLanguage: (language: Language) => void;
  readonly children: ComponentChildren;
};

export const Frame = ({ session, onLanguage, children }: Props) => {
  const { words } = useReader();
  return (
    <>
      <a class="unseen skip" href="#content">
        {words.skip}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Mark />
          Battant
        </a>
        <nav aria-label={words.menu}>
          {isAmong(session, "council") && <a href="/observation">{words.observation}</a>}
          {isAmong(session, "council") && <a href="/backtest">{words.backtest}</a>}
          {isAmong(session, "workshop") && (
            <>
              <a href="/flash">{words.flash}</a>
              <a href="/boards">{words.boards}</a>
              <a href="/calibration">{words.calibration}</a>
            </>
          )}
          {isAmong(session, "signed-in") && <a href="/survey">{words.survey}</a>}
          <LanguageLink onLanguage={onLanguage} />
          <Account session={session} />
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer>
        <p>{words.privacy}</p>
        <p>
          {words.offline} {words.licence}
        </p>
        <p>
          <a href="/api/openapi.json">API</a>
        </p>
      </footer>
    </>
  );
};

/** A link, so that it can be opened and shared; but the page changes its words without reloading. */
const LanguageLink = ({ onLanguage }: Pick<Props, "onLanguage">) => {
  const { language, words } = useReader();
  const other = language === "fr" ? "en" : "fr";
  const address = new URL(location.href);
  address.searchParams.set("lang", other);
  const change = (event: Event): void => {
    event.preventDefault();
    history.replaceState(null, "", address);
    onLanguage(other);
  };
  return (
    <a href={address.search} lang={other} hreflang={other} onClick={change}>
      {words.otherLanguage}
    </a>
  );
};

const Account = ({ session }: Pick<Props, "session">) => {
  const { words } = useReader();
  if (session === undefined) return null;
  if (session.account === null) return <a href="/sign-in">{words.signIn}</a>;
  const leave = async (): Promise<void> => {
    const answer = await signOut();
    if (answer.ok) location.assign("/");
  };
  return (
    <>
      <span class="account">{words.signedInAs(session.account)}</span>
      <button type="button" class="quiet" onClick={() => void leave()}>
        {words.signOut}
      </button>
    </>
  );
};
