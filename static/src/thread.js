// One conversation as a value. Pure: state + event → state. The confirmed messages are 1…last without a hole,
// in order; what is not confirmed yet stands after them.

/**
 * @typedef {{messages: object[], pending: object[], last: number, operatorRead: number, visitorRead: number,
 *   status: string | null}} Thread
 */

/** @param {number} [last] the seq before the first message that will be shown */
export const emptyThread = (last = 0) => ({
  messages: [],
  pending: [],
  last,
  operatorRead: 0,
  visitorRead: 0,
  status: null,
});

const withMessage = (state, message) => ({
  ...state,
  messages: [...state.messages, message],
  last: message.seq,
  pending: state.pending.filter(({ client_id }) => client_id !== message.client_id),
});

const isKnown = (state, id) =>
  [...state.messages, ...state.pending].some(({ client_id }) => client_id === id);

const steps = {
  /** A message of the other side or our own, confirmed. Repeated or early ones change nothing. */
  message: (state, { message }) => (message.seq === state.last + 1 ? withMessage(state, message) : state),

  /** Our own, not confirmed yet. */
  queued: (state, { client_id, body, at, author = "visitor" }) =>
    isKnown(state, client_id)
      ? state
      : { ...state, pending: [...state.pending, { client_id, body, at, author }] },

  /** The server will never take it. */
  refused: (state, { client_id, reason }) => ({
    ...state,
    pending: state.pending.map((one) => (one.client_id === client_id ? { ...one, refused: reason } : one)),
  }),

  /** How far each side has read, and whether the conversation is open; reading never goes back. */
  conversation: (state, { operator_read_seq = 0, visitor_read_seq = 0, status = state.status }) => ({
    ...state,
    operatorRead: Math.max(state.operatorRead, operator_read_seq),
    visitorRead: Math.max(state.visitorRead, visitor_read_seq),
    status,
  }),
};

/**
 * @param {Thread} state
 * @param {{type: string}} event unknown types change nothing
 * @returns {Thread}
 */
export const reduceThread = (state, event) => (steps[event.type] ? steps[event.type](state, event) : state);
