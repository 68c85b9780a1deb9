// What the console knows: conversations, callbacks, colleagues. Pure: (state, action) → state; the clock comes with the action.

export const TAKEN_SHOWN_MS = 6000;
const TYPING_SHOWN_MS = 5000;
const OVER = new Set(["completed", "cancelled"]);
export const ENDED = new Set([...OVER, "missed", "unreachable", "unknown"]); // over too, unless somebody must look after it

export const empty = () => ({
  status: { open: "loading", closed: "loading" },
  conversations: {},
  callbacks: {},
  taken: {},
  typing: {},
  me: null,
  people: [],
  desk: null,
  version: 0,
});

const reactions = { loaded, failed, conversation, message, marks, presence, desk, callback, call, typing, tick, redrawn };
const SAID = new Set(["text", "file"]); // what waits for an answer, or is one

export function reduce(state, action) {
  return reactions[action.type] ? reactions[action.type](state, action) : state;
}

/** An answer of GET /inbox. What changed after it was asked for (`since`) is newer than the answer. */
function loaded(state, { queue, answer, since, at }) {
  const conversations = {};
  for (const [id, known] of Object.entries(state.conversations)) {
    if (known.status !== queue || known.touched > since) conversations[id] = known;
  }
  for (const summary of answer.conversations) {
    const known = state.conversations[summary.id];
    if (!known || !(known.touched > since)) conversations[summary.id] = { ...summary, touched: since };
  }
  const next = { ...state, conversations, status: { ...state.status, [queue]: "ready" } };
  if (queue !== "open") return next;
  const calls = [...(answer.callbacks || []), ...(answer.calls || [])];
  const people = answer.operators || state.people;
  return withCallbacks({ ...next, me: answer.me || state.me, people }, calls, since, at);
}

function withCallbacks(state, list, since, at) {
  let next = { ...state, callbacks: {} };
  for (const [id, known] of Object.entries(state.callbacks))
    if (known.touched > since) next.callbacks[id] = known;
  for (const item of list) {
    const before = state.callbacks[item.id];
    if (!(before?.touched > since)) next = placed(next, before, item, { touched: since, at, over: OVER });
  }
  return next;
}

function failed(state, { queue }) {
  return state.status[queue] === "ready"
    ? state
    : { ...state, status: { ...state.status, [queue]: "failed" } };
}

function conversation(state, { conversation: summary }) {
  const known = state.conversations[summary.id];
  if (known && known.last_seq > summary.last_seq) return state;
  const version = state.version + 1;
  return {
    ...state,
    version,
    conversations: { ...state.conversations, [summary.id]: { ...known, ...summary, touched: version } },
  };
}

/** A hint of one message; of an unknown conversation it says nothing (the caller asks the server). */
function message(state, { conversation: id, message: said }) {
  const known = state.conversations[id];
  if (!known || said.seq <= known.last_seq) return state;
  const { kind = "text" } = said;
  const changed = { ...known, last_seq: said.seq };
  if (SAID.has(kind) || kind === "note") Object.assign(changed, { last_message: said, said_seq: said.seq });
  if (SAID.has(kind) && said.author === "visitor") {
    changed.waiting_since = known.waiting_since || said.at;
    changed.status = "open";
  }
  if (SAID.has(kind) && said.author === "operator") changed.waiting_since = null;
  const typing = said.author === "visitor" ? { ...state.typing, [id]: 0 } : state.typing;
  return { ...conversation(state, { conversation: changed }), typing };
}

/** How far each side has it: nothing that makes a conversation newer. */
function marks(state, { type: _, at: __, conversation: id, ...told }) {
  const known = state.conversations[id];
  return known ? { ...state, conversations: { ...state.conversations, [id]: { ...known, ...told, last_seq: known.last_seq } } } : state;
}

/** The people of one site, as they are now; those of other sites stay. */
function presence(state, { operators }) {
  const fresh = new Map(operators.map((one) => [one.id, one]));
  const merged = state.people.map((one) => {
    const now = fresh.get(one.id);
    return now ? { ...now, sites: [...new Set([...(one.sites || []), ...(now.sites || [])])] } : one;
  });
  const known = new Set(state.people.map(({ id }) => id));
  return { ...state, people: [...merged, ...operators.filter(({ id }) => !known.has(id))] };
}

function desk(state, { figures }) {
  return { ...state, desk: figures };
}

function callback(state, { callback: item, at }) {
  const version = state.version + 1;
  const before = state.callbacks[item.id];
  return placed({ ...state, version, callbacks: { ...state.callbacks } }, before, item, {
    touched: version,
    at,
    over: ENDED,
  });
}

/** A call that came in lives among the callbacks: it has a `direction`. */
function call(state, { call: item, at }) {
  return callback(state, { callback: item, at });
}

/** Put one callback where it belongs; `state.callbacks` is a fresh object. */
function placed(state, before, item, { touched, at, over }) {
  let taken = state.taken;
  if (before?.state === "ringing" && item.operator && item.operator.id !== state.me?.id) {
    taken = { ...taken, [item.id]: { name: item.operator.name, until: at + TAKEN_SHOWN_MS } };
  }
  if (over.has(item.state) && !item.needs_person) delete state.callbacks[item.id];
  else state.callbacks[item.id] = { ...item, touched, rang_at: rangAt(item) };
  return { ...state, taken };
}

/** Since when the visitor waits for what rings. */
const rangAt = (item) => (item.state === "ringing" ? item.due_at || item.requested_at : null);

/** Something outside the state changed how it is drawn. */
function redrawn(state) {
  return { ...state };
}

function typing(state, { conversation: id, at }) {
  return { ...state, typing: { ...state.typing, [id]: at + TYPING_SHOWN_MS } };
}

function tick(state, { at }) {
  const keep = (table, until) =>
    Object.fromEntries(Object.entries(table).filter(([, value]) => until(value) > at));
  const taken = keep(state.taken, (note) => note.until);
  const still = keep(state.typing, (until) => until);
  const changed =
    Object.keys(taken).length !== Object.keys(state.taken).length ||
    Object.keys(still).length !== Object.keys(state.typing).length;
  return changed ? { ...state, taken, typing: still } : state;
}
