// The form of an experiment: only the levers that were chosen, as many variants as wanted, what each looks like.
import { given, t } from "./boot.js";
import { watchAdvice } from "./experiments_advice.js";
import { watchPlan } from "./experiments_plan.js";
import { showFrames } from "./experiments_frames.js";
import { laid, wordsOf } from "./experiments_preview.js";

const { site, lifts } = given;
const form = document.querySelector("[data-form]");
const variants = [...form.querySelectorAll("[data-variant]")];
const add = form.querySelector("[data-add]");
let language = site.language;

const levers = () => [...form.querySelectorAll("[name=levers]:checked")].map((box) => box.value);
const open = () => variants.filter((variant) => !variant.hidden);
const replan = watchPlan(form, levers);
const advise = watchAdvice(form);

/** What the variant sets by now, in the form of the site document. */
function settingsOf(variant) {
  const settings = {};
  for (const lever of levers()) {
    const root = variant.querySelector(`[data-lever="${lever}"]`);
    const value = root?.querySelector("select, [type=color]")?.value;
    if (value) settings[lever] = value;
    const words = root ? [...root.querySelectorAll("[data-words]")] : [];
    if (words.some((input) => input.value.trim())) {
      settings.cta = {};
      for (const { dataset, value: said } of words)
        (settings.cta[dataset.language] ??= {})[dataset.words] = said.trim();
    }
  }
  return settings;
}

/** Does every variant carry the number on the launcher itself? */
const isNumberShown = () => open().every((variant) => laid(site, settingsOf(variant)).channel === "click_to_call");

function draw() {
  const chosen = levers();
  for (const part of form.querySelectorAll("[data-lever]"))
    part.hidden = !chosen.includes(part.dataset.lever);
  for (const variant of open()) {
    const settings = laid(site, settingsOf(variant));
    const { cta, promise } = wordsOf(site, settings, language);
    showFrames(variant.querySelector("[data-frames]"), site, { ...settingsOf(variant), cta: { [language]: { cta, promise } } }, language);
    const now = variant.querySelector("[data-now]");
    if (now) now.textContent = [cta, promise].filter(Boolean).join(" · ");
  }
  for (const share of form.querySelectorAll("[data-share]")) {
    share.hidden = variants.find(({ dataset }) => dataset.variant === share.dataset.share).hidden;
  }
  form.querySelector("[data-number-note]").hidden = !chosen.includes("number") || isNumberShown();
  offerCrossed(chosen);
  for (const button of form.querySelectorAll("[data-remove]"))
    button.hidden = button.closest("[data-variant]") !== open().at(-1);
}

/** Two changes that go with each other, written as one variant, can be told apart. */
function offerCrossed(chosen) {
  const box = form.elements.namedItem("crossed");
  const apart = chosen.includes("invitation") || (chosen.includes("cta") && chosen.includes("channel"));
  const fits = chosen.length === 2 && open().length === 2 && !apart;
  box.closest("[data-crossed-choice]").hidden = box.disabled = !fits;
  add.hidden = open().length === variants.length || (fits && box.checked);
}

function show(variant, on) {
  variant.hidden = variant.disabled = !on;
  if (!on) form.elements[`variants.${variant.dataset.variant}.share`].value = "";
  draw();
  replan();
}

/** Says when the words are too long. */
function judge(input) {
  const note = input.parentElement.querySelector("[data-note]");
  const left = Number(input.dataset.most) - [...input.value.trim()].length;
  note.classList.toggle("note--bad", left < 0);
  if (left < 0) note.textContent = t("experiments.script.over", { n: -left });
  else note.textContent = left <= 10 ? t("experiments.script.left", { n: left }) : "";
}

form.addEventListener("input", ({ target }) => {
  if (target.dataset.words) judge(target);
  draw();
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "site") location.assign(`?site=${target.value}`);
  if (target.name === "levers") hope();
});
form.addEventListener("focusin", ({ target }) => {
  if (!target.dataset.language || target.dataset.language === language) return;
  language = target.dataset.language;
  draw();
});
form.addEventListener("click", ({ target }) => {
  const remove = target.closest("[data-remove]");
  if (remove) show(remove.closest("[data-variant]"), false);
  if (target.closest("[data-add]")) {
    const next = variants.find((variant) => variant.hidden);
    show(next, true);
    next.querySelector(".variant__name").focus();
  }
});

/** A bolder change may hope for more: the default follows the levers until somebody types their own. */
function hope() {
  const input = form.elements.hoped_lift;
  if (input.dataset.own || !levers().length) return;
  input.value = Math.max(...levers().map((lever) => lifts[lever]));
  replan();
}
form.elements.hoped_lift.addEventListener("input", ({ target }) => {
  target.dataset.own = "yes";
});

for (const input of form.querySelectorAll("[data-words]")) if (input.value) judge(input);
draw();
replan();
advise();
