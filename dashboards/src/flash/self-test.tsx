import type { ComponentChildren } from "preact";
import { isStillWaiting, type SelfTest } from "@battant/cable/self-test";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { FLASH_WORDS } from "./words.ts";

/** What the board found when it looked at itself. */

export const SelfTestList = ({ result }: { readonly result: SelfTest }) => {
  const { language, format } = useReader();
  const words = FLASH_WORDS[language];
  const { buses, sensors, signal, hubProblem, variablesFree, variables, exceptions } = result;
  return (
    <>
      <h3 id="self-test">{words.selfTest}</h3>
      <ul class="self-test" aria-labelledby="self-test">
        {buses.map(({ sda, scl, addresses }) => (
          <Line
            key={`${sda} ${scl}`}
            good={addresses.length > 0}
            title={words.bus(String(sda), String(scl))}
          >
            {addresses.length === 0 ? words.nobody : addresses.map(hexadecimal).join(", ")}
          </Line>
        ))}
        {sensors.map((it) => (
          <Line key={it.sensor} good={it.isGood || isStillWaiting(it)} title={it.sensor}>
            {it.answer === "" ? words.silent : <span lang="en">{it.answer}</span>}
          </Line>
        ))}
        <Line good={signal !== undefined} title={words.wifiLine}>
          {signal === undefined ? words.wifiNone : format.measured(signal, "dBm")}
        </Line>
        <Line good={hubProblem === undefined} title={words.hubLine}>
          {hubProblem === undefined ? words.hubReached : <span lang="en">{hubProblem}</span>}
        </Line>
        <Line good title={words.memory}>
          {words.memoryFree(format.count(variablesFree), format.count(variables))}
        </Line>
        {exceptions > 0 && (
          <Line good={false} title={words.exceptions}>
            {format.count(exceptions)}
          </Line>
        )}
      </ul>
    </>
  );
};

type LineProps = {
  readonly good: boolean;
  readonly title: string;
  readonly children: ComponentChildren;
};

const Line = ({ good, title, children }: LineProps) => (
  <li>
    <Fact good={good}>
      <b>{title}</b> {children}
    </Fact>
  </li>
);

const hexadecimal = (address: number): string => `0x${address.toString(16).padStart(2, "0")}`;
