// Tells the server which visitors' words this page has, a second after they came, for all conversations together.
import { link } from "./link.js";
import { subscribe } from "./live.js";

const AFTER_MS = 1000;
const MOST = 200;
let marks = {};
let timer = 0;

function tell() {
  timer = 0;
  if (link.connected) link.tell("got", { marks: Object.fromEntries(Object.entries(marks).slice(0, MOST)) });
  marks = {};
}

function has(conversation, seq) {
  marks[conversation] = Math.max(marks[conversation] || 0, seq);
  timer ||= setTimeout(tell, AFTER_MS);
}

export function startGot() {
  link.on("message", ({ conversation, message }) => {
    if (message.author === "visitor") has(conversation, message.seq);
  });
  subscribe((now, before, { type, answer }) => {
    if (type !== "loaded") return;
    for (const one of answer.conversations)
      if (one.last_message?.author === "visitor" && one.operator_got_seq < one.said_seq) has(one.id, one.said_seq);
  });
}
