// What the Voximplant scenario does with operators' telephones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./cast.js";
import { ANNA, BORIS, CALL, RING, digits, events, server, started, take, won } from "./voximplant_cast.js";
import { runScenario } from "./voxengine.js";

test("all operators ring at once, each kind in its way", async () => {
  const phones = [
    ...RING.phones,
    { operator: "vera", kind: "sip", to: "vera" },
    { operator: "gleb", kind: "sip", to: "sip:gleb@pbx.example" },
  ];
  const { session } = await started({ ring: { ...RING, phones } });
  const rung = session.legs.map((leg) => [leg.by, leg.to, leg.shown]);
  assert.deepEqual(rung, [
    ["callPSTN", "79990000001", "74951234567"],
    ["callPSTN", "79990000002", "74951234567"],
    ["callUser", "vera", "+79123456789"],
    ["callSIP", "sip:gleb@pbx.example", "+79123456789"],
  ]);
  await session.poke();
  assert.equal(session.legs.length, 4);
});

test("who presses 1 first has the call, the others fall silent", async () => {
  const { session } = await started({ ring: RING }, won);
  const anna = await take(session, ANNA);
  assert.deepEqual(anna.said, ["Нажмите один", "Звонок с сайта Окна"]);
  assert.equal(session.leg(digits(BORIS)).state, "ended");
  assert.deepEqual(events(session), ["started", "operator_answered"]);
});

test("a voice mail presses nothing and has nothing", async () => {
  const { session } = await started({ ring: RING }, won);
  const anna = session.leg(digits(ANNA));
  anna.connect();
  await session.pass(10_000);
  assert.equal(anna.state, "ended");
  assert.deepEqual(
    session.said().filter((said) => said.event === "operator_failed").map((said) => [said.operator, said.result]),
    [["anna", "no_answer"]],
  );
  assert.equal(session.leg(digits(BORIS)).state, "ringing");
});

test("any other key refuses", async () => {
  const { session } = await started({ ring: RING }, won);
  const anna = session.leg(digits(ANNA));
  anna.connect();
  anna.press("2");
  await settle();
  const failed = session.said().filter((said) => said.event === "operator_failed");
  assert.deepEqual(failed.map((said) => [said.operator, said.result]), [["anna", "declined"]]);
});

test("who comes second is told and hung up", async () => {
  const { session } = await started({ ring: RING }, { operator_answered: { won: false, words: "Звонок уже принят" } });
  const boris = await take(session, BORIS);
  assert.equal(boris.said.at(-1), "Звонок уже принят");
  boris.finishSaying();
  await settle();
  assert.equal(boris.state, "ended");
  assert.ok(!events(session).includes("operator_failed"));
});

test("a SIP telephone has the call as soon as it answers", async () => {
  const phones = [{ operator: "vera", kind: "sip", to: "vera" }];
  const { session } = await started({ ring: { ...RING, phones } }, won);
  session.leg("vera").connect();
  await settle();
  assert.deepEqual(session.leg("vera").said, ["Звонок с сайта Окна"]);
});

for (const [code, result] of [[486, "busy"], [603, "declined"], [408, "no_answer"], [404, "failed"]]) {
  test(`an operator's telephone that ends with ${code} is reported as ${result}`, async () => {
    const { session } = await started({ ring: RING });
    session.leg(digits(ANNA)).fail(code);
    await settle();
    assert.equal(session.said().at(-1).result, result);
  });
}

test("operators ring as long as the server says", async () => {
  const { session } = await started({ ring: RING });
  await session.pass(29_000);
  assert.equal(session.leg(digits(ANNA)).state, "ringing");
  await session.pass(1_000);
  assert.equal(session.leg(digits(ANNA)).state, "ended");
});

test("who hangs up at the moment when the server gives them the call ends it", async () => {
  const { answer } = server({ ring: RING }, won);
  let give;
  const slowly = (request) => {
    if (JSON.parse(request.body).event !== "operator_answered") return answer(request);
    return new Promise((done) => {
      give = () => done(answer(request));
    });
  };
  const session = runScenario({ answer: slowly, customData: JSON.stringify({ call: CALL }) });
  await session.start();
  const anna = await take(session, ANNA);
  anna.disconnect();
  give();
  await settle();
  assert.equal(events(session).at(-1), "ended");
  assert.equal(session.leg(digits(BORIS)).state, "ended");
});
