// Keys that work on every page of the console: Ctrl+K and / look for something.

const WRITES = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Whether a key that is pressed there is a letter of what somebody writes. */
export const writes = (target) => Boolean(target.closest?.(WRITES));

const search = async () => (await import("./search/search.js")).openSearch();

export function listenEverywhere() {
  for (const button of document.querySelectorAll("[data-search]")) button.addEventListener("click", search);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    const asked = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    const typed = event.key === "/" && !event.ctrlKey && !event.metaKey && !writes(event.target);
    if ((!asked && !typed) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    search();
  });
}
