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
import { Late, type LoadScreen, type Who } from "./screens/late.tsx";

/** One page for all: the address says which screen, and everything is read from the hub. */

const { searchParams, pathname } = new URL(location.href);
const firstLanguage = chooseLanguage(
  searchParams.get("lang"),
  storedLanguage(),
  navigator.languages,
);

type LateScreen = { readonly load: LoadScreen; readonly who: Who };

/** Screens that come when they are asked for: nobody else carries their weight. */
const LATE: { readonly [firstPart: string]: LateScreen } = {
  backtest: { load: () => import("./backtest/screen.tsx"), who: "council" },
  boards: { load: () => import("./boards/screen.tsx"), who: "workshop" },
  flash: { load: () => import("./flash/screen.tsx"), who: "workshop" },
  calibration: { load: () => import("./calibration/screen.tsx"), who: "workshop" },
  sheet: { load: () => import("./sheet/screen.tsx"), who: "council" },
  observation: { load: () => import("./observation/screen.tsx"), who: "council" },
  sign: { load: () => import("./sign/screen.tsx"), who: "workshop" },
  survey: { load: () => import("./survey/screen.tsx"), who: "signed-in" },
};
const OTHERS = ["/", "/sign-in", "/setup"];

/** What follows the first part of the address concerns the screen alone. */
const late = LATE[pathname.split("/")[1] ?? ""];

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
  useEffect(() => awaitSession(setSession), []);
  useEffect(() => (isBuilding ? followBuilding(setLive) : undefined), []);

  return (
    <ReaderProvider value={reader}>
      <Frame session={session} onLanguage={setLanguage}>
        {isBuilding && <BuildingScreen live={live} session={session} />}
        {late !== undefined && <Late {...late} session={session} />}
        {pathname === "/sign-in" && <SignInScreen next={searchParams.get("next")} />}
        {pathname === "/setup" && (
          <SetupScreen token={searchParams.get("token")} session={session} />
        )}
        {!OTHERS.includes(pathname) && late === undefined && <NotFoundScreen />}
      </Frame>
    </ReaderProvider>
  );
};

const RETRY_MS = 5000;

/** Who one is shows as soon as the hub can say it. */
const awaitSession = (show: (session: SessionView) => void): (() => void) => {
  let retry: number | undefined;
  const ask = async (): Promise<void> => {
    const answer = await readSession();
    if (answer.ok) show(answer.value);
    else retry = setTimeout(() => void ask(), RETRY_MS);
  };
  void ask();
  return () => clearTimeout(retry);
};

const place = document.getElementById("page");
if (place !== null) render(<Page />, place);
