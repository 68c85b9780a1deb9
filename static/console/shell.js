// On every page: the switch "I take calls", the connection, the sound, calls that ring.
import { api } from "./api.js";
import { clear, icon } from "./dom.js";
import { me, t } from "./boot.js";
import { flash } from "./flash.js";
import { link } from "./link.js";
import { startLive, subscribe } from "./live.js";
import { startAlerts } from "./alerts.js";
import { startDesk } from "./calls/desk.js";
import { listenEverywhere } from "./everywhere.js";
import { startPhone } from "./phone/bar.js";
import { startGot } from "./got.js";
import { mute, muted } from "./sound.js";

const takesCalls = document.querySelector("[data-takes-calls]");
const takesChats = document.querySelector("[data-takes-chats]");
const connection = document.querySelector("[data-connection]");
const sound = document.querySelector("[data-sound]");
let switching = 0;

const SAYS = { calls: ["shell.calls.on", "shell.calls.off"], chats: ["shell.chats.on", "shell.chats.off"] };

function turns(box, what) {
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    switching += 1;
    try {
      const answer = await api(`/me/takes-${what}`, { on: wanted });
      flash(t(SAYS[what][answer[`takes_${what}`] ? 0 : 1]), { seconds: 3 });
    } catch {
      box.checked = !wanted;
      flash(t("shell.calls.failed"), { kind: "danger" });
    } finally {
      switching -= 1;
    }
  });
}
turns(takesCalls, "calls");
turns(takesChats, "chats");

/** The same switches may have been turned in another tab. */
function follow(mine) {
  if (switching || !mine) return;
  if (typeof mine.takes_calls === "boolean") takesCalls.checked = mine.takes_calls;
  if (typeof mine.takes_chats === "boolean") takesChats.checked = mine.takes_chats;
}
link.on("alive", follow);
link.on("presence", ({ operators }) => follow(operators?.find((one) => one.id === me.id)));
subscribe((now, before, action) => {
  if (action.type === "loaded" && action.queue === "open") follow(action.answer.me);
});

link.on("state", (state) => {
  connection.textContent = state === "up" ? "" : t(`shell.connection.${state}`);
  connection.classList.toggle("connection--lost", state === "lost");
});

function showSound() {
  sound.setAttribute("aria-pressed", String(!muted()));
  clear(
    sound,
    icon(muted() ? "mute" : "sound"),
    document.createTextNode(t(muted() ? "shell.sound.off" : "shell.sound.on")),
  );
}
sound.addEventListener("click", () => {
  mute(!muted());
  showSound();
});

showSound();
listenEverywhere();
startAlerts();
startDesk();
startPhone();
startGot();
startLive();
