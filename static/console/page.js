// What plain pages need: copy buttons, closing messages and menus, focus on errors, one submit per form.

addEventListener("click", (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) copySnippet(copy);
  event.target.closest("[data-dismiss]")?.parentElement.remove();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The button is not disabled: its name and value must still be sent.
addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.querySelector("[data-focus]")?.focus();

async function copySnippet(button) {
  const source = button.closest(".snippet").querySelector("code");
  const words = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(source.textContent);
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => {
      words.textContent = before;
    }, 2000);
  } catch {
    getSelection().selectAllChildren(source);
  }
}
