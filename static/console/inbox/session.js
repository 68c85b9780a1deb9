// One conversation's messages with their delivery: the same outbox, acks and catching up as the visitor's panel.
import { createDelivery } from "../../src/delivery.js";
import { emptyThread, reduceThread } from "../../src/thread.js";
import { openStore } from "../../src/store.js";
import { api } from "../api.js";
import { me } from "../boot.js";
import { link } from "../link.js";
import { dispatch } from "../live.js";

const PREFIX = `console.outbox.${me.id}`;
const store = openStore(PREFIX);

/** Conversations that an earlier page left with unsent messages. */
export function unsent() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(`${PREFIX}:`) && localStorage.getItem(key) !== "[]")
      .map((key) => key.slice(PREFIX.length + 1));
  } catch {
    return [];
  }
}

export function createSession(id, changed) {
  const path = `/conversations/${encodeURIComponent(id)}`;
  const session = { id, thread: emptyThread(), status: "loading", readSent: 0 };

  const delivery = createDelivery({
    post: async (one) => {
      const answer = await (link.connected
        ? asked("post", { conversation: id, ...one })
        : api(`${path}/messages`, one));
      dispatch({ type: "message", conversation: id, message: answer.message });
      return answer;
    },
    fetchAfter: (after) =>
      link.connected ? asked("sync", { conversation: id, after }) : api(`${path}/messages?after=${after}`),
    isConnected: () => link.connected,
    store,
    key: id,
    getLast: () => session.thread.last,
    onEvent(event) {
      session.thread = reduceThread(
        session.thread,
        event.type === "queued" ? { ...event, author: "operator" } : event,
      );
      if (event.type === "conversation") session.status = "ready";
      changed(session);
    },
    onLink(worked) {
      if (!worked && session.status === "loading") session.status = "failed";
      if (worked && session.status === "failed") session.status = "loading";
      changed(session);
    },
  });

  /** Tell the server what was seen; the mark never goes back. Who is called by a note says so even if all was read. */
  async function read(seq, isCalled = false) {
    if (seq <= session.readSent || (!isCalled && seq <= session.thread.operatorRead)) return;
    session.readSent = seq;
    try {
      await (link.connected ? asked("read", { conversation: id, seq }) : api(`${path}/read`, { seq }));
    } catch {
      session.readSent = 0;
    }
  }

  /** Marks that the server tells beside the log. */
  function take(marks) {
    session.thread = reduceThread(session.thread, { ...marks, type: "conversation" });
    changed(session);
  }

  return Object.assign(session, { delivery, read, path, take });
}

async function asked(event, data) {
  const answer = await link.ask(event, data);
  if (answer?.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer;
}
