// Opening hours in the site's own time zone.

/**
 * The wall clock of a zone.
 * @param {string} zone IANA name
 * @param {Date} at
 * @returns {{date: string, weekday: number, minutes: number}} weekday 0 is Monday
 */
export function wallClock(zone, at) {
  // Swedes write ISO: 2026-11-22 09:05:00
  const [date, time] = at.toLocaleString("sv-SE", { timeZone: zone }).split(" ");
  const [hour, minute] = time.split(":");
  return { date, weekday: (new Date(date).getUTCDay() + 6) % 7, minutes: hour * 60 + +minute };
}

/**
 * The intervals of a local day; none on a holiday.
 * @param {{hours?: number[][][], holidays?: string[]}} doc
 * @returns {number[][]}
 */
export const intervals = (doc, { date, weekday }) =>
  doc.holidays?.includes(date) ? [] : doc.hours?.[weekday] || [];

/**
 * Is the site open at this moment?
 * @param {{timezone: string, hours: number[][][], holidays: string[]}} doc
 * @param {Date} at
 */
export function isOpen(doc, at) {
  const now = wallClock(doc.timezone, at);
  return intervals(doc, now).some(([from, to]) => now.minutes >= from && now.minutes < to);
}
