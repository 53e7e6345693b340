import type { ComponentChildren } from "preact";
import type { SheetView } from "@battant/hub/api/calibration";
import type { Format } from "../format.ts";
import { drawingOf } from "../light/client.ts";
import { useReader } from "../reader.ts";
import type { SheetWords } from "./words.ts";

/** The sheet itself: what stays in the switchboard. */

type Props = { readonly view: SheetView; readonly words: SheetWords; readonly format: Format };

type WithCode = Props & { readonly withCode: boolean };

export const Sheet = ({ withCode, ...props }: WithCode) => {
  const { view, words, format } = props;
  const { calibration } = view;
  const drawing = drawingOf(calibration.zone, "");
  return (
    <article class="sheet">
      <header>
        <div>
          <h1>{words.head}</h1>
          <p>
            <b>{view.building}</b> · {calibration.name}
          </p>
          <p class="small">{words.printed(format.day(calibration.now), view.version)}</p>
        </div>
        {withCode && (
          <figure>
            <img src={drawing} alt={words.code} width="84" height="84" />
          </figure>
        )}
      </header>
      <div class="columns">
        <ZonePart {...props} />
        <SettingsPart {...props} />
        <WiringPart {...props} />
        <CalibrationPart {...props} />
      </div>
      <Checks words={words} />
    </article>
  );
};

type RowsProps = {
  readonly title: string;
  readonly rows: readonly (readonly [string, ComponentChildren])[];
  readonly children?: ComponentChildren;
};

const Part = ({ title, rows, children }: RowsProps) => (
  <section>
    <h2>{title}</h2>
    <dl>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
    {children}
  </section>
);

/** To be filled in by hand. */
const BLANK = "______";

const ZonePart = ({ view, words, format }: Props) => {
  const { words: common, say } = useReader();
  const { law, calibration } = view;
  const limits = [
    ...(law.area_m2_max === null ? [] : [words.areaAtMost(format.count(law.area_m2_max))]),
    ...(law.levels_max === null ? [] : [words.levelsAtMost(format.count(law.levels_max))]),
  ];
  const real = (value: number | null): string => (value === null ? BLANK : format.count(value));
  return (
    <Part
      title={words.zone}
      rows={[
        [words.name, `${calibration.name} (${calibration.zone})`],
        [words.kind, common.kinds[calibration.kind] ?? calibration.kind],
        [words.mode, words.modes[calibration.mode]],
        [words.law, words.lawIs(format.lux(law.floor_lx), say(law.text))],
        [words.area, limits.length === 0 ? words.noLimit : limits.join(", ")],
      ]}
    >
      {law.extent !== null && <p class="small">{say(law.extent)}</p>}
      <p class="small">
        {words.areaHere(real(law.area_m2))}, {words.levelsHere(real(law.levels))}
      </p>
    </Part>
  );
};

const SettingsPart = ({ view: { settings }, words, format }: Props) => (
  <Part
    title={words.settings}
    rows={[
      [words.target, format.lux(settings.target_lx)],
      [
        words.threshold,
        words.thresholdIs(format.lux(settings.threshold_lx), format.measured(settings.margin, "")),
      ],
      [
        words.delays,
        words.delaysAre(format.span(settings.offDelay_ms), format.span(settings.onDelay_ms)),
      ],
      [words.freshness, format.span(settings.readingAgeMax_ms)],
      [words.override, format.span(settings.overrideHold_ms)],
      [words.localRule, settings.localRule ? words.yes : words.no],
    ]}
  />
);

const WiringPart = ({ view: { wiring, calibration }, words, format }: Props) => {
  const { board, sensor } = calibration.sensor;
  const { relayBoard, relay, load_W: load, hold_ms: hold } = wiring;
  return (
    <Part
      title={words.wiring}
      rows={[
        [words.lightSensor, board === null ? words.none : `${board} / ${sensor ?? ""}`],
        [words.relay, relayBoard === null ? words.none : `${relayBoard} / ${relay ?? ""}`],
        [words.load, load === null ? words.noLoad : format.measured(load, "W")],
        [words.warning, wiring.warning ? words.blinks : words.noWarning],
        [
          words.presence,
          hold === null
            ? words.none
            : words.presenceIs(wiring.sensors.join(", "), format.span(hold)),
        ],
        [words.vacant, wiring.offWhenVacant ? words.yes : words.no],
      ]}
    />
  );
};

const CalibrationPart = ({ view: { calibration }, words, format }: Props) => {
  const { language, say } = useReader();
  const { factor, contribution, file } = calibration;
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const share = file.luminaireContribution_lx;
  const measured =
    contribution === null
      ? words.notMeasured
      : words.contributionIs(
          `${format.lux(contribution.mean_lx)} ± ${format.lux(contribution.sigma_lx)}`,
          format.count(contribution.count),
          dateIn(language, calibration.timezone, contribution.from),
          dateIn(language, calibration.timezone, contribution.to),
        );
  return (
    <Part
      title={words.calibration}
      rows={[
        [words.factor, words.inFile(decimals.format(file.floorFactor))],
        [words.contribution, share === null ? words.notMeasured : words.inFile(format.lux(share))],
        [words.measured, measured],
      ]}
    >
      {factor !== null && <p class="small">{say(factor.why)}</p>}
      <Points calibration={calibration} words={words} format={format} />
      {calibration.alarms.map((it) => (
        <p key={it.kind} class="small">
          <b>{words.alarms}</b> {say(it.about)}
        </p>
      ))}
    </Part>
  );
};

type PointsProps = Pick<SheetView, "calibration"> & Pick<Props, "words" | "format">;

const Points = ({ calibration, words, format }: PointsProps) => {
  const { language } = useReader();
  const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  if (calibration.points.length === 0) return <p class="small">{words.noPoint}</p>;
  return (
    <table>
      <thead>
        <tr>
          {[words.day, words.floor, words.sensor, words.factorShort, words.who].map((it) => (
            <th key={it} scope="col">
              {it}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calibration.points.map((it) => (
          <tr key={it.id}>
            <td>{dateIn(language, calibration.timezone, it.at)}</td>
            <td>{format.lux(it.floor_lx)}</td>
            <td>{format.lux(it.sensor_lx)}</td>
            <td>{decimals.format(it.factor)}</td>
            <td>{it.who}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const dateIn = (language: string, timeZone: string, at: number): string =>
  new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    timeZone,
    dateStyle: "short",
  }).format(at);

const Checks = ({ words }: Pick<Props, "words">) => (
  <section class="to-tick">
    <h2>{words.checks}</h2>
    <ul>
      {words.checkList.map((it) => (
        <li key={it}>{it}</li>
      ))}
    </ul>
    <div class="signatures">
      {[words.electrician, words.manager].map((it) => (
        <p key={it}>
          <b>{it}</b>
          <br />
          {words.sign}
        </p>
      ))}
    </div>
  </section>
);
