// One conversation as a value. Pure: state + event → state. The entries 1…last of its log were taken without a hole, in
// order: `messages` are what they come to, with changes made and without what is not for us. What is not confirmed
// yet is `pending`.

/**
 * @typedef {{messages: object[], pending: object[], last: number, operatorRead: number, visitorRead: number,
 *   operatorGot: number, visitorGot: number, status: string | null}} Thread
 */

/** @param {number} [last] the seq before the first message that will be shown */
export const emptyThread = (last = 0) => ({
  messages: [],
  pending: [],
  last,
  operatorRead: 0,
  visitorRead: 0,
  operatorGot: 0,
  visitorGot: 0,
  status: null,
});

const SHOWN = ["text", "note", "event", "file", "form", "rating"]; // what a newer server may say besides takes its place only

const edits = {
  edit: (said, { body, data, at }) =>
    data.deleted ? said : { ...said, body, data: { ...said.data, edited: at } },
  delete: (said) => ({ ...said, body: "", data: { deleted: true } }),
};

/** One more entry of the log: words stand after the others, a change goes into what it changes. */
const withEntry = (messages, entry) => {
  const { kind = "text", data } = entry;
  const edit = edits[kind];
  if (edit) return messages.map((said) => (said.seq === data.of ? edit(said, entry) : said));
  if (kind === "rating") messages = messages.filter((said) => said.kind !== kind); // the last one counts
  return SHOWN.includes(kind) ? [...messages, entry] : messages;
};

const withMessage = (state, message) => ({
  ...state,
  messages: withEntry(state.messages, message),
  last: message.seq,
  pending: message.client_id
    ? state.pending.filter(({ client_id }) => client_id !== message.client_id)
    : state.pending,
});

const isKnown = (state, id) =>
  [...state.messages, ...state.pending].some(({ client_id }) => client_id === id);

const steps = {
  /** A message of the other side or our own, confirmed. Repeated or early ones change nothing. */
  message: (state, { message }) => (message.seq === state.last + 1 ? withMessage(state, message) : state),

  /** Our own, not confirmed yet. */
  queued: (state, { type: _, author = "visitor", ...entry }) =>
    isKnown(state, entry.client_id)
      ? state
      : { ...state, pending: [...state.pending, { ...entry, author }] },

  /** The server will never take it. */
  refused: (state, { client_id, reason }) => ({
    ...state,
    pending: state.pending.map((one) => (one.client_id === client_id ? { ...one, refused: reason } : one)),
  }),

  /** How far each side has it and has read, and whether the conversation is open; a mark never goes back. */
  conversation: (state, marks) => ({
    ...state,
    operatorRead: Math.max(state.operatorRead, marks.operator_read_seq || 0),
    visitorRead: Math.max(state.visitorRead, marks.visitor_read_seq || 0),
    operatorGot: Math.max(state.operatorGot, marks.operator_got_seq || 0),
    visitorGot: Math.max(state.visitorGot, marks.visitor_got_seq || 0),
    status: marks.status ?? state.status,
  }),
};

/**
 * @param {Thread} state
 * @param {{type: string}} event unknown types change nothing
 * @returns {Thread}
 */
export const reduceThread = (state, event) => (steps[event.type] ? steps[event.type](state, event) : state);

/** Our own change, under way: it counts already and says so; one that was refused says why. */
const withPending = (messages, change) => {
  const isRefused = change.refused != null;
  return (isRefused ? messages : withEntry(messages, change)).map((said) =>
    said.seq === change.data.of
      ? { ...said, ...(isRefused ? { unchanged: change.refused } : { isWaiting: true }) }
      : said,
  );
};

/** What to show. @param {Thread} state */
export const shownThread = ({ messages, pending }) => ({
  messages: pending.filter(({ kind }) => edits[kind]).reduce(withPending, messages),
  pending: pending.filter(({ kind }) => !edits[kind]),
});
