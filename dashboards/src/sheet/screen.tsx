import { useEffect, useMemo, useState } from "preact/hooks";
import type { SheetView } from "@battant/hub/api/calibration";
import type { ProblemView } from "@battant/hub/api/contract";
import { ask, readSession, zonePath } from "../client.ts";
import { createFormat } from "../format.ts";
import { useReader } from "../reader.ts";
import { useTitle } from "../title.ts";
import { Problem } from "../screens/form.tsx";
import { Sheet } from "./sheet.tsx";
import { SHEET_WORDS } from "./words.ts";

/** `/sheet/ZONE`: one A4 page with all that was set and measured, to be printed, ticked and signed. */

const zone = decodeURIComponent(location.pathname.split("/")[2] ?? "");

export const Screen = () => {
  const { words: common, language } = useReader();
  const words = SHEET_WORDS[language];
  const [view, setView] = useState<SheetView>();
  const [problem, setProblem] = useState<ProblemView>();
  const isManager = useIsManager();
  const timezone = view?.calibration.timezone;
  const format = useMemo(() => createFormat(language, timezone), [language, timezone]);

  useEffect(() => {
    void ask<SheetView>(`${zonePath(zone)}/sheet`).then((answer) => {
      if (answer.ok) setView(answer.value);
      else setProblem(answer.problem);
    });
  }, []);
  useTitle(words.title(view?.calibration.name ?? zone));

  return (
    <div class="workshop sheet-page">
      <div class="screen-only actions">
        <button type="button" disabled={view === undefined} onClick={() => window.print()}>
          {words.print}
        </button>
        {isManager && <a href={`/calibration/${zone}`}>{words.calibrate}</a>}
      </div>
      <Problem problem={problem} />
      {view === undefined && problem === undefined && <p>{common.loading}</p>}
      {view !== undefined && (
        <Sheet view={view} words={words} format={format} withCode={isManager} />
      )}
    </div>
  );
};

/** The code on the sign, and the wizard, are not for everybody who may read the sheet. */
const useIsManager = (): boolean => {
  const [isManager, setIsManager] = useState(false);
  useEffect(() => {
    void readSession().then((it) => setIsManager(it.ok && it.value.role === "manager"));
  }, []);
  return isManager;
};
