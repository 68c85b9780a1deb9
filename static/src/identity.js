// Who is logged in on the page, or follows a link to their talk: asked of the server before anything is drawn. Loaded
// only where the page says who. The key that comes lies in memory alone: a page that says nothing finds nothing.
import { visitContext } from "./context.js";
import { openStore } from "./store.js";
import { knowVisitor, renewVisitor } from "./visitor.js";

const PATIENCE = 4000;
const MINUTE = 60_000;
/** What of the browser's corner belongs to a person; the rest is the browser's. */
const OWN = ["outbox", "talk", "variants", "exposed"];

const read = (identity) => {
  try {
    return typeof identity === "string" ? JSON.parse(identity) : identity;
  } catch {
    return null;
  }
};

/**
 * @param {{site: string, server: string, identity: object | string}} options
 * @param {(event: string, detail: object) => void} emit tells the page `identity`: {state, reason}
 * @param {() => void} again when the key is not taken any more
 * @returns {Promise<object>} options of the app for this customer; none for a visitor who stays anonymous
 */
export async function identify(options, emit, again) {
  const shared = openStore("callwidget:" + options.site);
  const told = read(options.identity);
  try {
    let mine = knowVisitor(shared);
    let answer = await ask(options, told, mine, shared);
    if (answer.state === "other_browser") {
      mine = forget(shared);
      answer = await ask(options, told, mine, shared);
    }
    const { state, reason, visitor: id, secret, covers } = answer;
    emit("identity", reason ? { state, reason } : { state, covers });
    if (state !== "verified") return {};
    const store = personal(shared, id);
    bring(shared, store, id === mine.id);
    const { last_seq: last, visitor_read_seq: seen } = answer.conversation || {};
    if (last > seen) store.set(Date.now(), "talk");
    if (id === mine.id) forget(shared);
    const since = Date.now();
    return {
      store,
      visitor: { id, secret },
      renew: () => Date.now() - since > MINUTE && again(),
    };
  } catch {
    emit("identity", { state: "unreachable" });
    return {};
  }
}

async function ask({ site, server }, identity, { id, secret }, shared) {
  const answer = await fetch(`${server}/w/v1/identify?site=${site}`, {
    method: "POST",
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
    headers: { Authorization: `Bearer ${id}.${secret}` },
    body: JSON.stringify({ identity, context: visitContext(shared, {}) }),
  });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

/** The same corner of the browser, with what is a person's own under their name. */
function personal(shared, id) {
  const own = (name) => (OWN.includes(name) ? `${id}:${name}` : name);
  return Object.assign(Object.create(shared), {
    get: (name) => shared.get(own(name)),
    set: (value, name) => shared.set(value, own(name)),
  });
}

/** What was begun before logging in goes on; what was shown stays where this browser became the customer's. */
function bring(shared, store, isFirst) {
  store.set([...(store.get("outbox") || []), ...(shared.get("outbox") || [])], "outbox");
  shared.set([], "outbox");
  if (shared.get("talk")) store.set(shared.get("talk"), "talk");
  shared.set(0, "talk");
  if (isFirst)
    for (const name of ["variants", "exposed"]) {
      store.set({ ...shared.get(name), ...store.get(name) }, name);
      shared.set({}, name);
    }
}

/** The browser's own visitor was or becomes a customer's: who comes next is a new one. */
const forget = (shared) => renewVisitor(shared);
