// What stands in the list of messages, as values.
import { shownThread } from "../thread.js";

const GROUP = 5 * 60_000;
const HOUR = 3_600_000;
const isSameDay = (one, other) => one.toDateString() === other.toDateString();

/** Does the second message continue the first one's group? */
export const continues = (one, other) =>
  !!one &&
  one.author === other.author &&
  one.name === other.name &&
  one.author !== "system" &&
  Date.parse(other.at) - Date.parse(one.at) < GROUP;

/**
 * Sign of an own message: how far it came.
 * @returns {"waiting" | "refused" | "accepted" | "got" | "read"}
 */
export function markOf(message, { operatorRead, operatorGot }) {
  if ((message.refused ?? message.unchanged) != null) return "refused";
  if (!message.seq || message.isWaiting) return "waiting";
  return message.seq <= operatorRead ? "read" : message.seq <= operatorGot ? "got" : "accepted";
}

/** May these own words still be changed or taken back? */
export const mayChange = ({ kind, author, seq, data, at, isWaiting }) =>
  author === "visitor" && !/form|rating/.test(kind) && !!seq && !isWaiting && !data?.deleted && Date.now() - Date.parse(at) < HOUR;

/** What stands in the list, in order, each with a stable key. */
export function listItems(thread) {
  const { messages, pending } = shownThread(thread);
  const items = [];
  let last = null;
  for (const message of [...messages, ...pending]) {
    const at = new Date(message.at);
    if (!last || !isSameDay(new Date(last.at), at)) {
      items.push({ key: "day" + at.toDateString(), day: at });
      last = null;
    }
    items.push({
      key: message.author === "visitor" ? message.client_id : "m" + message.seq,
      message,
      isNext: continues(last, message),
    });
    last = message;
  }
  items.forEach((item, i) => (item.isLast = !items[i + 1]?.isNext));
  return items;
}
