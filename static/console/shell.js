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
import { mute, muted } from "./sound.js";

const takesCalls = document.querySelector("[data-takes-calls]");
const connection = document.querySelector("[data-connection]");
const sound = document.querySelector("[data-sound]");
let switching = 0;

takesCalls.addEventListener("change", async () => {
  const wanted = takesCalls.checked;
  switching += 1;
  try {
    const answer = await api("/me/takes-calls", { on: wanted });
    flash(t(answer.takes_calls ? "shell.calls.on" : "shell.calls.off"), { seconds: 3 });
  } catch {
    takesCalls.checked = !wanted;
    flash(t("shell.calls.failed"), { kind: "danger" });
  } finally {
    switching -= 1;
  }
});

/** The same switch may have been turned in another tab. */
function follow(on) {
  if (!switching && typeof on === "boolean") takesCalls.checked = on;
}
link.on("alive", (answer) => follow(answer.takes_calls));
link.on("presence", ({ operators }) => follow(operators?.find((one) => one.id === me.id)?.takes_calls));
subscribe((now, before, action) => {
  if (action.type === "loaded" && action.queue === "open") follow(action.answer.me?.takes_calls);
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
startLive();
