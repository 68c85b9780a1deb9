// The page's one socket to /console, a sign of life every 20 s, and what to say about the connection.
import { connect } from "../src/socket.js";

const ALIVE_MS = 20000;
const PATIENCE_MS = 2500;
const IDLE_MS = 60000;
const heard = new Map();
let reachable = true; // did the last HTTP exchange work?
let downSince = Date.now();
let touchedAt = Date.now();

function tell(name, data) {
  for (const listener of heard.get(name) || []) listener(data);
}

const line = connect({
  server: location.origin,
  namespace: "/console",
  onEvent: tell,
  isWatched: () => !document.hidden,
  onState(up) {
    if (up) alive();
    else downSince = Date.now();
    tell(up ? "up" : "down");
    judge();
  },
});

export const link = {
  get connected() {
    return line.connected;
  },
  /** "up", "connecting" (no socket, but HTTP works) or "lost". */
  state: "up",
  /** Events of the server, and "up", "down", "state", "alive". */
  on(name, listener) {
    heard.set(name, [...(heard.get(name) || []), listener]);
  },
  ask: line.ask,
  tell: line.tell,
  /** An HTTP exchange worked or did not. */
  reached(worked) {
    if (worked && !reachable) line.wake();
    reachable = worked;
    judge();
  },
};

function alive() {
  if (line.connected)
    line.ask("alive", { idle: Date.now() - touchedAt > IDLE_MS }).then(
      (answer) => answer && !answer.error && tell("alive", answer),
      () => {},
    );
}

function keepBeating() {
  try {
    new Worker(new URL("./beat.js", import.meta.url)).onmessage = alive;
  } catch {
    setInterval(alive, ALIVE_MS);
  }
}

function judge() {
  const waited = Date.now() - downSince > PATIENCE_MS;
  const state = line.connected
    ? "up"
    : navigator.onLine === false || !reachable
      ? "lost"
      : waited
        ? "connecting"
        : link.state;
  if (state === link.state) return;
  link.state = state;
  tell("state", state);
}

/** Coming back is told at once: colleagues see who is there. */
function touched() {
  const wasIdle = Date.now() - touchedAt > IDLE_MS;
  touchedAt = Date.now();
  if (wasIdle) alive();
}
for (const sign of ["pointerdown", "pointermove", "keydown", "wheel"])
  addEventListener(sign, touched, { capture: true, passive: true });

keepBeating();
setInterval(judge, 1000);
for (const woken of ["online", "pageshow", "focus"]) addEventListener(woken, () => line.wake());
addEventListener("offline", judge);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    line.wake();
    alive();
  }
});
