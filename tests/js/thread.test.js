import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyThread, reduceThread, shownThread } from "../../static/src/thread.js";
import { message } from "./cast.js";

const run = (events, state = emptyThread()) => events.reduce(reduceThread, state);
const take = (seq, parts) => ({ type: "message", message: message(seq, parts) });
const queue = (client_id) => ({ type: "queued", client_id, body: client_id, at: "2026-11-23T09:00:00Z" });
const shape = ({ messages, pending }) => [
  messages.map(({ seq }) => seq),
  pending.map(({ client_id }) => client_id),
];

test("messages stand in order of seq; repeated and early ones change nothing", () => {
  const state = run([take(1), take(1), take(3), take(2), take(2), take(1)]);
  assert.deepEqual(shape(state), [[1, 2], []]);
  assert.equal(state.last, 2);
});

test("a pending message is replaced by its confirmed self", () => {
  const state = run([take(1), queue("x"), queue("y"), take(2), take(3, { client_id: "x" })]);
  assert.deepEqual(shape(state), [[1, 2, 3], ["y"]]);
});

test("a message that is known already is not queued again", () => {
  assert.deepEqual(shape(run([queue("x"), queue("x"), take(1, { client_id: "x" }), queue("x")])), [[1], []]);
});

test("what the server will never take stays visible with the reason", () => {
  const { pending } = run([queue("x"), { type: "refused", client_id: "x", reason: "too long" }]);
  assert.equal(pending[0].refused, "too long");
});

test("read marks never go back", () => {
  const state = run([
    { type: "conversation", operator_read_seq: 3, visitor_read_seq: 2, status: "open" },
    { type: "conversation", operator_read_seq: 1, status: "closed" },
  ]);
  assert.deepEqual([state.operatorRead, state.visitorRead, state.status], [3, 2, "closed"]);
});

test("unknown events and the state before stay untouched", () => {
  const before = Object.freeze(run([take(1)]));
  Object.freeze(before.messages);
  assert.equal(reduceThread(before, { type: "weather" }), before);
  assert.equal(reduceThread(before, take(2)).messages.length, 2);
});

test("a thread may begin in the middle", () => {
  assert.deepEqual(shape(run([take(40), take(41), take(42)], emptyThread(40))), [[41, 42], []]);
});

test("what has come and what was read never go back", () => {
  const state = run([
    { type: "conversation", visitor_got_seq: 4, operator_got_seq: 3 },
    { type: "conversation", visitor_got_seq: 2, operator_got_seq: 1, visitor_read_seq: 1 },
  ]);
  assert.deepEqual([state.visitorGot, state.operatorGot, state.visitorRead], [4, 3, 1]);
});

test("a change under way counts already and says so; a refused one says why", () => {
  const edit = { type: "queued", client_id: "e", kind: "edit", body: "other", data: { of: 1 } };
  const state = run([take(1), edit]);
  assert.deepEqual(
    shownThread(state).messages.map(({ body, isWaiting }) => [body, isWaiting]),
    [["other", true]],
  );
  const refused = shownThread(run([{ type: "refused", client_id: "e", reason: "too late" }], state)).messages[0];
  assert.deepEqual([refused.body === "other", refused.unchanged], [false, "too late"]);
});
