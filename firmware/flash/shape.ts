/**
 * Reads a text that a person wrote as JSON: every problem is noted with its path, and reading goes on.
 */
export type Problem = { readonly path: string; readonly problem: string };

/** Something of which there is one: a pin, a name. Who asks with the same `as` shares it. */
export type Claim = { readonly what: string; readonly path: string; readonly as: string };

export type Walk = { readonly problems: Problem[]; readonly claims: Claim[] };

/** Gives undefined only after it has noted a problem, or for what may be absent. */
export type Reader<T> = (value: unknown, path: string, walk: Walk) => T | undefined;

const refuse = (walk: Walk, path: string, problem: string): undefined => {
  walk.problems.push({ path, problem });
  return undefined;
};

const told = (value: unknown): string =>
  value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);

/** `expected` completes the sentence "expected …". */
export const value =
  <T>(expected: string, accepts: (value: unknown) => value is T): Reader<T> =>
  (it, path, walk) =>
    accepts(it) ? it : refuse(walk, path, `expected ${expected}, found ${told(it)}`);

export const integer = (min: number, max: number): Reader<number> =>
  value(
    `a whole number from ${min} to ${max}`,
    (it): it is number => Number.isInteger(it) && (it as number) >= min && (it as number) <= max,
  );

export const oneOf = <T extends string | number | boolean>(...all: readonly T[]): Reader<T> =>
  value(`one of ${all.join(", ")}`, (it): it is T => all.includes(it as T));

/** `problem` looks at a value that was read well, and says what is wrong with it. */
export const also =
  <T>(
    reader: Reader<T>,
    problem: (value: T, path: string, walk: Walk) => string | undefined | void,
  ): Reader<T> =>
  (it, path, walk) => {
    const read = reader(it, path, walk);
    const found = read === undefined ? undefined : problem(read, path, walk);
    return typeof found === "string" ? refuse(walk, path, found) : read;
  };

/** `turn` makes of the person's value what the program wants. */
export const turned =
  <A, B>(reader: Reader<A>, turn: (value: A) => B): Reader<B> =>
  (it, path, walk) => {
    const read = reader(it, path, walk);
    return read === undefined ? undefined : turn(read);
  };

const OPTIONAL = Symbol("optional");

type Optional<T> = Reader<T> & { readonly [OPTIONAL]: true };

export const optional = <T>(reader: Reader<T>): Optional<T> => {
  const lenient: Reader<T> = (it, path, walk) =>
    it === undefined ? undefined : reader(it, path, walk);
  return Object.assign(lenient, { [OPTIONAL]: true } as const);
};

export const list =
  <T>(reader: Reader<T>, max: number): Reader<T[]> =>
  (it, path, walk) => {
    if (!Array.isArray(it)) return refuse(walk, path, `expected a list, found ${told(it)}`);
    if (it.length > max) return refuse(walk, path, `has ${it.length} entries, at most ${max} fit`);
    const read = it.map((entry, i) => reader(entry, `${path}[${i}]`, walk));
    return read.every((entry) => entry !== undefined) ? (read as T[]) : undefined;
  };

type Readers = { readonly [key: string]: Reader<unknown> };

type OptionalKeys<R extends Readers> = {
  [K in keyof R]: R[K] extends Optional<unknown> ? K : never;
}[keyof R];

type ReadBy<R> = R extends Reader<infer T> ? T : never;

/** A key names its unit for people, `hold_s`; in the program the type does, `hold`. */
type Unitless<K> = K extends `${infer Name}_s` ? Name : K;

export type Shaped<R extends Readers> = {
  readonly [K in Exclude<keyof R, OptionalKeys<R>> as Unitless<K>]: ReadBy<R[K]>;
} & { readonly [K in OptionalKeys<R> as Unitless<K>]?: ReadBy<R[K]> };

export const isObject = (it: unknown): it is { readonly [key: string]: unknown } =>
  typeof it === "object" && it !== null && !Array.isArray(it);

const inside = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

export const object =
  <R extends Readers>(readers: R): Reader<Shaped<R>> =>
  (it, path, walk) => {
    if (!isObject(it)) return refuse(walk, path, `expected an object, found ${told(it)}`);
    for (const key of Object.keys(it)) {
      if (Object.hasOwn(readers, key)) continue;
      const meant = nearest(key, Object.keys(readers));
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      refuse(walk, inside(path, key), `unknown key${hint}`);
    }
    const before = walk.problems.length;
    const read = Object.entries(readers).map(
      ([key, reader]) =>
        [key.replace(/_s$/, ""), reader(it[key], inside(path, key), walk)] as const,
    );
    if (walk.problems.length > before) return undefined;
    return Object.fromEntries(read.filter(([, part]) => part !== undefined)) as Shaped<R>;
  };

/** Levenshtein's distance. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
};

/** The one that was probably meant: at most two letters wrong, or the same beginning. */
export const nearest = (word: string, among: readonly string[]): string | undefined => {
  const close = among
    .map((it) => ({ it, far: it.startsWith(`${word}_`) ? 0 : distance(word, it) }))
    .filter(({ it, far }) => far <= 2 && far < it.length)
    .toSorted((a, b) => a.far - b.far);
  return close[0]?.it;
};

/** Whatever two ask for and only one can have. */
export const clashes = (claims: readonly Claim[]): Problem[] => {
  const first = new Map<string, Claim>();
  const problems: Problem[] = [];
  for (const claim of claims) {
    const holder = first.get(claim.what);
    if (holder === undefined) first.set(claim.what, claim);
    else if (holder.as !== claim.as) {
      problems.push({ path: claim.path, problem: `${claim.what} is taken by ${holder.path}` });
    }
  }
  return problems;
};
