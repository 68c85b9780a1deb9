// Messages arrive once and in order, whatever the network does (docs/protocol.md, Delivery). The visitor's
// panel and the console both use this: what differs (transport, storage) is given from outside.
import { newId } from "./ids.js";

const EVERY = 15_000;
const WITHOUT_SOCKET = 2000;
const LOCK_PATIENCE = 5000;

/**
 * @param {object} o
 * @param {(entry: {client_id: string, body: string}) => Promise<{message: object}>} o.post rejects with
 *   `{retryable: false}` when the server will never take it
 * @param {(after: number) => Promise<{messages: object[], last_seq: number}>} o.fetchAfter
 * @param {() => boolean} o.isConnected is there a socket?
 * @param {{get: (name: string) => any, set: (value: any, name: string) => void}} o.store
 * @param {string} o.key name of this conversation's outbox in the store
 * @param {() => number} o.getLast seq of the last message taken
 * @param {(event: object) => void} o.onEvent gets `queued`, `message`, `refused`, `conversation` (thread.js)
 * @param {(reachable: boolean) => void} [o.onLink] did the last exchange with the server work?
 * @param {() => boolean} [o.isIdle] nobody looks: no hurry without a socket either
 * @param {number} [o.every] milliseconds between checks
 */
export function createDelivery(o) {
  const {
    post,
    fetchAfter,
    isConnected,
    store,
    key,
    getLast,
    onEvent,
    onLink = () => {},
    isIdle = () => false,
    every = EVERY,
  } = o;
  let isOpen = false;
  let timer = 0;
  let flushing = null;
  let syncing = null;
  let isSyncWanted = false;
  const outbox = () => store.get(key) || [];
  const dropFromOutbox = (id) =>
    store.set(
      outbox().filter(({ client_id }) => client_id !== id),
      key,
    );

  /** Takes a message that came: the next one as it is, a later one by asking for what lies between. */
  function take(message) {
    if (message.seq === getLast() + 1) onEvent({ type: "message", message });
    else if (message.seq > getLast()) sync();
  }

  /** Asks for everything after the last message taken; calls during a run make one more run. */
  function sync() {
    isSyncWanted = true;
    syncing ||= runSync().finally(() => (syncing = null));
    return syncing;
  }

  async function runSync() {
    while (isSyncWanted) {
      isSyncWanted = false;
      const before = getLast();
      const page = await fetchAfter(before).catch(() => null);
      onLink(!!page);
      if (!page) return;
      page.messages.forEach(
        (message) => message.seq === getLast() + 1 && onEvent({ type: "message", message }),
      );
      onEvent({ ...page, type: "conversation" });
      isSyncWanted ||= getLast() < page.last_seq && getLast() > before;
    }
  }

  /** Sends the outbox, oldest first, one after the other; stops at the first that cannot be sent now. */
  function flush() {
    flushing ||= withLock("outbox:" + key, runFlush).finally(() => (flushing = null));
    return flushing;
  }

  async function runFlush() {
    for (let head; (head = outbox()[0]);) {
      try {
        const { at: _, ...entry } = head;
        const { message } = await post(entry);
        dropFromOutbox(head.client_id);
        onLink(true);
        take(message);
      } catch (error) {
        if (error?.retryable !== false) return onLink(false);
        dropFromOutbox(head.client_id);
        onEvent({ type: "refused", client_id: head.client_id, reason: error.message });
      }
    }
  }

  function wake() {
    sync();
    flush();
  }

  function tick() {
    clearTimeout(timer);
    timer = isOpen
      ? setTimeout(() => (wake(), tick()), isConnected() || isIdle() ? every : WITHOUT_SOCKET)
      : 0;
  }

  return {
    take,
    sync,
    flush,
    wake,
    outbox,
    /** Keeps the entry ({body, kind, data}), shows it, sends it. @returns {string} its client id */
    send(entry) {
      const one = { client_id: newId(), at: new Date().toISOString(), ...entry };
      store.set([...outbox(), one], key);
      onEvent({ type: "queued", ...one });
      flush().then(() => outbox().length && isOpen && tick());
      return one.client_id;
    },
    /** While it is open the conversation is checked regularly. Shows what an earlier page left unsent. */
    open() {
      isOpen = true;
      outbox().forEach((one) => onEvent({ type: "queued", ...one }));
      wake();
      tick();
    },
    close() {
      isOpen = false;
      tick();
    },
    /** The socket came or went. */
    connectionChanged() {
      if (isConnected()) wake();
      if (isOpen) tick();
    },
  };
}

/** Several tabs share an outbox: one sends at a time. Without locks the client ids make repeats harmless. */
async function withLock(name, work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(LOCK_PATIENCE) }, work);
  } catch {
    return work(); // no lock to be had (a frozen tab, a private window): send all the same
  }
}
