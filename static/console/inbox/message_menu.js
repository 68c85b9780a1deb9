// What can be done with one's own words for an hour: reword, take back. By the button, a right click or a long press.
import { h, icon, clear } from "../dom.js";
import { me, t } from "../boot.js";
import { serverNow } from "../api.js";

const HOUR = 3600_000;
const PRESS_MS = 500;

/** May I still change this entry? */
export const mayChange = (said) =>
  said.author === "operator" &&
  said.name === me.name &&
  !said.pending &&
  !said.isWaiting &&
  !said.data?.deleted &&
  serverNow() - Date.parse(said.at) < HOUR;

/** `actions` = {edit(said), remove(said)}; `find(key)` gives the entry behind a list item. */
export function listenMenu(log, find, actions) {
  const box = h("div.message-menu", { role: "menu", hidden: true, "aria-label": t("inbox.menu.label") });
  log.parentElement.append(box);
  let opener = null;
  let timer = 0;

  function close(isBack = true) {
    if (box.hidden) return;
    box.hidden = true;
    if (isBack) opener?.focus();
  }

  const item = (words, sign, run) =>
    h("button.message-menu__item", { type: "button", role: "menuitem", onclick: run }, icon(sign, "sm"), h("span", {}, words));

  function open(row) {
    const said = find(row.dataset.key);
    if (!said || !mayChange(said)) return false;
    opener = row.querySelector("[data-more]");
    const canReword = said.kind !== "file";
    clear(
      box,
      canReword &&
        item(t("inbox.menu.edit"), "edit", () => {
          close(false);
          actions.edit(said);
        }),
      item(t("inbox.menu.delete"), "trash", (event) => askAgain(event.currentTarget, said)),
    );
    place(row);
    box.hidden = false;
    box.querySelector("button").focus();
    return true;
  }

  /** What is taken back cannot be brought back: the second press does it. */
  function askAgain(button, said) {
    if (button.dataset.sure) {
      close(false);
      actions.remove(said);
      return;
    }
    button.dataset.sure = "yes";
    button.classList.add("message-menu__item--sure");
    button.querySelector("span").textContent = t("inbox.menu.sure");
  }

  function place(row) {
    const pane = log.parentElement.getBoundingClientRect();
    const bubble = row.querySelector(".bubble").getBoundingClientRect();
    const isLow = bubble.bottom + 110 > pane.bottom - 70;
    box.style.right = `${Math.max(8, pane.right - bubble.right)}px`;
    box.style.top = isLow ? "" : `${bubble.bottom - pane.top + 4}px`;
    box.style.bottom = isLow ? `${pane.bottom - bubble.top + 4}px` : "";
  }

  const rowOf = (event) => event.target.closest?.("li.message--operator");
  log.addEventListener("click", (event) => event.target.closest("[data-more]") && open(rowOf(event)));
  log.addEventListener("contextmenu", (event) => {
    const row = rowOf(event);
    if (row && !getSelection().toString() && open(row)) event.preventDefault();
  });
  log.addEventListener("pointerdown", (event) => {
    clearTimeout(timer);
    const row = event.pointerType === "touch" && rowOf(event);
    if (row) timer = setTimeout(() => open(row), PRESS_MS);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"])
    log.addEventListener(end, () => clearTimeout(timer), { passive: true });
  log.addEventListener("scroll", () => close(false), { passive: true });
  box.addEventListener("keydown", (event) => {
    const items = [...box.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (event.key === "Escape") close();
    else if (event.key !== "Tab") return;
    else close();
    event.preventDefault();
    event.stopPropagation();
  });
  addEventListener("pointerdown", (event) => !box.contains(event.target) && close(false));
}
