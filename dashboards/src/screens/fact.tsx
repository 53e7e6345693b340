import type { ComponentChildren } from "preact";
import { BadIcon, GoodIcon } from "./icons.tsx";

type FactProps = { readonly good: boolean; readonly children: ComponentChildren };

/** Good or not: a sign and a sentence. */
export const Fact = ({ good, children }: FactProps) => (
  <p class={good ? "fact good" : "fact bad"}>
    {good ? <GoodIcon /> : <BadIcon />}
    <span>{children}</span>
  </p>
);
