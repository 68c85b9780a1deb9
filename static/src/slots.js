// Moments inside the opening hours, for a callback at a chosen time.
import { intervals, wallClock } from "./hours.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * The moment at which a zone's wall clock shows these minutes of this date.
 * @param {string} zone
 * @param {string} date `2026-11-22`
 * @param {number} minutes of the local day
 * @returns {Date}
 */
export function momentOf(zone, date, minutes) {
  const wanted = Date.parse(date + "T00:00Z") + minutes * MINUTE;
  let guess = wanted;
  for (let turn = 0; turn < 3; turn++) {
    const shown = wallClock(zone, new Date(guess));
    guess += wanted - (Date.parse(shown.date + "T00:00Z") + shown.minutes * MINUTE);
  }
  return new Date(guess);
}

/** Opening intervals of the next days as moments. @returns {[Date, Date][]} */
function openings(doc, at, days = 8) {
  const found = [];
  const first = Date.parse(wallClock(doc.timezone, at).date + "T00:00Z");
  for (let day = 0; day < days; day++) {
    const date = new Date(first + day * DAY).toISOString().slice(0, 10);
    const weekday = (new Date(first + day * DAY).getUTCDay() + 6) % 7;
    for (const [from, to] of intervals(doc, { date, weekday })) {
      found.push([momentOf(doc.timezone, date, from), momentOf(doc.timezone, date, to)]);
    }
  }
  return found;
}

/** When the site opens next. @returns {Date | undefined} */
export const nextOpening = (doc, at) => openings(doc, at).find(([from]) => from > at)?.[0];

/**
 * Times to choose from: every half hour inside the opening hours, not sooner than a quarter of an
 * hour from now.
 * @returns {Date[]}
 */
export function freeTimes(doc, at, { days = 8, step = 30, lead = 15 } = {}) {
  const earliest = at.getTime() + lead * MINUTE;
  const times = [];
  for (const [from, to] of openings(doc, at, days)) {
    for (let time = from.getTime(); time < to.getTime(); time += step * MINUTE) {
      if (time >= earliest) times.push(new Date(time));
    }
  }
  return times;
}
