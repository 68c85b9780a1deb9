// What works on every page of the console: Ctrl+K and / look for something, ? shows the keys; a page for hours without
// connection.

const WRITES = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

/** Whether a key that is pressed there is a letter of what somebody writes. */
export const writes = (target) => Boolean(target.closest?.(WRITES));

const search = async () => (await import("./search/search.js")).openSearch();

export function listenEverywhere() {
  const sheet = document.querySelector("[data-sheet]");
  for (const button of document.querySelectorAll("[data-keys]"))
    button.addEventListener("click", () => sheet.showModal());
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close();
  });
  navigator.serviceWorker?.register("/console/service_worker.js").catch(() => {}); // without it pages work as well
  for (const button of document.querySelectorAll("[data-search]")) button.addEventListener("click", search);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    const asked = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
    const typed = event.key === "/" && !event.ctrlKey && !event.metaKey && !writes(event.target);
    if (event.key === "?" && !writes(event.target) && !document.querySelector("dialog[open]")) sheet.showModal();
    if ((!asked && !typed) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    search();
  });
}
