/** Zero-padded decimal digits, as a meter writes every number. */

/** Finds what is no digit. The interpreter searches; a loop here would cost a board dearly. */
export const NO_DIGIT = /[^0-9]/;

/** Of text that has been checked. By hand, because `Number("09")` is not decimal everywhere. */
export const decimal = (digits: string): number => {
  let value = 0;
  for (let i = 0; i < digits.length; i++) value = value * 10 + digits.charCodeAt(i) - 48;
  return value;
};
