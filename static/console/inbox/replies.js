// Ready words and their variables, and the answers that are offered as buttons. Pure, but for asking the server once.
import { api } from "../api.js";
import { me } from "../boot.js";
import { pageName } from "../words.js";

const VARIABLE = /\{[a-z]+(?:\.[a-z_]+)?\}/g;
const MOST_CHOICES = 6;
const LONGEST_CHOICE = 40;
let asked = null;

/** The operator's ready words, asked for once; again after a failure. */
export function loadReplies() {
  asked ||= api("/replies").then(({ replies }) => replies);
  asked.catch(() => {
    asked = null;
  });
  return asked;
}

export const noteUse = (id) => api(`/replies/${encodeURIComponent(id)}/used`, {}).catch(() => {});

/** Those that fit what was typed after the slash and the site, the most used first. */
export function fitting(replies, typed, site) {
  const wanted = typed.toLowerCase();
  const rank = (one) => (one.short.startsWith(wanted) ? 0 : 1);
  return replies
    .filter((one) => !one.site || one.site === site)
    .filter((one) => !wanted || one.short.includes(wanted) || Object.values(one.texts).join(" ").toLowerCase().includes(wanted))
    .sort((a, b) => rank(a) - rank(b) || b.used - a.used || a.short.localeCompare(b.short));
}

/** The words in the visitor's language, else in the other one. */
export const wordsFor = (reply, language) => reply.texts[(language || "").slice(0, 2)] || Object.values(reply.texts)[0];

/** Put in what is known of the conversation; what is not stays as it is. */
export function filled(words, summary) {
  const known = valuesOf(summary);
  return words.replace(VARIABLE, (variable) => known[variable.slice(1, -1)] || variable);
}

function valuesOf({ visitor, site }) {
  return {
    "visitor.name": visitor.name,
    "visitor.phone": visitor.phone,
    "visitor.email": visitor.email,
    "operator.name": me.name,
    "site.name": site.name,
    page: pageName(visitor),
  };
}

/** The variables that nothing was known for. */
export const unfilled = (words) => words.match(VARIABLE) || [];

/** Lines at the end that begin with ">" are answers to tap: {body, data}. */
export function withChoices(words) {
  const lines = words.split("\n");
  const choices = [];
  while (lines.length > 1 && /^>\s*\S/.test(lines.at(-1)) && choices.length < MOST_CHOICES)
    choices.unshift(lines.pop().replace(/^>\s*/, "").trim().slice(0, LONGEST_CHOICE));
  const body = lines.join("\n").trim();
  return choices.length && body ? { body, data: { choices } } : { body: words };
}
