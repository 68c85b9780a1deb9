// What the tests of the Voximplant scenario have in common: a server that says what a call should come to.

import { settle } from "./cast.js";
import { runScenario } from "./voxengine.js";

export const CALL = "c".repeat(26);
export const ANNA = "+79990000001";
export const BORIS = "+79990000002";
export const VISITOR = "79123456789";
export const RING = {
  phones: [
    { operator: "anna", kind: "phone", to: ANNA },
    { operator: "boris", kind: "phone", to: BORIS },
  ],
  shown: "+79123456789",
  own: "+74951234567",
  whisper: "Звонок с сайта Окна",
  press: "Нажмите один",
  language: "ru",
  seconds: 30,
};
export const DIAL = { to: "+79123456789", shown: "+78005553535", notice: "", language: "ru", seconds: 30 };

/** A server that wants `state`, and answers `replies[event]` besides. */
export function server(state, replies = {}) {
  const wanted = { over: false, call: CALL, ring: null, dial: null, ...state };
  const answer = ({ body }) => {
    const reply = replies[JSON.parse(body).event];
    return { code: 200, text: JSON.stringify({ ...wanted, ...reply }) };
  };
  return { wanted, answer };
}

export async function started(state, replies) {
  const { wanted, answer } = server(state, replies);
  const session = runScenario({ answer, customData: JSON.stringify({ call: CALL }) });
  await session.start();
  return { session, wanted };
}

export const digits = (number) => number.slice(1);
export const events = (session) => session.said().map((said) => said.event).filter((event) => event !== "look");
export const won = { operator_answered: { won: true, waits: false } };

export async function take(session, number) {
  const leg = session.leg(digits(number));
  leg.connect();
  leg.press("1");
  await settle();
  return leg;
}

export async function dialling(dial = DIAL) {
  const { session, wanted } = await started({ ring: RING }, won);
  const anna = await take(session, ANNA);
  wanted.dial = dial;
  anna.finishSaying();
  await settle();
  return { session, wanted, anna, visitor: session.leg(VISITOR) };
}

export async function talking(dial = DIAL) {
  const parts = await dialling(dial);
  parts.visitor.connect();
  await settle();
  return parts;
}
