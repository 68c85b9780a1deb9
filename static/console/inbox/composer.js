// Where the operator writes: grows to eight lines, Enter sends, the draft of each conversation is kept.

const MAX = 4000;

/** `actions` = {send(body), typing()}. Returns {show(id), focus()}. */
export function createComposer(form, actions) {
  const input = form.querySelector("textarea");
  let id = null;
  let typedAt = 0;

  const draftKey = () => `console.draft.${id}`;
  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  };

  function send() {
    const body = input.value.trim();
    if (!body || !id) return;
    for (let at = 0; at < body.length; at += MAX) actions.send(body.slice(at, at + MAX));
    input.value = "";
    sessionStorage.removeItem(draftKey());
    fit();
    input.focus();
  }

  input.addEventListener("input", () => {
    fit();
    if (input.value) sessionStorage.setItem(draftKey(), input.value);
    else sessionStorage.removeItem(draftKey());
    if (input.value && Date.now() - typedAt > 2500) {
      typedAt = Date.now();
      actions.typing();
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  return {
    focus: () => input.focus(),
    show(next) {
      if (next === id) return;
      id = next;
      input.value = (id && sessionStorage.getItem(draftKey())) || "";
      fit();
    },
  };
}
