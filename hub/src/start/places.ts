/** Names below the data folder that more than one program of ours has to know. */

/** Readings, their series and the decisions. */
export const JOURNAL_FILE = "journal.db";
