// Colleagues: whom words name, whether somebody is there, what an entry asks of somebody. Pure.

const GIVES = new Set(["assigned", "passed"]);

/** Ids of those whose "@Name" stands in the words. */
export const mentionsIn = (body, people) =>
  people.filter(({ name }) => body.includes(`@${name}`)).map(({ id }) => id);

/** The beginning of a name that is being typed behind "@", or null. */
export function typedName(text, caret) {
  const found = /(?:^|\s)@([\p{L}\p{N}. -]{0,40})$/u.exec(text.slice(0, caret));
  return found ? found[1] : null;
}

/** "on", "away" or "off". */
export const stateOf = (one) => (one.online ? (one.away ? "away" : "on") : "off");

/** What this entry asks of me: "given" (the conversation is mine now), "mentioned" (a note names me), or null. */
export function callFor({ kind, data }, id) {
  if (kind === "note") return data.mentions?.includes(id) ? "mentioned" : null;
  const isGiven = kind === "event" && GIVES.has(data.what) && data.to?.id === id && data.by !== id;
  return isGiven ? "given" : null;
}
