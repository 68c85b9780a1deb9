import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf } from "../../static/console/inbox/rows.js";

const said = (seq, author, minute, day = 22) => ({
  seq,
  client_id: `m${seq}`,
  author,
  name: author === "operator" ? "Анна" : null,
  body: "…",
  at: new Date(2026, 10, day, 11, minute).toISOString(),
});
const kinds = (rows) =>
  rows.map((row) =>
    row.kind === "message" ? row.key + (row.head ? "^" : "") + (row.tail ? "_" : "") : row.kind,
  );
const rows = (messages, pending = [], newAfter = null) =>
  kinds(rowsOf({ messages, pending, newAfter, myName: "Анна" }));

test("messages of one author close in time are one group", () => {
  assert.deepEqual(
    rows([said(1, "visitor", 0), said(2, "visitor", 1), said(3, "operator", 2), said(4, "operator", 30)]),
    ["day", "m1^", "m2_", "m3^_", "m4^_"],
  );
});

test("a new day begins a new group", () => {
  assert.deepEqual(rows([said(1, "visitor", 0, 21), said(2, "visitor", 1, 22)]), [
    "day",
    "m1^_",
    "day",
    "m2^_",
  ]);
});

test("what is not sent yet joins my last words", () => {
  const pending = [{ client_id: "p", body: "…", at: said(0, "operator", 3).at }];
  assert.deepEqual(rows([said(1, "operator", 2)], pending), ["day", "m1^", "p_"]);
});

test("a line stands above the visitor's new words, not above everything", () => {
  const thread = [
    said(1, "visitor", 0),
    said(2, "operator", 1),
    said(3, "visitor", 2),
    said(4, "visitor", 3),
  ];
  assert.deepEqual(rows(thread, [], 2), ["day", "m1^_", "m2^_", "new", "m3^", "m4_"]);
  assert.deepEqual(rows(thread, [], 0), ["day", "m1^_", "m2^_", "m3^", "m4_"]);
});
