// Answers that an operator offers to tap, under the last message; gone once anything follows it.
import { h } from "../dom.js";

/** @returns {{node: HTMLElement, show(thread: {messages: object[], pending: object[]}): void}} */
export function createChoices(send) {
  const node = h("div", { class: "choices" });
  let shown = "";
  return {
    node,
    show({ messages, pending }) {
      const last = messages.at(-1);
      const isOpen = !pending.length && last?.author === "operator" && !last.data?.deleted;
      const choices = (isOpen && last.data?.choices) || [];
      if (shown === (shown = choices.join("\n"))) return;
      node.replaceChildren(
        ...choices.map((words) => h("button", { class: "choice", type: "button", onclick: () => send(words) }, words)),
      );
    },
  };
}
