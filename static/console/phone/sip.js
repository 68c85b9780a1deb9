// A telephone in the browser: SIP over a WebSocket, sound over WebRTC. `static/build.mjs` makes static/console/phone.js of it.
import { UA, WebSocketInterface } from "jssip";

const REGISTERED_SECONDS = 120;
const TELEPHONE = "X-Widget-Call";
const NOT_NOW = { status_code: 480, reason_phrase: "Temporarily Unavailable" };
const DECLINED = { status_code: 603, reason_phrase: "Decline" };

/**
 * Register. `heard(kind, call id)`: "up", "down", "refused" of the telephone; "rings", "answered", "over" of a call.
 * `account`: {address, name, password}.
 */
export function openTelephone(account, heard) {
  const sessions = new Map();
  const speaker = new Audio();
  speaker.autoplay = true;
  const agent = new UA({
    sockets: [new WebSocketInterface(account.address)],
    uri: `sip:${account.name}@pbx.invalid`,
    password: account.password,
    register_expires: REGISTERED_SECONDS,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 15,
  });

  agent.on("registered", () => heard("up"));
  agent.on("disconnected", () => heard("down"));
  agent.on("registrationFailed", ({ response }) => heard(response ? "refused" : "down"));
  agent.on("newRTCSession", ({ originator, session, request }) => {
    const call = originator === "remote" && request.getHeader(TELEPHONE);
    if (!call || sessions.has(call)) session.terminate(NOT_NOW);
    else keep(call, session);
  });

  function keep(call, session) {
    sessions.set(call, session);
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams, track }) => {
        speaker.srcObject = streams[0] || new MediaStream([track]);
      });
    });
    session.on("confirmed", () => heard("answered", call));
    for (const end of ["ended", "failed"]) {
      session.on(end, () => {
        sessions.delete(call);
        heard("over", call);
      });
    }
    heard("rings", call);
  }

  agent.start();
  return {
    answer: (call, mediaStream) => sessions.get(call)?.answer({ mediaStream }),
    /** Refuses it while it rings, ends it later. */
    end: (call) => {
      const session = sessions.get(call);
      session?.terminate(session.isEstablished() ? {} : DECLINED);
    },
    mute: (call, on) => sessions.get(call)?.[on ? "mute" : "unmute"]({ audio: true }),
    register: () => agent.register(),
    levels: (call) => levelsOf(sessions.get(call)?.connection),
    close: () => agent.stop(),
  };
}

/** How loud both sides are, 0 to 1, and how many packets of sound have come. */
async function levelsOf(connection) {
  const all = connection ? [...(await connection.getStats()).values()] : [];
  const of = (type) => all.find((one) => one.type === type && one.kind === "audio") || {};
  return {
    mine: of("media-source").audioLevel || 0,
    theirs: of("inbound-rtp").audioLevel || 0,
    packets: of("inbound-rtp").packetsReceived || 0,
  };
}
