/**
 * A table in one string, `|key=value|key=value|`. On a board a string in flash costs no memory and
 * is searched by the interpreter itself; an object of the same size would fill a tenth of the RAM.
 */
export const lookUp = (table: string, key: string): string | undefined => {
  // A key from outside must not reach over the edge of an entry.
  if (key.indexOf("=") >= 0) return undefined;
  const entry = "|" + key + "=";
  const start = table.indexOf(entry);
  const valueStart = start + entry.length;
  // Espruino's `indexOf` also finds text that runs off the end of the string: compare it whole.
  if (start < 0 || table.substring(start, valueStart) !== entry) return undefined;
  return table.substring(valueStart, table.indexOf("|", valueStart));
};
