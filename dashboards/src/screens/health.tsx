import type { ComponentChildren } from "preact";
import type {
  BoardHealth,
  ForwarderHealth,
  HealthView,
  RefusalView,
  SerialHealth,
} from "@battant/hub/api/contract";
import { readHealth } from "../client.ts";
import { usePolled } from "../polled.ts";
import { useReader } from "../reader.ts";
import { Fact } from "./fact.tsx";

/** For the manager: is everything there, what was turned away, does anything wait. */

const PERIOD_MS = 10_000;

export const HealthPanel = ({ now }: { readonly now: number }) => {
  const { words, format, say } = useReader();
  const { value, problem } = usePolled(readHealth, PERIOD_MS);
  return (
    <section class="health" aria-labelledby="health">
      <h2 id="health">{words.health}</h2>
      {problem !== undefined && <Fact good={false}>{say(problem.message)}</Fact>}
      {problem === undefined && value === undefined && <p>{words.loading}</p>}
      {problem === undefined && value !== undefined && (
        <>
          <p class="aside">{words.healthSince(format.moment(value.since, now))}</p>
          <Panel health={value} now={now} />
        </>
      )}
    </section>
  );
};

const Panel = ({ health, now }: { readonly health: HealthView; readonly now: number }) => {
  const { words, format } = useReader();
  return (
    <div class="panel">
      <Boards boards={health.boards} now={now} />
      <Refusals refusals={health.refusals} now={now} />
      <Block title={words.journal}>
        <Fact good={health.journalProblem === null}>
          <Detail problem={health.journalProblem} fine={words.journalFine} />
        </Fact>
        <dl>
          <dt>{words.readingsStored}</dt>
          <dd>{format.count(health.readingsStored)}</dd>
          <dt>{words.duplicates}</dt>
          <dd>{format.count(health.duplicates)}</dd>
        </dl>
      </Block>
      <Forwarder forwarder={health.forwarder} />
      <Serial ports={health.serial} />
    </div>
  );
};

type BlockProps = { readonly title: string; readonly children: ComponentChildren };

const Block = ({ title, children }: BlockProps) => (
  <div class="block">
    <h3>{title}</h3>
    {children}
  </div>
);

/** Problems are written for whoever repairs the hub, in English, as in its log. */
const Detail = ({ problem, fine }: { readonly problem: string | null; readonly fine: string }) =>
  problem === null ? <>{fine}</> : <span lang="en">{problem}</span>;

const onlineWord = (online: boolean | null): "yes" | "no" | "unknown" => {
  if (online === null) return "unknown";
  return online ? "yes" : "no";
};

type BoardsProps = { readonly boards: readonly BoardHealth[]; readonly now: number };

const Boards = ({ boards, now }: BoardsProps) => {
  const { words, format } = useReader();
  const online = boards.filter((it) => it.online === true).length;
  return (
    <Block title={words.boardsOnline}>
      <Fact good={online === boards.length}>
        {words.ofCount(format.count(online), format.count(boards.length))}
      </Fact>
      <ul class="rows">
        {boards.map((it) => (
          <li key={it.board} class={it.online === true ? "" : "bad"}>
            <b>{it.name}</b>
            <span>{words.online[onlineWord(it.online)]}</span>
            <span class="aside">
              {it.lastReading === null
                ? words.noReading
                : words.lastReading(format.span(now - it.lastReading))}
              {it.program !== null && ` · ${it.model ?? ""} ${it.program}`}
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
};

type RefusalsProps = { readonly refusals: readonly RefusalView[]; readonly now: number };

const Refusals = ({ refusals, now }: RefusalsProps) => {
  const { words, format } = useReader();
  return (
    <Block title={words.refusals}>
      {refusals.length === 0 && <Fact good>{words.noRefusals}</Fact>}
      <ul class="rows">
        {refusals.map((it) => (
          <li key={`${it.from} ${it.where} ${it.problem}`} class="bad">
            <b>{it.from}</b>
            <span>{words.refusedTimes(format.count(it.count))}</span>
            <span class="aside">
              {it.where} · <span lang="en">{it.problem}</span> ·{" "}
              {words.refusedLast(format.span(now - it.last))}
            </span>
          </li>
        ))}
      </ul>
    </Block>
  );
};

const Forwarder = ({ forwarder }: { readonly forwarder: ForwarderHealth | null }) => {
  const { words, format } = useReader();
  if (forwarder === null) {
    return (
      <Block title={words.forwarder("InfluxDB")}>
        <p>{words.noForwarder}</p>
      </Block>
    );
  }
  const { store, behind, parked, problem } = forwarder;
  return (
    <Block title={words.forwarder(store)}>
      <Fact good={problem === null && behind === 0 && parked === 0}>
        <Detail
          problem={problem}
          fine={behind === 0 ? words.forwarderFine : words.forwarderBehind(format.count(behind))}
        />
      </Fact>
      {problem !== null && <p>{words.forwarderBehind(format.count(behind))}</p>}
      {parked > 0 && <p>{words.forwarderParked(format.count(parked))}</p>}
    </Block>
  );
};

const Serial = ({ ports }: { readonly ports: readonly SerialHealth[] }) => {
  const { words, format } = useReader();
  return (
    <Block title={words.serial}>
      {ports.length === 0 && <p>{words.noSerial}</p>}
      {ports.map((it) => (
        <Fact key={it.port} good={it.problem === null}>
          <b>{it.port}</b>,{" "}
          <Detail
            problem={it.problem}
            fine={it.mode === null ? words.serialNoMode : (words.serialMode[it.mode] ?? it.mode)}
          />
          , {words.groups(format.count(it.groupsGood), format.count(it.groupsBad))}
        </Fact>
      ))}
    </Block>
  );
};
