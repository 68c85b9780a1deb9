// The talk by e-mail, to an address that is typed once.
import { h } from "../dom.js";
import { fieldOf } from "./form.js";

export function transcriptForm({ app, session, say }, close) {
  const email = fieldOf(say, { name: "email", type: "email", label: say("transcriptTo"), isNeeded: true });
  const told = h("p", { class: "hint", role: "status" });
  const button = h("button", { class: "primary", type: "submit" }, say("sendLetter"));
  const node = h(
    "form",
    { class: "ask", novalidate: true, onsubmit: send },
    h("p", { class: "hero-title" }, say("transcript")),
    email.node,
    told,
    button,
    h("button", { class: "quiet", type: "button", onclick: close }, say("close")),
  );

  async function send(event) {
    event.preventDefault();
    const address = email.take();
    if (!address) return;
    button.disabled = true;
    try {
      await session.known("POST", "transcript", { email: address });
      told.textContent = say("letterComes", { email: address });
      email.node.hidden = button.hidden = true;
    } catch (error) {
      email.fail(error.message || say("uploadLost"));
    }
    button.disabled = false;
  }
  return { node, focus: email.focus };
}
