// One telephone for all tabs of an operator: the tab that holds the lock registers, the others tell it what to do.
import { api } from "../api.js";
import { me, phone as given } from "../boot.js";
import { captured, microphone } from "./microphone.js";

const AGAIN_MS = 5000;
const LEVEL_MS = 200;
const NAME = `phone:${me?.id}`;
const listeners = new Set();
const channel = given?.place === "console" ? new BroadcastChannel(NAME) : null;
let shown = { status: "connecting", calls: {}, muted: false };
let levels = { mine: 0, theirs: 0, packets: 0 };
let telephone = null; // in the tab that holds the lock
let connecting = null;
let sound = null;

/** Do calls ring in this console as in a telephone? */
export const hasPhone = Boolean(channel);
/** {status: connecting | ready | lost | no_mic | insecure, calls: {call id: rings | answering | talks}, muted} */
export const line = () => shown;
export const soundLevels = () => levels;
/** `heard("line" or "levels")` after every change. */
export const onLine = (heard) => listeners.add(heard);

/** What the telephone knows of a callback or call of the console: nothing, rings, answering, talks. */
export const phoneCall = (item) => shown.calls[item?.call?.id] || null;

/** `what`: answer, end, mute. Whichever tab holds the telephone does it. */
export function tell(what, call) {
  if (telephone) obey(what, call);
  else channel.postMessage({ what, call });
}

function tellListeners(kind) {
  for (const heard of listeners) heard(kind);
}

function show(change) {
  shown = { ...shown, ...change };
  channel.postMessage({ shown });
  tellListeners("line");
}

function showCall(call, state) {
  const calls = { ...shown.calls };
  if (state) calls[call] = state;
  else delete calls[call];
  show({ calls, muted: Object.values(calls).includes("talks") && shown.muted });
}

const orders = {
  answer: async (call) => {
    if (shown.calls[call] !== "rings") return;
    showCall(call, "answering");
    try {
      sound = await captured();
      telephone.answer(call, sound);
    } catch {
      if (shown.calls[call]) showCall(call, "rings");
      show({ status: "no_mic" });
    }
  },
  end: (call) => telephone.end(call),
  mute: (call) => {
    telephone.mute(call, !shown.muted);
    show({ muted: !shown.muted });
  },
};
const obey = (what, call) => call in shown.calls && orders[what]?.(call);

function release() {
  for (const track of sound?.getTracks() || []) track.stop();
  sound = null;
}

const events = {
  up: () => show({ status: "ready" }),
  down: () => show({ status: "lost" }),
  refused: () => {
    show({ status: "lost" });
    setTimeout(() => introduce().then(() => telephone?.register(), events.refused), AGAIN_MS);
  },
  rings: (call) => showCall(call, "rings"),
  answered: (call) => {
    showCall(call, "talks");
    watchLevels(call);
  },
  over: (call) => {
    if (["talks", "answering"].includes(shown.calls[call])) release();
    showCall(call, null);
  },
};

async function watchLevels(call) {
  while (telephone && shown.calls[call] === "talks") {
    levels = await telephone.levels(call);
    channel.postMessage({ levels });
    tellListeners("levels");
    await new Promise((done) => setTimeout(done, LEVEL_MS));
  }
}

/** Asterisk learns of this telephone anew whenever we ask: it forgets all of them when it restarts. */
const introduce = async () => (await api("/phone", {})).phone;

const mayRing = () => microphone.state() !== "denied";

async function connect() {
  show({ status: "connecting", calls: {} });
  while (mayRing()) {
    try {
      const [{ openTelephone }, account] = await Promise.all([import(given.module), introduce()]);
      const opened = openTelephone(account, (kind, call) => opened === telephone && events[kind](call));
      telephone = opened;
      break;
    } catch {
      show({ status: "lost" });
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
  connecting = null;
  follow();
}

/** The telephone is there only while the microphone is: what cannot be answered must not ring. */
function follow() {
  if (!mayRing()) {
    const closed = telephone;
    telephone = null;
    closed?.close();
    release();
    show({ status: "no_mic", calls: {} });
  } else if (!telephone) connecting ||= connect();
  else if (shown.status === "no_mic") show({ status: "ready" });
}

function hold() {
  microphone.onChange(follow);
  navigator.mediaDevices.addEventListener("devicechange", follow);
  follow();
  channel.onmessage = ({ data }) => {
    if (data.what) obey(data.what, data.call);
    else if (data.hello) show({});
  };
  addEventListener("pagehide", () => telephone?.close());
  addEventListener("beforeunload", (event) => {
    if (Object.keys(shown.calls).length) event.preventDefault();
  });
  return new Promise(() => {}); // the lock is held as long as the page lives
}

export async function startLine() {
  if (!navigator.locks || !navigator.mediaDevices) {
    show({ status: "insecure" });
    return;
  }
  channel.onmessage = ({ data }) => {
    if (data.shown) shown = data.shown;
    if (data.levels) levels = data.levels;
    tellListeners(data.levels ? "levels" : "line");
  };
  channel.postMessage({ hello: true });
  await microphone.known();
  navigator.locks.request(NAME, hold);
}
