// The scenario of a Voximplant application that makes calls for widget-server. docs/telephony.md says how to set it up:
// two secrets of the application, WIDGET_URL (the server's address) and WIDGET_SECRET (its setting voximplant_secret).
//
// A session has one call. It reports every step, signed, and each answer says the state that the call should come to:
// whom to ring, whom to dial, whether it is over. Nobody is dialled before the server has said so to this very session.

const EVENTS_URL = String(VoxEngine.getSecretValue("WIDGET_URL") || "").replace(/\/+$/, "") + "/telephony/voximplant/events";
const SECRET = VoxEngine.getSecretValue("WIDGET_SECRET");
const TRIES = 3;
const AGAIN_MS = 1000;
const LOOK_MS = 3000; // while somebody waits; a poke makes us look at once
const LOOK_TALKING_MS = 15000;
const PRESS_MS = 10000;
const REFUSE_MS = 2000; // after the notice, for the 0
const LEAVE_MS = 4000; // for the end of the recording
const VOICES = {
  ru: () => VoiceList.Default.ru_RU_Female || VoiceList.Amazon.ru_RU_Tatyana,
  en: () => VoiceList.Default.en_US_Female || VoiceList.Amazon.en_US_Joanna,
};

let session = `${Date.now()}.${Math.random()}`;
let address = "";
let callId = "";
let seq = 0;
let line = Promise.resolve(); // reports leave one after another
let operators = null; // operator's id → {call, state: ringing | asked | won | gone}
let winner = null; // {call, language, ready: the whisper is over}
let visitor = null; // {call, here: answered and told what there is to tell, recorded: may be}
let joined = false;
let leaving = false;

VoxEngine.addEventListener(AppEvents.Started, (event) => {
  session = String(event.sessionId || event.sessionID || session);
  address = event.accessSecureURL || event.accessURL || "";
  callId = (parse(VoxEngine.customData()) || {}).call || "";
  if (callId) report("started");
  setTimeout(watch, LOOK_MS);
});
VoxEngine.addEventListener(AppEvents.CallAlerting, (event) => takeInbound(event));
VoxEngine.addEventListener(AppEvents.Terminating, () => {
  if (callId && !leaving) report("ended");
});
VoxEngine.addEventListener(AppEvents.HttpRequest, () => {
  report("look");
  return "ok";
});


function watch() {
  if (leaving) return;
  if (callId) report("look");
  setTimeout(watch, joined ? LOOK_TALKING_MS : LOOK_MS);
}

// Tells the server, in order; returns what it answered, or null if it could not be reached.
function report(event, parts) {
  const turn = line.then(() => send(event, parts || {}));
  line = turn.then(apply, () => null);
  return turn;
}

async function send(event, parts) {
  for (let left = TRIES; left > 0; left--) {
    const body = JSON.stringify({ session, seq: ++seq, call: callId, address, event, ...parts });
    const seconds = String(Math.floor(Date.now() / 1000));
    const headers = [
      "Content-Type: application/json",
      `X-Widget-Timestamp: ${seconds}`,
      `X-Widget-Signature: ${Crypto.hmac_sha256(SECRET, `${seconds}|${body}`)}`,
    ];
    const request = { method: "POST", postData: body, headers, timeout: 10 };
    const answer = await Net.httpRequestAsync(EVENTS_URL, request);
    const wanted = answer.code === 200 ? parse(answer.text) : null;
    if (wanted) return wanted;
    Logger.write(`widget-server answered ${answer.code} to ${event}`);
    if (left > 1) await new Promise((go) => setTimeout(go, AGAIN_MS));
  }
  return null;
}

function apply(wanted) {
  if (!wanted || leaving) return;
  if (wanted.over) return leave();
  callId = callId || wanted.call;
  if (wanted.ring && !operators) ringAll(wanted.ring);
  const ready = wanted.ring ? winner && winner.ready : true;
  if (wanted.dial && !visitor && ready) dialVisitor(wanted.dial);
}

// Operators

function ringAll(ring) {
  operators = new Map();
  for (const phone of ring.phones) ringOne(phone, ring);
}

function ringOne(phone, ring) {
  const operator = { call: dial(phone, ring), state: "ringing" };
  operators.set(phone.operator, operator);
  const failed = (result) => {
    const before = operator.state;
    operator.state = "gone";
    if (before === "won") leave();
    else if (before !== "gone") report("operator_failed", { operator: phone.operator, result });
  };
  const limit = setTimeout(() => operator.state === "ringing" && operator.call.hangup(), ring.seconds * 1000);
  operator.call.addEventListener(CallEvents.Connected, () => {
    clearTimeout(limit);
    if (operator.state !== "ringing") return operator.call.hangup();
    if (phone.kind === "phone") askToPress(operator, phone, ring, failed);
    else take(operator, phone, ring);
  });
  operator.call.addEventListener(CallEvents.Failed, (event) => failed(resultOf(event.code)));
  operator.call.addEventListener(CallEvents.Disconnected, () => failed("no_answer"));
}

function dial(phone, ring) {
  const shown = ring.shown || ring.own;
  if (phone.kind === "phone") return VoxEngine.callPSTN(digits(phone.to), digits(ring.own));
  if (phone.to.startsWith("sip:")) return VoxEngine.callSIP(phone.to, { callerid: shown, displayName: shown });
  return VoxEngine.callUser({ username: phone.to, callerid: shown, displayName: shown });
}

// A voice mail answers too, but presses nothing.
function askToPress(operator, phone, ring, failed) {
  operator.state = "asked";
  operator.call.handleTones(true);
  say(operator.call, ring.press, ring.language);
  const limit = setTimeout(() => operator.state === "asked" && operator.call.hangup(), PRESS_MS);
  operator.call.addEventListener(CallEvents.ToneReceived, (event) => {
    if (operator.state !== "asked") return;
    clearTimeout(limit);
    operator.call.stopPlayback();
    if (event.tone === "1") return take(operator, phone, ring);
    failed("declined");
    operator.call.hangup();
  });
}

// Whoever asks the server first has the call.
async function take(operator, phone, ring) {
  operator.state = "taking";
  const answer = await report("operator_answered", { operator: phone.operator });
  if (!answer || !answer.won) return refuse(operator, (answer && answer.words) || "", ring.language);
  if (operator.state === "gone") return leave(); // hung up while the server gave them the call
  operator.state = "won";
  winner = { call: operator.call, language: ring.language, ready: false };
  silenceOthers(operator);
  await say(operator.call, ring.whisper, ring.language);
  winner.ready = true;
  if (visitor) join();
  else report("look");
}

async function refuse(operator, words, language) {
  if (operator.state === "gone") return;
  operator.state = "gone";
  await say(operator.call, words, language);
  operator.call.hangup();
}

function silenceOthers(but) {
  for (const operator of operators.values()) {
    if (operator === but || operator.state === "gone") continue;
    operator.state = "gone";
    operator.call.hangup();
  }
}

// The visitor

function dialVisitor(order) {
  const call = VoxEngine.callPSTN(digits(order.to), digits(order.shown));
  visitor = { call, here: false, recorded: false };
  report("visitor_dialled");
  ringback(winner && winner.call, order.language);
  const limit = setTimeout(() => call.hangup(), order.seconds * 1000);
  call.addEventListener(CallEvents.Connected, async () => {
    clearTimeout(limit);
    report("visitor_answered");
    visitor.recorded = await tellOfRecording(call, order);
    visitor.here = true;
    if (winner) join();
    else ringback(call, order.language);
  });
  call.addEventListener(CallEvents.Failed, (event) => {
    clearTimeout(limit);
    const result = resultOf(event.code);
    if (!leaving) report("visitor_failed", { result: result === "declined" ? "busy" : result });
  });
  hearLeaving(call);
}

async function takeInbound(event) {
  const call = event.call;
  const answer = await report("inbound", { caller: event.callerid, dialled: event.destination });
  if (leaving || !answer || answer.over) return call.reject(603);
  callId = answer.call;
  visitor = { call, here: false, recorded: false };
  hearLeaving(call);
  call.addEventListener(CallEvents.Connected, () => {
    visitor.here = true;
    if (winner && winner.ready) join();
    else ringback(call, "ru");
  });
  call.answer();
}

function hearLeaving(call) {
  call.addEventListener(CallEvents.Disconnected, leave);
}

// Says that the talk is recorded; resolves to whether it may be (0 was not pressed).
async function tellOfRecording(call, order) {
  if (!order.notice) return false;
  let refused = false;
  call.handleTones(true);
  call.addEventListener(CallEvents.ToneReceived, (event) => {
    refused = refused || event.tone === "0";
  });
  await say(call, order.notice, order.language);
  if (!refused) await new Promise((go) => setTimeout(go, REFUSE_MS));
  return !refused;
}

function join() {
  if (joined || leaving || !winner || !winner.ready || !visitor || !visitor.here) return;
  joined = true;
  VoxEngine.sendMediaBetween(winner.call, visitor.call);
  if (!visitor.recorded) return;
  visitor.call.addEventListener(CallEvents.RecordStopped, (event) => {
    report("recorded", { url: event.url, seconds: Math.round(event.duration) });
  });
  visitor.call.record({ stereo: true });
}

function leave() {
  if (leaving) return;
  leaving = true;
  const calls = [...(operators ? operators.values() : []), ...(visitor ? [visitor] : [])];
  for (const one of calls) {
    one.state = "gone";
    one.call.hangup();
  }
  const ended = report("ended");
  if (joined && visitor.recorded) setTimeout(() => line.then(end), LEAVE_MS);
  else ended.then(end, end);
}

function end() {
  VoxEngine.terminate();
}

// Small things

// Speaks; resolves when it is said, also if it could not be.
function say(call, words, language) {
  if (!words) return Promise.resolve();
  return new Promise((done) => {
    const finished = () => {
      call.removeEventListener(CallEvents.PlaybackFinished, finished);
      done();
    };
    call.addEventListener(CallEvents.PlaybackFinished, finished);
    call.addEventListener(CallEvents.Disconnected, done);
    call.say(words, { language: (VOICES[language] || VOICES.en)() });
  });
}

function ringback(call, language) {
  if (call) call.playProgressTone(language === "ru" ? "RU" : "US");
}

function resultOf(code) {
  if (code === 486) return "busy";
  if (code === 603) return "declined";
  return code === 408 || code === 480 || code === 487 ? "no_answer" : "failed";
}

function digits(number) {
  return number.replace(/\D/g, "");
}

function parse(text) {
  try {
    return JSON.parse(text || "null");
  } catch {
    return null;
  }
}
