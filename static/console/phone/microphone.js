// The microphone of this browser: may we, and what people are told before the browser asks them.

const SOUND = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
const heard = new Set();
let permission = "prompt"; // granted, prompt, denied: what the browser says, or what came of asking

function learn(state) {
  permission = state;
  for (const told of heard) told();
}

export const microphone = {
  state: () => permission,
  onChange: (told) => heard.add(told),
  /** Learn what the browser would answer; one that does not tell is asked when there is a need. */
  async known() {
    const status = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
    status?.addEventListener("change", () => learn(status.state));
    learn(status?.state || "prompt");
  },
  /** Let the browser ask. "granted", "denied" or "absent" (there is no microphone). */
  async ask() {
    try {
      const stream = await captured();
      for (const track of stream.getTracks()) track.stop();
      learn("granted");
      return "granted";
    } catch (error) {
      return error.name === "NotFoundError" ? "absent" : "denied";
    }
  },
};

export const captured = () => navigator.mediaDevices.getUserMedia(SOUND);
