// The form of an invitation: what it will look like over the launcher, and how many letters are left.
import { accentColours } from "../src/colour.js";
import { given, t } from "./boot.js";
import { h } from "./dom.js";

const form = document.querySelector("[data-invitation]");
const stage = form.querySelector("[data-stage]");
const words = [...form.querySelectorAll("[name^=words_]")];
let shown = words.find(({ value }) => value) || words[0];

function draw() {
  const name = form.elements.person.value.trim();
  const { fill, text } = accentColours(given.accent);
  stage.style.setProperty("--pill", fill);
  stage.style.setProperty("--pill-text", text);
  stage.classList.toggle("invitation-stage--left", given.placement === "bottom-left");
  stage.lang = shown.name.slice(-2);
  const said = shown.value.trim() || t("invitations.script.words");
  stage.replaceChildren(
    h(
      "div.bubble-shot",
      {},
      name ? h("span.bubble-shot__face", {}, [...name][0].toUpperCase()) : null,
      h(
        "div.bubble-shot__body",
        {},
        name ? h("strong", {}, name) : null,
        h("p", {}, said),
        h("span.bubble-shot__yes", {}, given.answers[form.elements.leads.value] || ""),
      ),
      h("span.bubble-shot__no", {}, "×"),
    ),
    h("span.invitation-stage__pill"),
  );
  for (const input of words) {
    const note = form.querySelector(`[data-left="${input.name.slice(-2)}"]`);
    const left = given.most - [...input.value.trim()].length;
    note.textContent =
      left < 0
        ? t("invitations.script.over", { n: -left })
        : left <= 30
          ? t("invitations.script.left", { n: left })
          : "";
  }
}

form.addEventListener("input", ({ target }) => {
  if (words.includes(target)) shown = target;
  draw();
});
form.addEventListener("focusin", ({ target }) => {
  if (!words.includes(target) || target === shown) return;
  shown = target;
  draw();
});
draw();
