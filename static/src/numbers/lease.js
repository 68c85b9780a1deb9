// The visitor's number of the pool: remembered first-party, asked for when it is needed, kept while they are here.
import { listener } from "../dom.js";

const KEY = "number";
const FRESH = 60_000;
const PATIENCE = 10_000;

/**
 * @param {object} app see app.js
 * @param {() => void} changed
 */
export function createLease(app, changed) {
  const { store, options } = app;
  const life = new AbortController();
  let lease = store.get(KEY);
  if (!(lease?.until > Date.now())) lease = null;
  let isAnswered = !!lease;
  let isWanted = false;
  let asking = false;
  let due = lease ? lease.asked + FRESH : 0;
  let timer = 0;

  async function ask() {
    const { id, secret } = app.visitor;
    const answer = await fetch(`${options.server}/w/v1/number?site=${options.site}`, {
      method: "POST",
      credentials: "omit",
      signal: AbortSignal.any?.([life.signal, AbortSignal.timeout(PATIENCE)]) || life.signal,
      headers: { Authorization: `Bearer ${id}.${secret}`, "Content-Type": "application/json" },
      body: JSON.stringify({ context: app.context() }),
    });
    const said = await answer.json();
    if (answer.ok) return said;
    throw said.error;
  }

  /** What the server says holds; without an answer all stays as it was. */
  async function renew() {
    if (asking) return;
    asking = true;
    try {
      const { number, for_seconds, every_seconds } = await ask().catch((error) => {
        if (error?.code !== "wrong_token") throw error;
        app.renew();
        return ask();
      });
      const now = Date.now();
      lease = number && { number, asked: now, until: now + for_seconds * 1000 };
      store.set(lease, KEY);
      due = number ? now + every_seconds * 1000 : Infinity; // exhausted: the next page asks again
    } catch {
      due = Date.now() + FRESH;
    }
    asking = false;
    isAnswered = true;
    if (life.signal.aborted) return;
    changed();
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!isWanted || asking || document.visibilityState === "hidden" || due === Infinity) return;
    timer = setTimeout(renew, Math.max(0, due - Date.now()));
  }

  listener(life.signal)(document, "visibilitychange", plan);

  return {
    /** The number, null for none. */
    get number() {
      return lease?.number || null;
    },
    /** Nobody knows yet which number it will be. */
    get isPending() {
      return isWanted && !isAnswered;
    },
    want() {
      if (isWanted) return;
      isWanted = true;
      plan();
    },
    stop() {
      life.abort();
      clearTimeout(timer);
    },
  };
}
