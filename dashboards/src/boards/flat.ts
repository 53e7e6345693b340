import { ID_LENGTH_MAX } from "@battant/protocol/vocabulary/ids";

/** A flat is named by an id: what people type comes as near to one as it can, `3e-gauche`. */
export const flatOf = (typed: string): string | null =>
  typed
    .normalize("NFD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, ID_LENGTH_MAX)
    .replace(/-$/, "") || null;
