// What happened, told once: every event has an id, unsent ones wait in localStorage
// (docs/protocol.md, section 4).
import { newId } from "./ids.js";

const KEPT = 50;
const DAY = 86_400_000;

/**
 * @param {object} o
 * @param {string} o.url
 * @param {string} o.site
 * @param {() => string} o.visitorId
 * @param {() => object} o.context
 * @param {{get: Function, set: Function}} o.store
 * @param {() => number} [o.now] milliseconds
 * @param {number} [o.wait] milliseconds that an unimportant event may wait for company
 */
export function createBeacon({ url, site, visitorId, context, store, now = Date.now, wait = 2000 }) {
  let timer = 0;
  let failed = false;
  let sending = null;
  const waiting = () => (store.get("events") || []).filter(({ at }) => now() - at < DAY);
  const drop = (sent) =>
    store.set(
      waiting().filter(({ id }) => !sent.includes(id)),
      "events",
    );

  /** What goes now: nothing while something is on its way. */
  function batch() {
    clearTimeout(timer);
    timer = 0;
    const events = sending ? [] : waiting();
    if (!events[0]) return null;
    const body = JSON.stringify({
      site,
      visitor: visitorId(),
      context: context(),
      events: events.map(({ at, ...event }) => ({ ...event, ago_ms: Math.max(0, now() - at) })),
    });
    return { body, ids: events.map(({ id }) => id) };
  }

  /** Sends and waits for the answer: what the server did not take stays for the next time. */
  async function flush() {
    const one = batch();
    if (!one) return sending;
    sending = fetch(url, { method: "POST", body: one.body, keepalive: true, credentials: "omit" })
      .then((answer) => {
        failed = !answer.ok && (answer.status === 429 || answer.status >= 500);
        if (!failed) drop(one.ids); // a refusal will not become an acceptance: forget
      })
      .catch(() => void (failed = true))
      .then(() => {
        sending = null;
        if (!failed && waiting()[0]) later();
      });
    return sending;
  }

  function later() {
    timer ||= setTimeout(flush, wait);
  }

  return {
    flush,
    /** @param {object} event without id; @param {boolean} [important] send now */
    report(event, important) {
      store.set([...waiting(), { id: newId(), ...event, at: now() }].slice(-KEPT), "events");
      if (important) flush();
      else later();
    },
    /** The page goes away: no answer can be awaited. Keeps the events if the server was out of reach. */
    leave() {
      const one = batch();
      if (one && navigator.sendBeacon?.(url, one.body) && !failed) drop(one.ids);
    },
  };
}
