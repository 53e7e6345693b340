import { useEffect } from "preact/hooks";

/** What the browser's tab says; it stays as it was while nothing is said. */
export const useTitle = (title: string | undefined): void =>
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Battant`;
  }, [title]);
