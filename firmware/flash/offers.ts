/**
 * What Espruino offers of ECMAScript's built-ins, as 2v29 was seen to have them on Linux and set up
 * like an ESP32. Whatever a newer engine has beside these, a board has not.
 */

export const GLOBALS: readonly string[] =
  `Object Function Array Number Boolean String Date Promise RegExp Error ReferenceError SyntaxError
  TypeError JSON Math ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array
  Uint16Array Int32Array Uint32Array Float32Array Float64Array Infinity NaN undefined globalThis
  parseFloat parseInt isFinite isNaN encodeURIComponent decodeURIComponent eval console`.split(
    /\s+/,
  );

type Names = { readonly [owner: string]: readonly string[] };

const named = (table: { readonly [owner: string]: string }): Names =>
  Object.fromEntries(Object.entries(table).map(([owner, names]) => [owner, names.split(/\s+/)]));

export const STATICS: Names = named({
  Object: `assign create defineProperties defineProperty entries fromEntries
    getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf keys
    setPrototypeOf values`,
  Array: "isArray",
  String: "fromCharCode",
  Number: "MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY",
  Math: `E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log
    max min pow random round sign sin sqrt tan`,
  JSON: "parse stringify",
  Date: "now parse",
  Promise: "all reject resolve",
});

export const METHODS: Names = named({
  Object: "hasOwnProperty toString valueOf",
  Function: "apply bind call toString",
  Array: `concat every fill filter find findIndex forEach includes indexOf join map pop push reduce
    reverse shift slice some sort splice toString unshift`,
  String: `charAt charCodeAt concat endsWith includes indexOf lastIndexOf match padEnd padStart
    repeat replace replaceAll slice split startsWith substr substring toLowerCase toString
    toUpperCase trim valueOf`,
  Number: "toFixed toString valueOf",
  Date: `getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime
    getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds
    getUTCMinutes getUTCMonth getUTCSeconds setDate setFullYear setHours setMilliseconds setMinutes
    setMonth setSeconds setTime toISOString toJSON toString toUTCString valueOf`,
  RegExp: "exec test toString",
  Promise: "catch then",
  ArrayBuffer: "",
  DataView: `getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32
    setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8`,
  Uint8Array: `every fill filter find findIndex forEach includes indexOf join map reduce reverse set
    slice some sort subarray toString`,
});

/** How ECMAScript once made HTML: nobody calls these, and functions of ours may be named so. */
const HTML =
  /^(?:anchor|big|blink|bold|fixed|fontcolor|fontsize|italics|link|small|strike|su[bp])$/;

const namesOf = (owner: object): readonly string[] =>
  Object.getOwnPropertyNames(owner).filter((name) => /^[A-Za-z]\w*$/.test(name));

export type Absences = {
  readonly globals: readonly string[];
  readonly statics: Names;
  readonly methods: Names;
};

/** What this engine has and Espruino has not; `engine` is a fresh global object. */
export const absences = (engine: typeof globalThis): Absences => {
  const builtIn = (owner: string): { readonly prototype?: object } => engine[owner as "Object"];
  const lacking = (table: Names, from: (owner: string) => object): Names =>
    Object.fromEntries(
      Object.entries(table).map(([owner, offered]) => [
        owner,
        namesOf(from(owner)).filter((name) => !offered.includes(name)),
      ]),
    );
  const callable = (owner: string): object => {
    const own = Object.getOwnPropertyDescriptors(builtIn(owner).prototype ?? {});
    const called = Object.entries(own).filter(([name, { value }]) => {
      return typeof value === "function" && name !== "constructor" && !HTML.test(name);
    });
    return Object.fromEntries(called);
  };
  const isName = (name: string): boolean => name === "length" || name === "name";
  return {
    globals: namesOf(engine).filter((name) => !GLOBALS.includes(name)),
    statics: lacking(STATICS, (owner) =>
      Object.fromEntries(
        namesOf(builtIn(owner))
          .filter((name) => !isName(name))
          .map((name) => [name, true]),
      ),
    ),
    methods: lacking(METHODS, callable),
  };
};
