// The keyboard: j/k and arrows move, Enter opens, Esc goes back, F filters the list, Alt+A answers, Alt+N notes, Alt+T takes, Alt+P
// passes on.

const WITH_ALT = { KeyA: "answer", KeyN: "note", KeyT: "take", KeyP: "pass" };

/** `actions` = {back(), find(), answer(), note(), take(), pass()}; `list` holds the queue. */
export function listenKeys(list, actions) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const run = event.altKey && WITH_ALT[event.code];
    if (run) {
      event.preventDefault();
      actions[run]();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      actions.back(event.target);
      return;
    }
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const plain = keys[event.key] || keys[event.code];
    if (plain) plain(event, list, actions);
  });
}

const keys = {
  KeyJ: (event, list) => move(event, list, 1),
  KeyK: (event, list) => move(event, list, -1),
  ArrowDown: (event, list) => {
    if (inQueue(event, list)) move(event, list, 1);
  },
  ArrowUp: (event, list) => {
    if (inQueue(event, list)) move(event, list, -1);
  },
  KeyF: (event, list, actions) => {
    event.preventDefault();
    actions.find();
  },
};

const inQueue = (event, list) => event.target === document.body || list.contains(event.target);

function move(event, list, step) {
  const items = [...list.querySelectorAll("button.item")];
  if (!items.length) return;
  event.preventDefault();
  const from = items.findIndex((item) => item === document.activeElement);
  const start = from >= 0 ? from : items.findIndex((item) => item.hasAttribute("aria-current"));
  const next =
    start < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, start + step));
  items[next].focus();
  items[next].scrollIntoView({ block: "nearest" });
}
