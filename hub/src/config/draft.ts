/**
 * Looks into values from a file that nobody has judged yet. What is not there, or not of the kind
 * asked for, is `undefined`.
 */

export const field = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (it, key) => (isRecord(it) && Object.hasOwn(it, key) ? it[key] : undefined),
    value,
  );

export const entries = (value: unknown): [string, unknown][] =>
  isRecord(value) ? Object.entries(value) : [];

export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textIn = (value: unknown, ...keys: readonly string[]): string | undefined => {
  const found = field(value, ...keys);
  return typeof found === "string" ? found : undefined;
};

export const numberIn = (value: unknown, ...keys: readonly string[]): number | undefined => {
  const found = field(value, ...keys);
  return typeof found === "number" ? found : undefined;
};

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
