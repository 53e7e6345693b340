import type { Tools } from "./tools.ts";

/** Step 5: the paper that stays in the switchboard. */
export const Finish = ({ tools: { view, words } }: { readonly tools: Tools }) => (
  <>
    <p>{words.sheetHow}</p>
    <p>
      <a class="button" href={`/sheet/${view.zone}`}>
        {words.openSheet}
      </a>
    </p>
    {view.mode === "observe" && <p>{words.observe}</p>}
  </>
);
