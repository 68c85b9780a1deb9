// Next to the switch "I take calls": is the telephone ready, and what to do if it is not.
import { h, icon } from "../dom.js";
import { phone, t } from "../boot.js";
import { dispatch } from "../live.js";
import { hasPhone, line, onLine, phoneCall, soundLevels, startLine, tell } from "./line.js";
import { microphone } from "./microphone.js";

const SIGNS = { ready: "phone", connecting: "phone", lost: "offline", no_mic: "mute", ask_mic: "mute", insecure: "alert" };
const chip = h("button.phone-chip", { type: "button", onclick: () => explain() });

/** The state of the telephone in one word. */
function statusNow() {
  const { status } = line();
  return status === "ready" && microphone.state() === "prompt" ? "ask_mic" : status;
}

function draw() {
  const status = statusNow();
  if (chip.dataset.status === status) return;
  chip.dataset.status = status;
  const words = t(`shell.phone.state.${status}`);
  chip.title = words;
  chip.replaceChildren(icon(SIGNS[status], "sm"), h("span", {}, words));
}

/** Say why a microphone is needed, then let the browser ask; `then` once it may be used. */
function explain(then = () => {}) {
  const status = statusNow();
  const asks = microphone.state() === "prompt" && status !== "insecure";
  const result = h("p.phone-sheet__result", { role: "status" });
  const run = async () => {
    const answer = await microphone.ask();
    if (answer !== "granted") {
      result.textContent = t(`shell.phone.mic.${answer}`);
      return;
    }
    sheet.close();
    then();
  };
  const close = h("button.button.button--quiet", { type: "button", onclick: () => sheet.close() }, t("shell.phone.close"));
  const allow = asks && h("button.button", { type: "button", onclick: run, data: { do: "allow" } }, t("shell.phone.allow"));
  const sheet = h(
    "dialog.phone-sheet",
    { "aria-labelledby": "phone-title", onclose: () => sheet.remove() },
    h("h2", { id: "phone-title" }, t(`shell.phone.state.${status}`)),
    h("p", {}, t(`shell.phone.help.${status}`)),
    result,
    h("div.phone-sheet__actions", {}, allow, close),
  );
  document.body.append(sheet);
  sheet.showModal();
}

/** Answer a call that rings in this telephone; the microphone is asked for first. */
export function pickUp(item) {
  const answer = () => tell("answer", item.call.id);
  if (microphone.state() === "granted") answer();
  else explain(answer);
}

/** What stands on the card of a call that rings here when the telephone cannot answer it. */
export function whyNot() {
  const status = statusNow();
  return ["ready", "ask_mic", "connecting"].includes(status)
    ? null
    : h("button.link", { type: "button", data: { do: "why" }, onclick: () => explain() }, t(`shell.phone.state.${status}`));
}

/** The tools of one's own talk: how loud both are, and silence. */
export function talkTools(item) {
  if (phoneCall(item) !== "talks") return null;
  const { muted } = line();
  const words = t(muted ? "shell.phone.unmute" : "shell.phone.mute");
  const meter = (side) => h("meter.phone-level", { max: 0.5, data: { level: side }, "aria-label": t(`shell.phone.level.${side}`) });
  return h(
    "div.phone-tools",
    {},
    h(
      "button.button.button--quiet.button--small",
      { type: "button", "aria-pressed": String(muted), data: { do: "mute" }, onclick: () => tell("mute", item.call.id) },
      icon(muted ? "mute" : "sound", "sm"),
      words,
    ),
    meter("mine"),
    meter("theirs"),
  );
}

function drawLevels() {
  const now = soundLevels();
  for (const meter of document.querySelectorAll("[data-level]")) meter.value = now[meter.dataset.level];
}

export function startPhone() {
  const place = document.querySelector(".switch--bar");
  if (phone?.place === "nowhere")
    place.before(h("a.phone-chip", { href: "/console/me#device", data: { status: "nowhere" } }, icon("device", "sm"), h("span", {}, t("shell.phone.nowhere"))));
  if (!hasPhone) return;
  place.before(chip);
  onLine((kind) => {
    if (kind === "levels") drawLevels();
    else {
      draw();
      dispatch({ type: "redrawn" });
    }
  });
  microphone.onChange(draw);
  draw();
  startLine();
}
