import { h } from "../dom.js";
import { icon } from "../icons.js";
import { PANEL_ICONS } from "./icons.js";
import { quiet } from "./parts.js";

const LONGEST = 4000;
const LINES = 5;

/**
 * The field for a message: grows to five lines; Enter sends where there is a real keyboard.
 * @param {{say: Function, isTouch: boolean, draft: {message?: string}}} o and its hearers
 */
export function createComposer({ say, isTouch, draft, onSend, onTyping, onMore }) {
  const field = h("textarea", {
    class: "input message",
    dir: "auto",
    rows: 1,
    maxlength: LONGEST,
    "aria-label": say("composer"),
    placeholder: say("composerHint"),
    autocomplete: "off",
    enterkeyhint: isTouch ? "enter" : "send",
  });
  field.value = draft.message || "";
  const button = h(
    "button",
    { class: "round send", type: "submit", "aria-label": say("send"), title: say("send") },
    icon(PANEL_ICONS.send),
  );

  const bar = h("div", { class: "changing", hidden: true }, say("changing"), quiet(say("keep"), () => edit()));
  let changed = 0;
  const more = h(
    "button",
    {
      class: "round more",
      type: "button",
      "aria-label": say("more"),
      onclick: onMore,
    },
    icon(PANEL_ICONS.plus),
  );

  function grow() {
    if (!changed) draft.message = field.value;
    field.style.setProperty("height", "auto");
    const line = parseFloat(getComputedStyle(field).lineHeight) || 22;
    const edges = field.offsetHeight - field.clientHeight + 24;
    field.style.setProperty("height", Math.min(field.scrollHeight + edges - 24, line * LINES + edges) + "px");
    button.classList.toggle("ready", !!field.value.trim());
  }

  function send(event) {
    event?.preventDefault();
    const body = field.value.trim();
    if (!body) return field.focus();
    field.value = "";
    grow();
    field.focus();
    const of = changed;
    changed = 0;
    bar.hidden = true;
    onSend(of ? { kind: "edit", body, data: { of } } : { body });
  }

  /** Other words for what was said; nothing changes until they are sent. */
  function edit(said) {
    changed = said ? said.seq : 0;
    bar.hidden = !said;
    field.value = said ? said.body : "";
    grow();
    field.focus();
  }

  field.addEventListener("input", () => {
    grow();
    if (field.value.trim()) onTyping();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouch) send(event);
  });
  queueMicrotask(grow);
  return {
    edit,
    node: h("form", { class: "composer", onsubmit: send }, more, field, button),
    bar,
    more,
    focus: () => field.focus(),
  };
}
