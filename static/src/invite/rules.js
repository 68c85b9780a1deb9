// When an invitation is due: what its rule says against what is known of this page and visit. Pure.
import { isOpen } from "../hours.js";
import { fits } from "../numbers/choose.js";

/** Does a path fit one of the patterns? A star stands for anything. @param {string[]} patterns */
export const isPath = (patterns, path) =>
  patterns.some((pattern) =>
    new RegExp("^" + pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*") + "$").test(path),
  );

/**
 * @param {object} rule docs/protocol.md, section 3.1
 * @param {{doc: object, at: Date, channels: string[], path: string, seconds: number, depth: number, pages: number,
 *   leaves: boolean, returns: boolean, source: {utm: object, referrer: string}, has: (selector: string) => boolean}} now
 */
export function isDue(rule, now) {
  const { doc, at, channels } = now;
  const among = { open: () => isOpen(doc, at), closed: () => !isOpen(doc, at) };
  return (
    (rule.seconds || 0) <= now.seconds &&
    (rule.scroll || 0) <= now.depth &&
    (rule.pages || 0) <= now.pages &&
    (!rule.exit || now.leaves) &&
    channels.includes(rule.leads) &&
    (!rule.path || isPath(rule.path, now.path)) &&
    (!rule.visitor || (rule.visitor === "returning") === now.returns) &&
    (!rule.source || fits(rule.source, now.source)) &&
    (!rule.hours || among[rule.hours]?.()) &&
    (!rule.online || !!doc.online?.[rule.leads === "chat" ? "chat" : "calls"]) &&
    (!rule.element || now.has(rule.element))
  );
}

const DAY = 86_400_000;

/**
 * May this visitor be invited at all? Once a visit, so often a day and a week, never after closing twice, never to those
 * who have found the way in this visit or have talked with us before.
 * @param {{shown: number[], closed: number, opened?: number}} past
 * @param {{now: number, since: number, talked: boolean, caps: {per_day: number, per_week: number}}} visit
 */
export function mayInvite({ shown, closed, opened = 0 }, { now, since, talked, caps }) {
  const within = (days) => shown.filter((at) => now - at < days * DAY).length;
  return (
    !talked &&
    closed < 2 &&
    opened < since &&
    !shown.some((at) => at >= since) &&
    within(1) < caps.per_day &&
    within(7) < caps.per_week
  );
}
