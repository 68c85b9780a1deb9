// The open conversation: its session, what is known of the visitor, reading and closing.
import { shownThread } from "../../src/thread.js";
import { api } from "../api.js";
import { me } from "../boot.js";
import { link } from "../link.js";
import { dispatch, state } from "../live.js";
import { watch } from "../alerts.js";
import { mayChange } from "./message_menu.js";
import { createSession, unsent } from "./session.js";

const KEPT = 30;

/** `changed()` is called, once per turn, when what is open should be drawn again. */
export function createConversation({ changed }) {
  const sessions = new Map();
  const cards = new Map();
  let open = null;
  let newAfter = null;
  let drawing = false;

  function soon(session) {
    if (drawing || session !== open) return;
    drawing = true;
    queueMicrotask(() => {
      drawing = false;
      seen();
      changed();
    });
  }

  function sessionOf(id) {
    const session = sessions.get(id) || createSession(id, soon);
    sessions.delete(id);
    sessions.set(id, session);
    for (const [other, old] of sessions)
      if (sessions.size > KEPT && old !== open && !old.delivery.outbox().length) sessions.delete(other);
    return session;
  }

  const summary = () => open && (state().conversations[open.id] || cards.get(open.id));

  /** What is on a visible page is read. */
  function seen() {
    if (!open || document.hidden || open.status !== "ready") return;
    const { messages, last } = open.thread;
    const isCalled = state().conversations[open.id]?.mentioned?.includes(me.id);
    const theirs = messages.findLast((said) => said.author === "visitor");
    if (isCalled) open.read(last, true);
    else if (theirs) open.read(theirs.seq);
  }

  function load(session) {
    api(session.path).then(
      ({ conversation }) => {
        cards.set(session.id, conversation);
        soon(session);
      },
      () => {},
    );
  }

  async function markOther(id, what) {
    const answer = await api(`/conversations/${encodeURIComponent(id)}/${what}`, {});
    const known = state().conversations[id] || cards.get(id);
    const changes = { ...answer.conversation, id, ...(what === "close" ? { waiting_since: null } : {}) };
    if (known) dispatch({ type: "conversation", conversation: { ...known, ...changes } });
  }

  /** A hint from the socket or a fresh inbox: take the message or go and look. */
  function heard(action) {
    if (action.type === "message") sessions.get(action.conversation)?.delivery.take(action.message);
    if (action.type === "marks") sessions.get(action.conversation)?.take(action);
    if (action.type !== "conversation" && action.type !== "loaded") return;
    const now = open && state().conversations[open.id];
    if (!now) return;
    if (now.last_seq > open.thread.last && open.status === "ready") open.delivery.sync();
    else if (now.visitor_read_seq > open.thread.visitorRead) open.delivery.sync();
  }

  for (const id of unsent()) sessionOf(id).delivery.flush();
  for (const name of ["up", "down"])
    link.on(name, () => {
      for (const session of sessions.values()) session.delivery.connectionChanged();
    });
  for (const woken of ["online", "pageshow"]) addEventListener(woken, () => open?.delivery.wake());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) open?.delivery.wake();
  });

  return {
    summary,
    seen,
    heard,
    markOther,
    open(id) {
      open?.delivery.close();
      open = null;
      watch(id);
      if (!id) return;
      open = sessionOf(id);
      newAfter = state().conversations[id]?.operator_read_seq ?? null;
      open.delivery.open();
      load(open);
      seen();
    },
    thread: () => ({ status: open.status, ...shownThread(open.thread) }),
    reach: () => ({ got: open.thread.visitorGot, read: open.thread.visitorRead }),
    find: (key) => shownThread(open.thread).messages.find(({ client_id }) => client_id === key),
    lastOwn: () => shownThread(open.thread).messages.findLast((said) => mayChange(said) && said.kind !== "file"),
    newAfter: () => newAfter,
    details: () => cards.get(open.id) || null,
    send(entry) {
      if (entry.kind !== "edit" && entry.kind !== "delete") newAfter = null;
      open.delivery.send(entry);
    },
    /** Something other than words, into the conversation where it was begun. */
    post(id, entry) {
      newAfter = null;
      sessionOf(id).delivery.send(entry);
    },
    typing: () => link.tell("typing", { conversation: open.id }),
    retry: () => {
      open.delivery.wake();
      load(open);
    },
    mark: (what) => markOther(open.id, what),
  };
}
