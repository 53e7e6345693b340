/** A number as it is typed: on a French keyboard with a comma. */
export const numberTyped = (text: string): number => Number(text.trim().replace(",", "."));
