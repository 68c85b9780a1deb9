// What pages ask of the state: the queue, the cards of calls, the numbers of the tab. Pure.

import { ENDED } from "./store.js";

const LIVE = new Set(["dialing", "connected"]);

const isUrgent = (one, me) => Boolean(me && one.mentioned?.includes(me.id));

/** What stands in each queue; whoever is mentioned finds the conversation among their own. */
const BELONGS = {
  mine: (one, me) => one.status === "open" && (one.assignee === me?.id || isUrgent(one, me)),
  unassigned: (one) => one.status === "open" && !one.assignee,
  open: (one) => one.status === "open",
  closed: (one) => one.status === "closed",
};

/** How many of the visitor's messages nobody has read: words, not what was done to them. */
export function unread(summary) {
  if (!summary.last_message || summary.last_message.author === "operator") return 0;
  return Math.max(0, (summary.said_seq ?? summary.last_seq) - summary.operator_read_seq);
}

/** How many stand in each queue of what is open. */
export function countsOf(state, site = "") {
  const here = Object.values(state.conversations).filter((one) => !site || one.site.id === site);
  const count = (queue) => here.filter((one) => BELONGS[queue](one, state.me)).length;
  return { mine: count("mine"), unassigned: count("unassigned"), open: count("open") };
}

/** How many open conversations are somebody's: the server's figure, or what is known here. */
export const loadOf = (state, id) =>
  state.desk?.load[id] ??
  Object.values(state.conversations).filter((one) => one.status === "open" && one.assignee === id).length;

/** The queue: who waits longest first, then the latest talk. */
export function queueOf(state, { queue, site = "", find = "", tag = "" }) {
  const wanted = find.trim().toLowerCase();
  return Object.values(state.conversations)
    .filter(
      (one) =>
        BELONGS[queue](one, state.me) &&
        (!site || one.site.id === site) &&
        (!tag || one.tags?.some(({ id }) => id === tag)) &&
        (!wanted || haystack(one).includes(wanted)),
    )
    .sort(
      (a, b) =>
        (queue === "closed" ? 0 : waitingFirst(a, b)) ||
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
  const asks = (one) => one.waiting_since || unread(one) || isUrgent(one, state.me);
  return { count: open.filter(asks).length, ringing: ringing.length };
}
