/**
 * The small script of the page behind a sign. The hub writes that page whole and its forms work
 * alone; where a script runs, the time counts down, the page follows what others do, and a hub that
 * is away is told instead of the browser's own error. It has no words of its own.
 *
 * It runs on phones of 2015 and later: what they lack is not used.
 */

const POLL_MS = 4000;
/** After an ask: the relay answers within a moment. */
const SOON_MS = 1000;
/** A phone at the edge of the Wi-Fi may wait a minute before its browser gives up. */
const PATIENCE_MS = 8000;
const TICK_MS = 250;
/** An answer that took longer than another must not make the time jump. */
const JITTER_MS = 1500;

let endsAt: number | undefined;
let isOver = false;
let isBusy = false;
let next: number | undefined;
let pressed: HTMLButtonElement | undefined;

const part = (id: string): HTMLElement | null => document.getElementById(id);

const setText = (id: string, text: string): void => {
  const place = part(id);
  if (place !== null && place.textContent !== text) place.textContent = text;
};

const setAway = (isAway: boolean): void =>
  setText("away", isAway ? (part("away")?.dataset["words"] ?? "") : "");

const two = (count: number): string => (count < 10 ? `0${count}` : String(count));

const clockOf = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
};

const speedOf = (left: HTMLElement): number => Number(left.dataset["speed"] ?? 1);

/** From the time that is left, so that the phone's clock may show what it likes. */
const aim = (): void => {
  const left = part("left");
  if (left === null) {
    endsAt = undefined;
    return;
  }
  const end = performance.now() + Number(left.dataset["left"] ?? 0) / speedOf(left);
  if (endsAt === undefined || Math.abs(end - endsAt) > JITTER_MS) endsAt = end;
};

const tick = (): void => {
  const left = part("left");
  if (left === null || endsAt === undefined) return;
  const ms = Math.max(0, endsAt - performance.now()) * speedOf(left);
  setText("left", clockOf(Math.ceil(ms / 1000)));
};

const put = (fresh: HTMLElement, isOwn: boolean): void => {
  const shown = part("light");
  if (shown === null) return;
  isOver = fresh.dataset["over"] !== undefined;
  if (fresh.dataset["key"] === shown.dataset["key"]) {
    const left = part("left");
    const now = fresh.querySelector<HTMLElement>("#left");
    if (left !== null && now !== null) left.dataset["left"] = now.dataset["left"];
  } else {
    const focused = document.activeElement;
    const hadFocus = focused !== null && shown.contains(focused);
    shown.parentNode?.replaceChild(document.importNode(fresh, true), shown);
    // Whoever pressed a button that is gone goes on from there, by keyboard too.
    if (isOwn || hadFocus) part("light")?.focus();
    setText("said", fresh.dataset["said"] ?? "");
  }
  aim();
  tick();
};

const show = (html: string, isOwn: boolean): void => {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("light");
  setAway(fresh === null);
  if (fresh !== null) put(fresh, isOwn);
};

const patiently = (answer: Promise<Response>): Promise<string> =>
  Promise.race([
    answer.then((it) => it.text()),
    new Promise<string>((_resolve, reject) => {
      setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
    }),
  ]);

const plan = (ms: number): void => {
  clearTimeout(next);
  if (!isOver) next = setTimeout(look, ms);
};

const ask = (init: RequestInit, isOwn: boolean): void => {
  isBusy = true;
  const then = (isHeard: boolean): void => {
    isBusy = false;
    if (!isHeard) setAway(true);
    plan(isOwn && isHeard ? SOON_MS : POLL_MS);
  };
  patiently(fetch(location.href, { credentials: "same-origin", ...init })).then(
    (html) => {
      show(html, isOwn);
      then(true);
    },
    () => then(false),
  );
};

const look = (): void => {
  if (document.hidden || isBusy || isOver) return;
  ask({}, false);
};

const send = (event: Event): void => {
  event.preventDefault();
  if (isBusy || pressed === undefined) return;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  ask({ method: "POST", headers, body: `${pressed.name}=${pressed.value}` }, true);
};

/** Not every browser says which button sent a form. */
const notePress = (event: Event): void => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  pressed = button ?? undefined;
};

if ("fetch" in window) {
  document.addEventListener("click", notePress, true);
  document.addEventListener("submit", send);
  document.addEventListener("visibilitychange", look);
  aim();
  setInterval(tick, TICK_MS);
  isOver = part("light")?.dataset["over"] !== undefined;
  plan(POLL_MS);
}
