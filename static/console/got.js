// Tells the server which visitors' words this page has, a second after they came, for all conversations together.
import { link } from "./link.js";

const AFTER_MS = 1000;
let marks = {};
let timer = 0;

function tell() {
  timer = 0;
  if (link.connected) link.tell("got", { marks });
  marks = {};
}

export function startGot() {
  link.on("message", ({ conversation, message }) => {
    if (message.author !== "visitor") return;
    marks[conversation] = Math.max(marks[conversation] || 0, message.seq);
    timer ||= setTimeout(tell, AFTER_MS);
  });
}
