// Messages arrive once and in order, whatever the network does (docs/protocol.md, Delivery). The visitor's
// panel and the console both use this: what differs (transport, storage) is given from outside.
import { newId } from "./ids.js";

const EVERY = 15_000;
const WITHOUT_SOCKET = 2000;
const AFTER_FAILURE = [500, 1000];
const OVERTAKE = 3000;
const LOCK_PATIENCE = 2500;

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
 * @param {(words: string) => void} [o.onSlow] we write too fast, in the server's words; "" once it takes messages again
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
    onSlow = () => {},
    isIdle = () => false,
    every = EVERY,
  } = o;
  let isOpen = false;
  let timer = 0;
  let failures = 0;
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
  const sync = lane(async (run) => {
    const before = getLast();
    const page = await fetchAfter(before).catch(() => null);
    link(!!page);
    if (!page) return;
    page.messages.forEach(
      (message) => message.seq === getLast() + 1 && onEvent({ type: "message", message }),
    );
    onEvent({ ...page, type: "conversation" });
    run.again ||= getLast() < page.last_seq && getLast() > before;
  });

  /** Sends the outbox, oldest first, one after the other; stops at the first that cannot be sent now. */
  const flush = lane((run) => {
    if (run.overtakes) return runFlush(run);
    run.isWaiting = true;
    return withLock("outbox:" + key, () => {
      run.isWaiting = false;
      return runFlush(run);
    });
  });

  async function runFlush(run) {
    for (let head; !run.isOvertaken && (head = outbox()[0]);) {
      try {
        const { at: _, ...entry } = head;
        const { message } = await post(entry);
        dropFromOutbox(head.client_id);
        link(true);
        onSlow("");
        take(message);
      } catch (error) {
        if (error?.code === "too_many") return slowDown(error);
        if (error?.retryable !== false) return link(false);
        dropFromOutbox(head.client_id);
        onEvent({ type: "refused", client_id: head.client_id, reason: error.message });
      }
    }
  }

  /** We were told to write less often: the outbox waits, and the page may say why. */
  function slowDown({ message, retry_after_seconds: seconds = 5 }) {
    onSlow(message);
    tick(Math.min(seconds * 1000, every));
  }

  /** An exchange worked, or did not: then soon once more. */
  function link(worked) {
    onLink(worked);
    if (!worked && isOpen) tick(AFTER_FAILURE[failures] ?? WITHOUT_SOCKET);
    failures = worked ? 0 : failures + 1;
  }

  function wake(isNewWay) {
    sync(isNewWay);
    flush(isNewWay);
  }

  function tick(pause = isConnected() || isIdle() ? every : WITHOUT_SOCKET) {
    clearTimeout(timer);
    timer = isOpen ? setTimeout(() => (tick(), wake()), pause) : 0;
  }

  return {
    take,
    sync,
    flush,
    wake: () => wake(),
    outbox,
    /** The server says how far the conversation has come. */
    told: (last) => last > getLast() && sync(),
    /** Keeps the entry ({body, kind, data}), shows it, sends it. @returns {string} its client id */
    send(entry) {
      const one = { client_id: newId(), at: new Date().toISOString(), ...entry };
      store.set([...outbox(), one], key);
      onEvent({ type: "queued", ...one });
      flush();
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
    /** The socket came or went. What still waits for an answer by the old way is not waited for. */
    connectionChanged() {
      if (isConnected()) wake(true);
      if (isOpen) tick();
    },
  };
}

/**
 * Runs `step` one at a time; calls meanwhile make one more run. A run that hangs is overtaken: by a call after a while,
 * and at once by one that knows a new way. One that only waits until another tab has sent is not: it would send what that
 * tab sends. What comes later is taken all the same.
 * @param {(run: {again: boolean, overtakes: boolean, isWaiting?: boolean, isOvertaken?: boolean}) => Promise<void>} step
 */
function lane(step) {
  let current = null;
  return (isNewWay) => {
    if (current && (current.isWaiting || (!isNewWay && Date.now() - current.at < OVERTAKE))) {
      current.again = true;
      return current.done;
    }
    if (current) current.isOvertaken = true;
    const run = (current = { at: Date.now(), overtakes: !!current });
    const work = async () => {
      do {
        run.again = false;
        await step(run);
      } while (run.again && !run.isOvertaken);
      if (current === run) current = null;
    };
    return (run.done = work());
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
