import type { ComponentChildren } from "preact";
import type { ZoneView } from "@battant/hub/api/contract";

/** Drawings that stand beside a word and never in its place: readers of the screen skip them. */

const Icon = ({ children }: { readonly children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    {children}
  </svg>
);

const BULB =
  "M9.5 17.5h5M10.2 20.5h3.6M9.6 15c0-1.6-2.6-2.7-2.6-5.8a5 5 0 0 1 10 0c0 3.1-2.6 4.2-2.6 5.8z";

/** On: a lamp that shines. Off: a lamp. Kept off: the sun, which does its work. */
export const LightIcon = ({ light }: Pick<ZoneView, "light">) => {
  switch (light) {
    case "on":
      return (
        <Icon>
          <path class="glow" d={BULB} />
          <path d="M12 .8v1.4M3.9 3.9l1 1M20.1 3.9l-1 1M1.2 10h1.4M21.4 10h1.4" />
        </Icon>
      );
    case "off":
      return (
        <Icon>
          <path d={BULB} />
        </Icon>
      );
    case "inhibited":
      return (
        <Icon>
          <circle class="glow" cx="12" cy="12" r="4.4" />
          <path d="M12 2.2v2.6M12 19.2v2.6M2.2 12h2.6M19.2 12h2.6M5.1 5.1l1.8 1.8M17.1 17.1l1.8 1.8M5.1 18.9l1.8-1.8M17.1 6.9l1.8-1.8" />
        </Icon>
      );
    case "mismatch":
      return <BadIcon />;
    case "unknown":
      return (
        <Icon>
          <circle cx="12" cy="12" r="9.2" stroke-dasharray="3.2 2.6" />
          <path d="M9.4 9.4a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 2M12 16.6v.2" />
        </Icon>
      );
  }
};

export const GoodIcon = () => (
  <Icon>
    <path d="M5 12.8l4.4 4.4L19 7.4" />
  </Icon>
);

export const BadIcon = () => (
  <Icon>
    <path d="M12 3.4L2.2 20.6h19.6zM12 9.6v5M12 17.6v.2" />
  </Icon>
);

/** A door leaf, half open, and the light behind it. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect class="wall" width="32" height="32" rx="7" />
    <path class="day" d="M9 6h14v20H9z" />
    <path class="leaf" d="M9 6l9 3.5v19L9 26z" />
    <circle class="wall" cx="15.6" cy="19" r="1.2" />
  </svg>
);

const SUN_SPAN_DEG = 60;

/** A window on the sky, with the sun as high in it as it stands outside. */
export const SkyWindow = ({ altitudeDeg }: { readonly altitudeDeg: number }) => {
  const sky = altitudeDeg > 6 ? "day" : altitudeDeg > -6 ? "dusk" : "night";
  const height = Math.max(-0.3, Math.min(1, altitudeDeg / SUN_SPAN_DEG));
  return (
    <svg class={`sky ${sky}`} viewBox="0 0 96 96" aria-hidden="true">
      <clipPath id="pane">
        <rect x="5" y="5" width="86" height="86" rx="6" />
      </clipPath>
      <g clip-path="url(#pane)">
        <rect class="air" width="96" height="96" />
        <circle class="sun" cx="60" cy={70 - height * 52} r="9" />
        <path class="hill" d="M0 74l18-9 14 5 16-12 12 7 14-4 22 11v24H0z" />
      </g>
      <path
        class="sash"
        d="M5 11a6 6 0 0 1 6-6h74a6 6 0 0 1 6 6v74a6 6 0 0 1-6 6H11a6 6 0 0 1-6-6zM48 5v86M5 44h86"
      />
    </svg>
  );
};
