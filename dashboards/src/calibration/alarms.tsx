import type { SessionView, ZoneView } from "@battant/hub/api/contract";
import { useReader } from "../reader.ts";
import { Fact } from "../screens/fact.tsx";
import { isAmong } from "../screens/late.tsx";

type Props = { readonly zone: ZoneView; readonly session: SessionView | undefined };

/** On a zone's card: what is wrong with its calibration, and for those who can mend it, where. */
export const Alarms = ({ zone, session }: Props) => {
  const { words, say } = useReader();
  if (zone.alarms.length === 0) return null;
  return (
    <>
      {zone.alarms.map((it) => (
        <Fact key={it.en} good={false}>
          {say(it)}{" "}
          {isAmong(session, "workshop") && (
            <a href={`/calibration/${zone.zone}`}>{words.calibration}</a>
          )}
        </Fact>
      ))}
    </>
  );
};
