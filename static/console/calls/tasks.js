// The tasks on top of the page of calls: closed without a new page, so that a slip can be taken back.
import { done } from "./actions.js";

for (const form of document.querySelectorAll("form[data-done]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const task = form.closest("li");
    const show = (isShown) => {
      task.hidden = !isShown;
      const list = task.parentElement;
      list.closest("section").hidden = [...list.children].every((one) => one.hidden);
    };
    if (await done(form.dataset.done, () => show(true))) show(false);
  });
}
