import assert from "node:assert/strict";
import { test } from "node:test";
import { answersHere, cardsOf, countsOf, queueOf, roleOf, unread, waitingOf } from "../../static/console/select.js";
import { callFor, mentionsIn, typedName } from "../../static/console/people.js";
import { TAKEN_SHOWN_MS, empty, reduce } from "../../static/console/store.js";

const ANNA = { id: "anna", name: "Анна" };
const IGOR = { id: "igor", name: "Игорь" };
const SITE = { id: "s", name: "Окна Плюс" };
const NOON = Date.parse("2026-11-22T12:00:00Z");
const at = (minute) => `2026-11-22T11:${String(minute).padStart(2, "0")}:00Z`;

const said = (seq, author = "visitor", body = "Здравствуйте") => ({
  seq,
  client_id: `m${seq}`,
  author,
  name: null,
  body,
  at: at(seq),
});
const talk = (id, changes = {}) => ({
  id,
  site: SITE,
  status: "open",
  last_seq: 1,
  operator_read_seq: 0,
  visitor_read_seq: 1,
  waiting_since: at(1),
  last_message: said(1),
  created_at: at(0),
  visitor: { label: `Visitor ${id}`, title: "Окна", page: "https://okna.example/" },
  ...changes,
});
const ringing = (changes = {}) => ({
  id: "k",
  site: SITE,
  state: "ringing",
  phone: "+79120000000",
  requested_at: at(5),
  due_at: null,
  attempt: 1,
  operator: null,
  rings: ["anna", "igor"],
  call: null,
  needs_person: false,
  ...changes,
});

function after(...actions) {
  return actions.reduce((state, action) => reduce(state, { at: NOON, ...action }), { ...empty(), me: ANNA });
}
const loaded = (conversations = [], callbacks = [], since = 0, queue = "open") => ({
  type: "loaded",
  queue,
  since,
  answer: { conversations, callbacks, me: ANNA, operators: [] },
});
const callback = (item, time = NOON) => ({ type: "callback", callback: item, at: time });

test("the longest waiting stands first, then the latest talk", () => {
  const state = after(
    loaded([
      talk("answered-early", { waiting_since: null, last_message: said(2) }),
      talk("short", { waiting_since: at(9) }),
      talk("answered-late", { waiting_since: null, last_message: said(8) }),
      talk("long", { waiting_since: at(3) }),
    ]),
  );
  assert.deepEqual(
    queueOf(state, { queue: "open" }).map((one) => one.id),
    ["long", "short", "answered-late", "answered-early"],
  );
});

test("finding looks into names, pages and the last words", () => {
  const state = after(
    loaded([talk("a", { last_message: said(1, "visitor", "Есть рассрочка?") }), talk("b")]),
  );
  assert.deepEqual(
    queueOf(state, { queue: "open", find: " РАССРОЧКА " }).map((one) => one.id),
    ["a"],
  );
});

test("a message makes its conversation wait, once", () => {
  const state = after(loaded([talk("a", { waiting_since: null })]), {
    type: "message",
    conversation: "a",
    message: said(2),
  });
  const again = reduce(state, { type: "message", conversation: "a", message: said(2), at: NOON });
  assert.equal(state.conversations.a.waiting_since, at(2));
  assert.equal(unread(state.conversations.a), 2);
  assert.equal(again, state);
});

test("an operator's answer ends the waiting", () => {
  const state = after(loaded([talk("a")]), {
    type: "message",
    conversation: "a",
    message: said(2, "operator"),
  });
  assert.equal(state.conversations.a.waiting_since, null);
  assert.equal(unread(state.conversations.a), 0);
});

test("an answer that was asked for before a change does not undo the change", () => {
  const before = after(loaded([talk("a")]));
  const changed = reduce(before, {
    type: "conversation",
    conversation: talk("a", { status: "closed" }),
    at: NOON,
  });
  const state = reduce(changed, { ...loaded([talk("a")], [], before.version), at: NOON });
  assert.equal(state.conversations.a.status, "closed");
  assert.equal(
    reduce(state, { ...loaded([talk("a")], [], state.version), at: NOON }).conversations.a.status,
    "open",
  );
});

test("what the server no longer lists is gone", () => {
  const state = after(loaded([talk("a"), talk("b")]), loaded([talk("b")]));
  assert.deepEqual(Object.keys(state.conversations), ["b"]);
});

test("an older summary does not take a newer one's place", () => {
  const state = after(loaded([talk("a", { last_seq: 5 })]), {
    type: "conversation",
    conversation: talk("a", { last_seq: 4 }),
  });
  assert.equal(state.conversations.a.last_seq, 5);
});

test("a failed fetch keeps what is known", () => {
  assert.equal(after({ type: "failed", queue: "open" }).status.open, "failed");
  assert.equal(after(loaded([talk("a")]), { type: "failed", queue: "open" }).status.open, "ready");
});

test("a callback rings for those whose phones ring", () => {
  const state = after(callback(ringing()));
  assert.equal(roleOf(state, state.callbacks.k), "ring");
  assert.equal(waitingOf(state).ringing, 1);
  const others = after(callback(ringing({ rings: ["igor"] })));
  assert.equal(roleOf(others, others.callbacks.k), "watch");
});

test("taken by a colleague: said for some seconds, then gone", () => {
  const taken = after(
    callback(ringing()),
    callback(ringing({ state: "dialing", operator: IGOR, rings: [] })),
  );
  assert.deepEqual(
    cardsOf(taken).map((card) => [card.role, card.note.name]),
    [["taken", "Игорь"]],
  );
  const later = reduce(taken, { type: "tick", at: NOON + TAKEN_SHOWN_MS + 1 });
  assert.deepEqual(cardsOf(later), []);
});

test("taken by me: my call until it ends", () => {
  const mine = after(
    callback(ringing()),
    callback(ringing({ state: "connected", operator: ANNA, rings: [] })),
  );
  assert.deepEqual(
    cardsOf(mine).map((card) => card.role),
    ["mine"],
  );
  const ended = reduce(mine, callback(ringing({ state: "completed", operator: ANNA })));
  assert.deepEqual(cardsOf(ended), []);
});

test("the seconds of ringing begin with the attempt", () => {
  const first = after(callback(ringing()));
  assert.equal(first.callbacks.k.rang_at, at(5));
  const second = reduce(first, callback(ringing({ attempt: 2, due_at: at(9) })));
  assert.equal(second.callbacks.k.rang_at, at(9));
});

test("a visitor who is called first is watched until they wait on the line", () => {
  const called = after(callback(ringing({ state: "dialing", first: "visitor", rings: [] })));
  assert.deepEqual(
    cardsOf(called).map((card) => card.role),
    ["watch"],
  );
  const waits = reduce(called, callback(ringing({ first: "visitor" })));
  assert.equal(roleOf(waits, waits.callbacks.k), "ring");
});

test("who answers on a telephone has no button for it", () => {
  const state = after(callback(ringing({ devices: { anna: "phone", igor: "console" } })));
  assert.equal(answersHere(state, state.callbacks.k), false);
  assert.equal(answersHere({ me: IGOR }, state.callbacks.k), true);
});

test("a task that was closed by a slip comes back", () => {
  const missed = ringing({ state: "missed", needs_person: true });
  const closed = after(callback(missed), callback({ ...missed, needs_person: false }));
  assert.deepEqual(cardsOf(closed), []);
  assert.deepEqual(
    cardsOf(reduce(closed, callback(missed))).map((card) => card.role),
    ["task"],
  );
});

test("a missed callback is a task until it is done", () => {
  const missed = after(callback(ringing({ state: "missed", needs_person: true })));
  assert.deepEqual(
    cardsOf(missed).map((card) => card.role),
    ["task"],
  );
  assert.deepEqual(cardsOf(reduce(missed, callback(ringing({ state: "missed", needs_person: false })))), []);
});

test("my call stands above what rings, what rings above tasks and appointments", () => {
  const state = after(
    loaded(
      [],
      [
        ringing({ id: "later", state: "scheduled", due_at: at(59) }),
        ringing({ id: "task", state: "missed", needs_person: true }),
        ringing({ id: "ring" }),
        ringing({ id: "mine", state: "connected", operator: ANNA }),
      ],
    ),
  );
  assert.deepEqual(
    cardsOf(state).map((card) => card.item.id),
    ["mine", "ring", "task", "later"],
  );
});

test("typing is forgotten", () => {
  const typing = after({ type: "typing", conversation: "a" });
  assert.ok(typing.typing.a > NOON);
  assert.deepEqual(reduce(typing, { type: "tick", at: NOON + 60000 }).typing, {});
});

test("mine is what I have and where I am mentioned; nobody's is what nobody has", () => {
  const state = after(
    loaded([
      talk("have", { assignee: "anna" }),
      talk("named", { assignee: "igor", mentioned: ["anna"] }),
      talk("free", { assignee: null }),
      talk("theirs", { assignee: "igor" }),
    ]),
  );
  assert.deepEqual(countsOf(state), { mine: 2, unassigned: 1, open: 4 });
  assert.deepEqual(queueOf(state, { queue: "mine" }).map(({ id }) => id).sort(), ["have", "named"]);
});

test("what happens beside the words is no news to ring for", () => {
  const before = after(loaded([talk("a", { said_seq: 1, last_seq: 1 })]));
  const event = { seq: 2, client_id: "event2", kind: "event", author: "system", body: "", data: { what: "taken" }, at: at(2) };
  const now = reduce(before, { type: "message", conversation: "a", message: event, at: NOON });
  assert.deepEqual([now.conversations.a.last_seq, now.conversations.a.said_seq], [2, 1]);
  assert.equal(now.conversations.a.last_message.seq, 1);
  assert.equal(unread(now.conversations.a), 1);
});

test("marks move without making a conversation newer", () => {
  const now = after(loaded([talk("a")]), { type: "marks", conversation: "a", last_seq: 9, visitor_got_seq: 1 });
  assert.deepEqual([now.conversations.a.visitor_got_seq, now.conversations.a.last_seq], [1, 1]);
});

test("I am called when a note names me or somebody gives me a conversation", () => {
  const passed = (by) => ({ kind: "event", data: { what: "passed", by, to: ANNA } });
  assert.equal(callFor(passed("igor"), "anna"), "given");
  assert.equal(callFor(passed("anna"), "anna"), null);
  assert.equal(callFor({ kind: "event", data: { what: "given_back", by: null, to: ANNA } }, "anna"), null);
  assert.equal(callFor({ kind: "note", data: { mentions: ["anna"] } }, "anna"), "mentioned");
  assert.equal(callFor({ kind: "text", data: {} }, "anna"), null);
});

test("a name is offered while it is typed behind @, and counts when it stands there", () => {
  assert.equal(typedName("ask @Иг", 7), "Иг");
  assert.equal(typedName("mail@example", 12), null);
  assert.deepEqual(mentionsIn("@Игорь, look", [ANNA, IGOR]), ["igor"]);
});
