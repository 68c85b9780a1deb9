// What pages ask of the state: the queue, the cards of calls, the numbers of the tab. Pure.

import { ENDED } from "./store.js";

const LIVE = new Set(["dialing", "connected"]);

/** How many of the visitor's messages nobody has read. */
export function unread(summary) {
  if (!summary.last_message || summary.last_message.author === "operator") return 0;
  return Math.max(0, summary.last_seq - summary.operator_read_seq);
}

/** The queue: who waits longest first, then the latest talk. */
export function queueOf(state, { queue, site = "", find = "" }) {
  const wanted = find.trim().toLowerCase();
  return Object.values(state.conversations)
    .filter(
      (one) =>
        one.status === queue &&
        (!site || one.site.id === site) &&
        (!wanted || haystack(one).includes(wanted)),
    )
    .sort(
      (a, b) =>
        (queue === "open" ? waitingFirst(a, b) : 0) ||
        latest(b).localeCompare(latest(a)) ||
        a.id.localeCompare(b.id),
    );
}

const latest = (one) => one.last_message?.at || one.created_at;
const haystack = (one) =>
  [one.visitor.label, one.visitor.title, one.visitor.page, one.site.name, one.last_message?.body]
    .join(" ")
    .toLowerCase();

function waitingFirst(a, b) {
  if (a.waiting_since && b.waiting_since) return a.waiting_since.localeCompare(b.waiting_since);
  return (b.waiting_since ? 1 : 0) - (a.waiting_since ? 1 : 0);
}

/** What a card of this callback is for me: ring, watch, taken, mine, theirs, task, later. */
export function roleOf(state, item) {
  const mine = item.operator && item.operator.id === state.me?.id;
  if (LIVE.has(item.state) && mine) return "mine";
  if (state.taken[item.id]) return "taken";
  if (item.state === "ringing") return item.rings.includes(state.me?.id) ? "ring" : "watch";
  if (item.needs_person || ENDED.has(item.state)) return "task";
  if (item.state === "scheduled") return "later";
  return item.state === "queued" || (item.state === "dialing" && !item.operator) ? "watch" : "theirs";
}

/** Do I answer this one with a button, or on a telephone of my own? */
export const answersHere = (state, item) => (item.devices?.[state.me?.id] || "console") === "console";

const ORDER = ["mine", "ring", "taken", "watch", "task", "later"];

/** Cards to show, the most urgent first: [{role, item, note}]. Calls of colleagues are not shown once the note is gone. */
export function cardsOf(state, site = "") {
  const shown = Object.values(state.callbacks).map((item) => ({
    role: roleOf(state, item),
    item,
    note: state.taken[item.id],
  }));
  return shown
    .filter((card) => card.role !== "theirs" && (!site || card.item.site.id === site || card.role === "mine"))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.role) - ORDER.indexOf(b.role) ||
        (a.item.due_at || a.item.requested_at).localeCompare(b.item.due_at || b.item.requested_at),
    );
}

/** The numbers of the tab: conversations that wait, calls that ring for me. */
export function waitingOf(state) {
  const open = Object.values(state.conversations).filter((one) => one.status === "open");
  const ringing = Object.values(state.callbacks).filter((item) => roleOf(state, item) === "ring");
  return { count: open.filter((one) => one.waiting_since || unread(one)).length, ringing: ringing.length };
}
