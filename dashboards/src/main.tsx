import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { SessionView } from "@battant/hub/api/contract";
import { readSession } from "./client.ts";
import { chooseLanguage, type Language, storedLanguage, storeLanguage } from "./language.ts";
import { followBuilding, type Live } from "./live.ts";
import { createReader, ReaderProvider } from "./reader.ts";
import { BuildingScreen } from "./screens/building.tsx";
import { Frame } from "./screens/frame.tsx";
import { NotFoundScreen } from "./screens/not-found.tsx";
import { SetupScreen } from "./screens/setup.tsx";
import { SignInScreen } from "./screens/sign-in.tsx";

/** One page for all: the address says which screen, and everything is read from the hub. */

const { searchParams, pathname } = new URL(location.href);
const firstLanguage = chooseLanguage(
  searchParams.get("lang"),
  storedLanguage(),
  navigator.languages,
);

const Page = () => {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [session, setSession] = useState<SessionView>();
  const [live, setLive] = useState<Live>();
  const isBuilding = pathname === "/";
  const timeZone = live?.view?.timezone;
  const reader = useMemo(() => createReader(language, timeZone), [language, timeZone]);

  useEffect(() => {
    document.documentElement.lang = language;
    storeLanguage(language);
  }, [language]);
  useEffect(() => {
    void readSession().then((answer) => answer.ok && setSession(answer.value));
  }, []);
  useEffect(() => (isBuilding ? followBuilding(setLive) : undefined), []);

  return (
    <ReaderProvider value={reader}>
      <Frame session={session} onLanguage={setLanguage}>
        {isBuilding && <BuildingScreen live={live} session={session} />}
        {pathname === "/sign-in" && <SignInScreen />}
        {pathname === "/setup" && (
          <SetupScreen token={searchParams.get("token")} session={session} />
        )}
        {!["/", "/sign-in", "/setup"].includes(pathname) && <NotFoundScreen />}
      </Frame>
    </ReaderProvider>
  );
};

const place = document.getElementById("page");
if (place !== null) render(<Page />, place);
