// Times as people say them. Elements with data-tick are kept up to date once a second.
import { lang, t } from "./boot.js";
import { serverNow } from "./api.js";

const place = lang === "en" ? "en-GB" : lang; // 24 hours, day before month
const hour = new Intl.DateTimeFormat(place, { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat(place, { day: "numeric", month: "long" });
const shortDate = new Intl.DateTimeFormat(place, { day: "numeric", month: "short" });
const DAY = 86400000;

export const clockTime = (at) => hour.format(new Date(at));
const dayKey = (at) => new Date(at).toDateString();

/** "Today", "Yesterday", "3 September". */
export function dayName(at) {
  const now = new Date(serverNow());
  if (dayKey(at) === now.toDateString()) return t("shell.time.today");
  if (dayKey(at) === new Date(now - DAY).toDateString()) return t("shell.time.yesterday");
  return date.format(new Date(at));
}

/** The clock for today, the date for older things. */
export function shortTime(at) {
  return dayKey(at) === new Date(serverNow()).toDateString() ? clockTime(at) : shortDate.format(new Date(at));
}

export const momentOf = (at) => `${dayName(at)}, ${clockTime(at)}`;

/** "less than a minute", "2 min", "3 h 5 min", "2 days". */
export function lasted(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return t("shell.time.seconds", { n: Math.max(0, Math.floor(ms / 1000)) });
  if (minutes < 60) return t("shell.time.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24)
    return minutes % 60 && hours < 6
      ? t("shell.time.hours_minutes", { hours, minutes: minutes % 60 })
      : t("shell.time.hours", { n: hours });
  return t("shell.time.days", { n: Math.floor(hours / 24) });
}

/** 0:07, 12:40, 1:02:03. */
export function running(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(s / 3600);
  return hours
    ? `${hours}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** Local time in the visitor's zone (now, or at a moment), or null when the zone is unknown. */
export function timeIn(zone, at = serverNow()) {
  try {
    return new Intl.DateTimeFormat(place, { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(
      new Date(at),
    );
  } catch {
    return null;
  }
}

const speak = {
  waits: (ms) => t("shell.time.waits", { time: lasted(ms) }),
  ago: (ms) => t("shell.time.ago", { time: lasted(ms) }),
  running,
  lasted,
};

/** `tick("running", at)` → attributes for an element that shows the time since `at`. */
export const tick = (kind, at) => ({ data: { tick: kind, since: at } });
export const tickText = (kind, at) => speak[kind](Math.max(0, serverNow() - Date.parse(at)));

setInterval(() => {
  for (const element of document.querySelectorAll("[data-tick]")) {
    const words = tickText(element.dataset.tick, element.dataset.since);
    if (element.textContent !== words) element.textContent = words;
  }
}, 1000);
