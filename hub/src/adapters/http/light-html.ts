import type { Sentence } from "../../../api/contract.ts";
import type { LightView } from "../../../api/light.ts";
import { spanOf } from "./light-problems.ts";
import { type Language, LIGHT_WORDS } from "./light-words.ts";

/**
 * The page behind a sign, whole: it is read on old phones and with scripts turned off, so it is
 * written here and not in the reader's browser. A small script keeps it up to date where it may.
 */

export type Shown =
  | { readonly kind: "light"; readonly view: LightView }
  | { readonly kind: "refused"; readonly message: Sentence };

/** Put into the page as they are: text of our own, without an end tag in it. */
export type Extras = { readonly style: string; readonly script: string };

const RELOAD_SECONDS = 20;

export const lightPage = (shown: Shown, language: Language, { style, script }: Extras): string => {
  const words = LIGHT_WORDS[language];
  const other = language === "fr" ? "en" : "fr";
  const isLight = shown.kind === "light";
  const title = isLight ? `${words.title} · ${shown.view.name}` : words.title;
  const reload = isLight
    ? `<noscript><meta http-equiv="refresh" content="${RELOAD_SECONDS}"></noscript>`
    : "";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${safe(title)}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
${reload}<style>${style}</style>
</head>
<body>
<header><b>Battant</b> <a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLanguage}</a></header>
<p id="away" role="alert" data-words="${safe(words.away)}"></p>
${isLight ? lightPart(shown.view, language) : refusedPart(shown.message, language)}
<p id="said" aria-live="polite"></p>
<footer>${isLight ? safe(words.wall) : ""}</footer>
<script>${script}</script>
</body>
</html>
`;
};

const refusedPart = (message: Sentence, language: Language): string =>
  `<main id="light" data-over data-key="refused" tabindex="-1">
<h1>${LIGHT_WORDS[language].title}</h1>
<p class="note">${safe(message[language])}</p>
</main>`;

const lightPart = (view: LightView, language: Language): string => {
  const words = LIGHT_WORDS[language];
  const { light, override_until: until, override_by: by, wait_s: wait } = view;
  const state = words.light[light];
  const override = until === null || by === null ? undefined : { until, by };
  const said = override === undefined ? state : `${words.asked[override.by]}. ${state}.`;
  const parts = [
    `<h1>${safe(view.name)}</h1>`,
    `<p class="state ${light}">${state}</p>`,
    override === undefined
      ? `<p class="why">${safe(view.why[language])}</p>`
      : countdown(view, override, language),
    wait > 0 ? `<p class="note">${safe(words.wait(spanOf(wait * 1000)))}</p>` : "",
    `<form method="post">${buttons(view, override?.until, language).join("\n")}</form>`,
  ];
  return `<main id="light" tabindex="-1" data-key="${safe(keyOf(view, language))}" data-said="${safe(said)}">
${parts.filter((it) => it !== "").join("\n")}
</main>`;
};

type Override = { readonly until: number; readonly by: "wall-switch" | "page" };

const countdown = (
  { now, speed, timezone, light, asked_until: asked }: LightView,
  { until, by }: Override,
  language: Language,
): string => {
  const words = LIGHT_WORDS[language];
  const left = Math.max(0, until - now);
  const hint =
    light === "on" || light === "mismatch" ? "" : `<p class="aside">${safe(words.press)}</p>`;
  const stays = asked === until ? "" : `<p class="aside">${safe(words.switchStays)}</p>`;
  return `<p class="by">${safe(words.asked[by])}</p>
<p class="left">${words.left} <b id="left" role="timer" data-left="${left}" data-speed="${speed}">${clockOf(left)}</b></p>
<p class="aside">${safe(words.until(timeOf(until, timezone, language)))}</p>
${hint}${stays}`;
};

const FIRST_MINUTES = 15;

/** One tap each: what most people want is the large one. */
const buttons = (view: LightView, until: number | undefined, language: Language): string[] => {
  const words = LIGHT_WORDS[language];
  const mayAsk = view.wait_s === 0;
  if (until === undefined) {
    if (!mayAsk) return [];
    const others = view.minutes.filter((it) => it !== FIRST_MINUTES);
    return [
      button("large", "minutes", FIRST_MINUTES, words.ask(FIRST_MINUTES)),
      `<p class="others"><span>${words.rather}</span>`,
      ...others.map((it) => button("", "minutes", it, words.minutes(it))),
      "</p>",
    ];
  }
  const left = Math.ceil((until - view.now) / MINUTE);
  const total = Math.min(view.minutes.at(-1) ?? FIRST_MINUTES, left + FIRST_MINUTES);
  return [
    ...(mayAsk && total > left
      ? [button("large", "minutes", total, words.prolong(total - left))]
      : []),
    // Where the wall switch gave longer than any page, there is nothing to hand back.
    ...(view.asked_until === until ? [button("back", "back", 1, words.handBack)] : []),
  ];
};

const button = (style: string, name: string, value: number, text: string): string =>
  `<button class="${style}" name="${name}" value="${value}">${safe(text)}</button>`;

const MINUTE = 60_000;

/** What changes with every second is left out: the page is put anew when this is another one. */
const keyOf = (view: LightView, language: Language): string => {
  const { light, why, override_until, override_by, asked_until, now, wait_s } = view;
  const left = override_until === null ? why[language] : Math.ceil((override_until - now) / MINUTE);
  return [light, left, override_until, override_by, asked_until, wait_s > 0].join("|");
};

/** `14:32`, `1:05:00` */
const clockOf = (leftMs: number): string => {
  const seconds = Math.ceil(leftMs / 1000);
  const two = (count: number): string => String(count).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};

const timeOf = (at: number, timeZone: string, language: Language): string =>
  new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);

const ENTITIES: { readonly [sign: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const safe = (text: string): string => text.replaceAll(/[&<>"']/g, (it) => ENTITIES[it] ?? it);
