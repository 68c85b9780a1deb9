import en from "../texts/en.json";
import ru from "../texts/ru.json";
import { nextOpening } from "../slots.js";
import { isOpen, wallClock } from "../hours.js";

const catalogues = { ru, en };

/**
 * @param {string} lang
 * @returns {(key: string, values?: Record<string, any>) => string}
 */
export const wordsIn =
  (lang) =>
  (key, values = {}) =>
    (catalogues[lang] || en)[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

const dayOf = (date) => date.toLocaleDateString("sv-SE");
const shift = (days) => new Date(Date.now() + days * 86_400_000);

/** "14:05" in the visitor's own zone. */
export const clock = (date, lang) =>
  date.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** "Monday, 23 November". */
export const dayName = (date, lang, options = { weekday: "long", day: "numeric", month: "long" }) =>
  date.toLocaleDateString(lang, options);

export const isSameDay = (one, other) => dayOf(one) === dayOf(other);

/** "Today", "Tomorrow", "Tue, 24 November". */
export function nearDay(date, lang) {
  const say = wordsIn(lang);
  if (isSameDay(date, new Date())) return say("todayLabel");
  if (isSameDay(date, shift(1))) return say("tomorrowLabel");
  return dayName(date, lang, { weekday: "short", day: "numeric", month: "long" });
}

/** "today at 14:05", "tomorrow at …", "Monday, 23 November at …". */
export function whenText(date, lang) {
  const say = wordsIn(lang);
  const time = clock(date, lang);
  if (isSameDay(date, new Date())) return say("today", { time });
  if (isSameDay(date, shift(1))) return say("tomorrow", { time });
  return say("onDay", { day: dayName(date, lang), time });
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Does the visitor's clock show another time than the site's? */
export const isAbroad = (doc, at = new Date()) =>
  wallClock(doc.timezone, at).minutes !== at.getHours() * 60 + at.getMinutes();

/** "Екатеринбург" (", стандартное время" says nothing), "Moscow Standard Time". */
export const zoneName = (timeZone, lang, at = new Date()) =>
  new Intl.DateTimeFormat(lang, { timeZone, timeZoneName: "longGeneric" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")
    .value.split(",")[0];

/** The visitor's own zone by its name, where it is not the site's: a time alone could be misread. */
export const whenAbroad = (date, { doc, lang }) =>
  whenText(date, lang) + (isAbroad(doc, date) ? ` (${zoneName(ownZone(), lang, date)})` : "");

/** The truth about who is there, in one line. @returns {{text: string, isOn: boolean}} */
export function presence(doc, lang, at = new Date()) {
  const say = wordsIn(lang);
  if (doc.online?.chat || (doc.online?.calls && isOpen(doc, at))) return { text: say("online"), isOn: true };
  if (isOpen(doc, at)) return { text: say("openNoOperators"), isOn: false };
  const next = nextOpening(doc, at);
  return { text: next ? say("closedUntil", { when: whenAbroad(next, { doc, lang }) }) : say("closed"), isOn: false };
}
