// Sounds made here, no files: a soft chime for a message, a ring that repeats until a call is taken. Silent until the first gesture.

const MUTED = "console.muted";
let context = null;
let ringTimer = null;

export const muted = () => localStorage.getItem(MUTED) === "yes";

export function mute(on) {
  localStorage.setItem(MUTED, on ? "yes" : "no");
  if (!on) chime();
}

function unlock() {
  if (!context) context = new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
}
for (const gesture of ["pointerdown", "keydown"])
  addEventListener(gesture, unlock, { capture: true, passive: true });

const audible = () => context?.state === "running" && !muted();

function note(frequency, start, length, volume) {
  const at = context.currentTime + start;
  const oscillator = new OscillatorNode(context, { type: "sine", frequency });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

/** Two quiet notes: somebody wrote. */
export function chime() {
  if (!audible()) return;
  note(660, 0, 0.25, 0.12);
  note(880, 0.11, 0.4, 0.1);
}

function ringOnce() {
  if (!audible()) return;
  for (const start of [0, 0.5]) {
    note(523, start, 0.4, 0.16);
    note(659, start + 0.06, 0.4, 0.14);
    note(784, start + 0.12, 0.42, 0.12);
  }
}

/** Ring until told otherwise. */
export function ring(on) {
  if (on === Boolean(ringTimer)) return;
  clearInterval(ringTimer);
  ringTimer = on ? setInterval(ringOnce, 2400) : null;
  if (on) ringOnce();
}
