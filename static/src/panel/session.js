// What the panel knows and can ask for: the thread, the callback, who is online.
// Sockets first, HTTP when there are none.
import { createDelivery } from "../delivery.js";
import { listener } from "../dom.js";
import { connect } from "../socket.js";
import { emptyThread, reduceThread } from "../thread.js";
import { refusal, visitorApi } from "./api.js";
import { watchCallbacks } from "./callback_watch.js";
import { isActive, isBusy, withAll, withNews } from "./callbacks.js";
import { wordsIn } from "./words.js";

const TYPING_SHOWN = 5000;
const TYPING_SENT = 3000;
const GOT_AFTER = 1000;

/** @param {object} app see app.js @param {() => void} changed */
export function createSession(app, changed) {
  const api = visitorApi(app);
  const life = new AbortController();
  const on = listener(life.signal);
  let line,
    typingTimer,
    gotTimer = 0,
    typingTold = 0,
    isShown = false,
    isStarted = false,
    isGreeted = false;
  const state = {
    thread: emptyThread(),
    callback: null,
    booked: [],
    typing: null,
    isReachable: true,
    /** The server's words when it takes no more messages for now. */
    slow: "",
    /** What this page alone knows of an order: when it was sent, and the whole number. */
    orders: {},
  };

  const isConnected = () => !!line?.connected;
  const answered = (answer) => {
    if (answer?.error) throw refusal(answer.error);
    return answer;
  };
  /** Over the socket when there is one; a socket that fails hands over to HTTP. */
  const either = (event, data, http) =>
    isConnected()
      ? line
          .ask(event, data)
          .then(answered)
          .catch((error) => (error.code ? Promise.reject(error) : http()))
      : http();

  const delivery = createDelivery({
    store: app.store,
    key: "outbox",
    isConnected,
    isIdle: () => !isShown,
    post: (message) => either("post", message, () => api.post(message)),
    fetchAfter: (after) => either("sync", { after }, () => api.messages(after)),
    getLast: () => state.thread.last,
    onEvent: happen,
    onSlow: (slow) => slow !== state.slow && set({ slow }),
    onLink(isReachable) {
      if (isReachable && !state.isReachable) line?.wake();
      set({ isReachable });
    },
  });
  const watch = watchCallbacks({
    fetch: api.callback,
    isConnected,
    take: takeCallback,
    current: () => [state.callback, ...state.booked].filter(Boolean),
  });

  function set(part) {
    Object.assign(state, part);
    app.setUnread(unread(), wordsIn(app.lang)("unread", { n: unread() }));
    changed();
  }

  function happen(event) {
    const before = state.thread;
    const thread = reduceThread(before, event);
    if (thread === before) return;
    const fresh = event.type === "message" && event.message.author !== "visitor";
    set({ thread, typing: fresh ? null : state.typing });
    if (event.type !== "conversation") app.store.set(Date.now(), "talk");
    if (fresh) gotTimer ||= setTimeout(tellGot, GOT_AFTER);
    if (fresh && event.message.seq > thread.visitorRead)
      app.emit("message", { body: event.message.body, name: event.message.name });
  }

  /** What came has come, though nobody may have looked yet. */
  function tellGot() {
    gotTimer = 0;
    const { last, visitorRead } = state.thread;
    if (last > visitorRead) line?.tell("got", { seq: last });
  }

  const unread = () =>
    state.thread.messages.filter(({ seq, author }) => author !== "visitor" && seq > state.thread.visitorRead)
      .length;

  function know(next, { id, state: moved }) {
    if (JSON.stringify([state.callback, state.booked]) === JSON.stringify([next.callback, next.booked])) return;
    set(next);
    if (isActive(next.callback)) app.store.set(Date.now(), "talk");
    app.emit("callback", { id, state: moved });
  }

  function takeCallback(callback, isWanted) {
    know(withNews(state, callback, isWanted), callback);
    watch();
  }

  function hear(event, data) {
    if (event === "message") delivery.take(data.message);
    else if (event === "conversation") {
      happen({ ...data, type: "conversation" });
      delivery.told(data.last_seq);
    } else if (event === "callback") takeCallback(data.callback);
    else if (event === "online") app.setOnline(data);
    else if (event === "typing") {
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => set({ typing: null }), TYPING_SHOWN);
      set({ typing: data });
    }
  }

  async function greet() {
    try {
      const { online, conversation, callbacks = [] } = await api.hello();
      if (conversation) happen({ ...conversation, type: "conversation" });
      if (callbacks[0]) know(withAll(state, callbacks), callbacks[0]);
      watch();
      isGreeted = true;
      app.setOnline(online);
    } catch {
      // Delivery and the next hello go on trying.
    }
  }

  /** @param {boolean} shown is the panel open, or does a talk only go on in the background? */
  function start(shown) {
    isShown = shown;
    if (!isStarted) {
      isStarted = true;
      greet().then(() => isStarted && dial());
    }
    delivery.open();
  }

  function dial() {
    line ||= connect({
      server: app.options.server,
      namespace: "/visitor",
      onEvent: hear,
      isWatched: () => isShown && document.visibilityState === "visible",
      auth: () => ({
        site: app.options.site,
        token: `${app.visitor.id}.${app.visitor.secret}`,
        context: app.context(),
      }),
      onState: (connected) => {
        delivery.connectionChanged();
        if (connected && !isGreeted) greet();
        if (connected) watch();
        changed();
      },
    });
  }

  /** The panel is closed. Only a talk or a callback in progress keeps the line. */
  function rest() {
    isShown = false;
    if (state.thread.last || state.thread.pending.length || isBusy(state.callback))
      return delivery.connectionChanged();
    delivery.close();
    hangUp();
  }

  function hangUp() {
    isStarted = false;
    line?.close();
    line = null;
  }

  on(document, "visibilitychange", () => document.visibilityState === "visible" && look());
  on(window, "pageshow online", () => look());
  // An open socket would keep the page out of the browser's back/forward cache.
  on(window, "pagehide", () => line?.drop());
  function look() {
    if (!isStarted) return;
    line?.wake();
    delivery.wake();
    watch();
  }

  return {
    state,
    start,
    rest,
    unread,
    isConnected,
    send(message) {
      app.emit("send", { first: !state.thread.last });
      return delivery.send(message);
    },
    known: api.known,
    end: async () => happen({ ...(await api.known("POST", "end", {})).conversation, type: "conversation" }),
    read() {
      const { last, visitorRead } = state.thread;
      if (last <= visitorRead || document.visibilityState !== "visible") return;
      happen({ type: "conversation", visitor_read_seq: last });
      either("read", { seq: last }, () => api.read(last)).catch(() => {});
    },
    typing() {
      if (Date.now() - typingTold < TYPING_SENT) return;
      typingTold = Date.now();
      line?.tell("typing");
    },
    async request(order) {
      const sentAt = Date.now();
      const { callback } = await api.request(order);
      state.orders[callback.id] = { sentAt: callback.due_at ? 0 : sentAt, phone: order.phone };
      takeCallback(callback, true);
    },
    cancel: async () => takeCallback((await api.cancel(state.callback.id)).callback),
    hurry: async () => takeCallback((await api.hurry(state.callback.id)).callback),
    look: (callback) => set({ callback }),
    forget: () => set({ callback: null }),
    destroy() {
      life.abort();
      delivery.close();
      clearTimeout(typingTimer);
      Object.assign(state, { callback: null, booked: [] });
      watch();
      hangUp();
    },
  };
}
