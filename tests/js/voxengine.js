// An imitation of the parts of VoxEngine that our scenario uses, after its type declarations (voximplant/voxengine-ci,
// typings/voxengine.d.ts 7.x). Whatever the declarations do not have, fails. Time stands still until `pass`.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { settle } from "./cast.js";

const SCENARIO = new URL("../../widget_server/calls/providers/voximplant/scenario.js", import.meta.url);
const names = (prefix, list) => Object.freeze(Object.fromEntries(list.map((name) => [name, `${prefix}.${name}`])));
const APP_EVENTS = names("Application", ["Started", "CallAlerting", "HttpRequest", "Terminating", "Terminated"]);
const CALL_EVENTS = names("Call", [
  "Connected", "Disconnected", "Failed", "Ringing", "PlaybackFinished", "PlaybackStarted", "RecordStarted",
  "RecordStopped", "ToneReceived",
]); // prettier-ignore

/** Only what is there may be used: a misspelt name must not pass as undefined. */
const strict = (what, name) =>
  new Proxy(what, {
    get: (target, key) => {
      if (!(key in target) && typeof key === "string") throw new TypeError(`VoxEngine has no ${name}.${key}`);
      return target[key];
    },
  });

class Listeners {
  #heard = new Map();

  addEventListener(event, callback) {
    if (!event || typeof callback !== "function") throw new TypeError(`a listener of ${event}`);
    this.#heard.set(event, [...(this.#heard.get(event) || []), callback]);
  }

  removeEventListener(event, callback) {
    this.#heard.set(event, (this.#heard.get(event) || []).filter((one) => one !== callback));
  }

  emit(event, parts = {}) {
    return (this.#heard.get(event) || []).map((callback) => callback({ name: event, ...parts }));
  }
}

/** One leg. `by`: how it was begun (callPSTN, callUser, callSIP, inbound). */
class Leg extends Listeners {
  constructor(by, to, shown) {
    super();
    Object.assign(this, { by, to, shown, state: "ringing", said: [], tones: false, recorded: null, hears: null });
  }

  connect() {
    this.state = "connected";
    this.emit(CALL_EVENTS.Connected, { call: this });
  }

  fail(code) {
    this.state = "ended";
    this.emit(CALL_EVENTS.Failed, { call: this, code });
  }

  disconnect() {
    this.state = "ended";
    this.emit(CALL_EVENTS.Disconnected, { call: this });
    if (this.recorded) this.emit(CALL_EVENTS.RecordStopped, { call: this, url: "https://storage.example/1", duration: 17.4 });
  }

  press(tone) {
    if (this.tones) this.emit(CALL_EVENTS.ToneReceived, { call: this, tone });
  }

  finishSaying() {
    this.emit(CALL_EVENTS.PlaybackFinished, { call: this });
  }

  // what the declarations have

  hangup() {
    if (this.state === "connected") this.disconnect();
    else if (this.state === "ringing") this.fail(487);
  }

  answer() {
    this.connect();
  }

  reject(code) {
    this.rejected = code;
    this.disconnect();
  }

  say(words, options) {
    if (!options || !options.language) throw new TypeError("say without a language");
    this.said.push(words);
  }

  stopPlayback() {}

  handleTones(on) {
    this.tones = on;
  }

  playProgressTone(country) {
    this.hears = country;
  }

  record(options) {
    this.recorded = options;
  }
}

/** Runs the scenario. `answer(request)` is the server: returns `{code, text}` or a promise of it. */
export function runScenario({ answer, customData, secrets = { WIDGET_URL: "https://w.example/", WIDGET_SECRET: "s3" } }) {
  const engine = new Listeners();
  const session = { legs: [], requests: [], bridges: [], terminated: false, log: [], now: 1_800_000_000_000 };
  const timers = [];
  const begin = (by, to, shown) => {
    const leg = new Leg(by, to, shown);
    session.legs.push(leg);
    return leg;
  };
  const voxEngine = strict(
    {
      addEventListener: (event, callback) => engine.addEventListener(event, callback),
      getSecretValue: (name) => secrets[name],
      customData: () => customData,
      callPSTN: (number, callerid) => begin("callPSTN", number, callerid),
      callUser: ({ username, callerid }) => begin("callUser", username, callerid),
      callSIP: (to, { callerid }) => begin("callSIP", to, callerid),
      sendMediaBetween: (one, other) => session.bridges.push([one, other]),
      terminate: () => {
        session.terminated = true;
      },
    },
    "VoxEngine",
  );
  const context = createContext({
    VoxEngine: voxEngine,
    AppEvents: strict(APP_EVENTS, "AppEvents"),
    CallEvents: strict(CALL_EVENTS, "CallEvents"),
    VoiceList: { Default: { ru_RU_Female: "ru", en_US_Female: "en" }, Amazon: {} },
    Crypto: { hmac_sha256: (key, data) => createHmac("sha256", key).update(data).digest("hex") },
    Net: {
      httpRequestAsync: async (url, options) => {
        const headers = Object.fromEntries(options.headers.map((line) => line.split(/: (.*)/s).slice(0, 2)));
        const request = { url, method: options.method, body: options.postData, headers };
        session.requests.push(request);
        return answer(request);
      },
    },
    Logger: { write: (line) => session.log.push(line) },
    Date: { now: () => session.now },
    Math: Object.assign(Object.create(Math), { random: () => 0.5 }),
    setTimeout: (run, ms) => timers.push({ run, at: session.now + ms }),
    clearTimeout: (id) => (timers[id - 1] = null),
  });
  runInContext(readFileSync(SCENARIO, "utf8"), context, { filename: "scenario.js" });

  return Object.assign(session, {
    start: (parts = {}) => {
      const place = { accessSecureURL: "https://session.example/1", accessURL: "http://session.example/1" };
      engine.emit(APP_EVENTS.Started, { sessionId: 4202753936, ...place, ...parts });
      return settle();
    },
    callIn: (destination, callerid) => {
      const leg = begin("inbound", destination, callerid);
      engine.emit(APP_EVENTS.CallAlerting, { call: leg, destination, callerid });
      return settle().then(() => leg);
    },
    poke: () => {
      engine.emit(APP_EVENTS.HttpRequest, { content: "{}" });
      return settle();
    },
    leg: (to) => session.legs.findLast((leg) => leg.to === to),
    said: () => session.requests.map((request) => JSON.parse(request.body)),
    /** Lets time pass, timer by timer. */
    pass: async (ms) => {
      await settle();
      const until = session.now + ms;
      for (;;) {
        const due = timers.filter((one) => one && one.at <= until).sort((one, other) => one.at - other.at)[0];
        if (!due || session.terminated) break;
        timers[timers.indexOf(due)] = null;
        session.now = Math.max(session.now, due.at);
        due.run();
        await settle();
      }
      session.now = until;
    },
  });
}
