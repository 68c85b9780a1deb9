// A small client for the subset of Socket.IO 5 over Engine.IO 4 that the server speaks: WebSocket, text,
// one namespace.
// Every push is a hint; what must not be lost goes through delivery.js.

const FIRST_RETRY = 500;
const LONGEST_RETRY = 15_000;
const LONGEST_RETRY_WATCHED = 4000;
const FIRST_DIAL = 3000;
const LONGEST_DIAL = 10_000;
// Somebody looks: how long silence, or a question without an answer, is trusted.
const PULSE = 2000;
const UNANSWERED = 1000;
const PATIENCE = [1500, 5000];

/**
 * Keeps one connection alive: answers pings, asks whether the other side still hears, comes back with growing, spread
 * delays.
 * @param {object} o
 * @param {string} o.server `https://host`
 * @param {string} o.namespace `/visitor` or `/console`
 * @param {object | (() => object)} [o.auth]
 * @param {(event: string, data: any) => void} o.onEvent
 * @param {(connected: boolean) => void} [o.onState]
 * @param {(error: any) => void} [o.onRefused] the server said no to the namespace
 * @param {() => boolean} [o.isWatched] does somebody look, so that a dead line must be noticed within seconds?
 * @param {typeof WebSocket} [o.Socket]
 * @returns {{ask: (event: string, data?: object, timeout?: number) => Promise<any>,
 *   tell: (event: string, data?: object) => void, wake: () => void, drop: () => void, close: () => void,
 *   connected: boolean}}
 */
export function connect({
  server,
  namespace,
  auth = {},
  onEvent,
  onState = () => {},
  onRefused = () => {},
  isWatched = () => true,
  Socket = WebSocket,
}) {
  const asked = new Map();
  let socket, silence, doubt, retry, deadline, dialled, patience;
  let tries = 0;
  let hung = 0;
  let asks = 0;
  let isClosed = false;
  const line = { ask, tell, wake, drop, close, connected: false };

  const write = (type, data, id = "") => socket.send(`4${type}${namespace},${id}${data}`);

  function listen() {
    clearTimeout(silence);
    if (!line.connected)
      silence = setTimeout(() => (hung++, drop()), Math.min(LONGEST_DIAL, FIRST_DIAL * 2 ** hung));
    else if (isWatched()) silence = setTimeout(probe, PULSE);
    else silence = setTimeout(drop, deadline);
  }

  /** Asks for a sign of life; a half-open line gives none, and is dropped. */
  function probe() {
    if (doubt || !line.connected) return;
    socket.send("2");
    doubt = setTimeout(drop, patience);
  }

  function trust() {
    clearTimeout(doubt);
    doubt = 0;
  }

  function dial() {
    clearTimeout(retry);
    retry = 0;
    dialled = Date.now();
    let mine;
    try {
      mine = socket = new Socket(server.replace(/^http/, "ws") + "/socket.io/?EIO=4&transport=websocket");
    } catch {
      return later(); // a policy of the page forbids it
    }
    mine.onmessage = ({ data }) => mine === socket && hear(String(data));
    mine.onclose = mine.onerror = () => mine === socket && drop();
    listen();
  }

  function hear(packet) {
    listen();
    const type = packet[0];
    if (type === "0") {
      const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
      deadline = pingInterval + pingTimeout;
      // A slow network took its time here too.
      patience = Math.min(PATIENCE[1], Math.max(PATIENCE[0], Date.now() - dialled));
      write("0", JSON.stringify(typeof auth === "function" ? auth() : auth));
    } else if (type === "1") drop();
    else if (type === "2") socket.send("3" + packet.slice(1));
    else if (type === "3") trust();
    else if (type === "4") take(packet);
  }

  /** One Socket.IO packet: type, namespace, ack id, JSON. */
  function take(packet) {
    const [, type, , room = "/", id, text] = /^4(\d)((\/[^,]*),)?(\d*)([^]*)$/.exec(packet) || [];
    if (room !== namespace) return;
    const data = text ? JSON.parse(text) : null;
    if (type === "0") {
      tries = hung = 0;
      line.connected = true;
      listen();
      onState(true);
    } else if (type === "2") onEvent(data[0], data[1]);
    else if (type === "3") {
      trust();
      asked.get(+id)?.(data[0]);
    } else if (type === "4") {
      onRefused(data);
      drop();
    } else if (type === "1") drop();
  }

  /** The connection is no good: forget it, try again later. */
  function drop() {
    const old = socket;
    socket = null;
    clearTimeout(silence);
    trust();
    if (old?.readyState === 0)
      old.onopen = () => old.close(); // closing it now would be a message in the page's console
    else old?.close();
    for (const answer of asked.values()) answer(new Error("disconnected"));
    if (line.connected) {
      line.connected = false;
      onState(false);
    }
    later();
  }

  function later() {
    if (isClosed || retry) return;
    const most = Math.min(isWatched() ? LONGEST_RETRY_WATCHED : LONGEST_RETRY, FIRST_RETRY * 2 ** tries++);
    retry = setTimeout(dial, most * (0.5 + Math.random() / 2));
  }

  /** Sends and forgets. */
  function tell(event, data = {}) {
    if (line.connected) write("2", JSON.stringify([event, data]));
  }

  /** Sends and resolves with the server's answer; rejects when none comes. */
  function ask(event, data = {}, timeout = 8000) {
    if (!line.connected) return Promise.reject(new Error("disconnected"));
    const id = ++asks;
    return new Promise((resolve, reject) => {
      const settle = (answer) => {
        clearTimeout(late);
        clearTimeout(timer);
        asked.delete(id);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      const late = setTimeout(probe, UNANSWERED);
      const timer = setTimeout(() => {
        settle(new Error("timeout"));
        drop(); // a line that does not answer is dead, whatever TCP thinks
      }, timeout);
      asked.set(id, settle);
      write("2", JSON.stringify([event, data]), id);
    });
  }

  /** The network or the page is back: do not wait for the timer, nor trust what seems to be open. */
  function wake() {
    tries = hung = 0;
    if (isClosed || socket) return probe();
    dial();
  }

  function close() {
    isClosed = true;
    clearTimeout(retry);
    drop();
  }

  dial();
  return line;
}
