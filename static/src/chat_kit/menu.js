// What can be done beside writing: a short list above the composer.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { EXTRA_ICONS } from "./icons.js";
import { transcriptForm } from "./transcript.js";
import { ACCEPT } from "./uploads.js";

const inside = (path, words) => [h("span", { class: "disc" }, icon(path)), h("span", { class: "row-title" }, words)];

export function menuPart({ app, session, say, rules, composer }, { add }) {
  const node = h("div", { class: "menu", hidden: true });
  const picker = h("input", { class: "hidden picker", type: "file", accept: ACCEPT, multiple: true });
  picker.addEventListener("change", () => {
    add(picker.files);
    picker.value = "";
    close();
  });
  const files = h("label", { class: "row" }, picker, ...inside(EXTRA_ICONS.photo, say("addFile")));
  const row = (path, words, onclick) => h("button", { class: "row", type: "button", onclick }, ...inside(path, words));
  const letter = row(EXTRA_ICONS.mail, say("transcript"), () => {
    const form = transcriptForm({ app, session, say }, close);
    node.replaceChildren(form.node);
    form.focus();
  });
  const end = row(EXTRA_ICONS.end, say("end"), () => {
    close();
    session.end();
  });

  function close() {
    node.hidden = true;
    composer.more?.setAttribute("aria-expanded", "false");
  }

  function update() {
    const { thread } = session.state;
    files.hidden = !rules?.files;
    letter.hidden = !rules?.transcript || !thread.messages.some(({ author }) => author === "operator");
    end.hidden = !thread.messages.length || thread.status === "closed";
  }

  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    composer.more?.focus();
  });

  return {
    node,
    update,
    toggle() {
      if (!node.hidden) return close();
      update();
      node.replaceChildren(files, letter, end);
      node.hidden = false;
      composer.more?.setAttribute("aria-expanded", "true");
      (files.hidden ? [letter, end].find((one) => !one.hidden) : picker)?.focus();
    },
  };
}
