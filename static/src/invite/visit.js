// This visit, and this page of it: kept in the widget's corner of localStorage, told to nobody.
const PAUSE = 30 * 60_000;

/**
 * @param {{get: Function, set: Function}} store
 * @param {number} now
 * @returns {{n: number, since: number, at: number, pages: number}} `n`: which visit it is; another after half an hour away
 */
export function visitAt(store, now) {
  const known = store.get("visit");
  const goes = known && now - known.at < PAUSE;
  const visit = goes ? { ...known, at: now } : { n: (known?.n || 0) + 1, since: now, at: now, pages: 0 };
  store.set(visit, "visit");
  return visit;
}

/** One page more. */
export function turnPage(store, now) {
  const visit = visitAt(store, now);
  visit.pages++;
  store.set(visit, "visit");
  return visit;
}

/** How far down the page its lower edge of the window is, in percent. */
export const depthOf = ({ scrollTop, clientHeight, scrollHeight }) =>
  scrollHeight ? ((scrollTop + clientHeight) / scrollHeight) * 100 : 0;
