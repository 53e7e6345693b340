import type { Terminal } from "./workshop.ts";

/** One of a list, by its number or its name, asked until it is one. */

export type Choice<T> = {
  readonly value: T;
  /** What may be typed instead of the number. */
  readonly name: string;
  readonly about: string;
};

export type Choosing<T> = {
  readonly title: string;
  readonly choices: readonly Choice<T>[];
  readonly question: string;
  readonly noSuch: (answer: string) => string;
};

export const choose = async <T>(choosing: Choosing<T>, terminal: Terminal): Promise<T> => {
  const { title, choices, question, noSuch } = choosing;
  await terminal.say(title);
  const widest = Math.max(...choices.map(({ name }) => name.length));
  for (const [i, { name, about }] of choices.entries()) {
    await terminal.say(
      `  ${String(i + 1).padStart(2)}  ${name.padEnd(widest)}   ${about}`.trimEnd(),
    );
  }
  for (;;) {
    const answer = (await terminal.ask(question)).trim();
    const chosen = /^\d+$/.test(answer)
      ? choices[Number(answer) - 1]
      : choices.find(({ name }) => name.toLowerCase() === answer.toLowerCase());
    if (chosen !== undefined) return chosen.value;
    await terminal.say(noSuch(answer));
  }
};
