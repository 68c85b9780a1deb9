// What to draw of a thread: days, the line above new messages, messages joined into groups. Pure.
import { continues } from "../../src/panel/bubble_items.js";

const dayOf = (at) => new Date(at).toDateString();

/**
 * `messages` are confirmed, `pending` are ours and not sent yet; `newAfter` is the seq that was read when the
 * conversation was opened (null: no line). Rows: {kind: "day" | "new" | "message", key, …}.
 */
export function rowsOf({ messages, pending, newAfter = null, myName }) {
  const rows = [];
  let before = null;
  let marked = newAfter === null || !messages.some((said) => said.seq <= newAfter);
  for (const said of [
    ...messages,
    ...pending.map((one) => ({ ...one, author: "operator", name: myName, pending: true })),
  ]) {
    if (!before || dayOf(before.at) !== dayOf(said.at)) {
      rows.push({ kind: "day", key: `day ${dayOf(said.at)}`, at: said.at });
      before = null;
    }
    if (!marked && said.seq > newAfter && said.author === "visitor") {
      rows.push({ kind: "new", key: "new" });
      marked = true;
      before = null;
    }
    const joined = continues(before, said);
    if (joined) rows.at(-1).tail = false;
    rows.push({ kind: "message", key: said.client_id, said, head: !joined, tail: true });
    before = said;
  }
  return rows;
}
