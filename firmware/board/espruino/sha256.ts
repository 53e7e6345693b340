import type { Sha256 } from "@battant/protocol/wire/sealed";
import type { EspruinoE, EspruinoModules } from "./globals.ts";

declare const require: EspruinoModules;
declare const E: EspruinoE;

/** Of a string in flash it makes no copy: a program of 40 kB is hashed where it is. */
export const sha256: Sha256 = (bytes) => E.toString(require("crypto").SHA256(bytes));
