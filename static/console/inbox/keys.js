// The keyboard: j/k and arrows move, Enter opens, Esc goes back, F filters the list, Alt+A answers, ? shows this list.

/** `actions` = {back(), find(), answer()}; `list` holds the queue. */
export function listenKeys(list, sheet, actions) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || sheet.open) return;
    if (event.altKey && event.code === "KeyA") {
      event.preventDefault();
      actions.answer();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      actions.back(event.target);
      return;
    }
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const run = keys[event.key] || keys[event.code];
    if (run) run(event, list, sheet, actions);
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
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
  KeyF: (event, list, sheet, actions) => {
    event.preventDefault();
    actions.find();
  },
  "?": (event, list, sheet) => {
    event.preventDefault();
    sheet.showModal();
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
