// What the Voximplant scenario does with the visitor's telephone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./cast.js";
import { ANNA, DIAL, RING, VISITOR, dialling, events, server, started, take, talking, won } from "./voximplant_cast.js";
import { runScenario } from "./voxengine.js";

test("the visitor is dialled once, when the whisper is over", async () => {
  const { session, wanted } = await started({ ring: RING }, won);
  const anna = await take(session, ANNA);
  wanted.dial = DIAL;
  await session.poke();
  assert.equal(session.leg(VISITOR), undefined);
  anna.finishSaying();
  await settle();
  await session.poke();
  assert.equal(session.legs.filter((leg) => leg.to === VISITOR).length, 1);
  assert.equal(session.leg(VISITOR).shown, "78005553535");
  assert.equal(anna.hears, "RU");
});

test("an order to dial without a winner waits for one", async () => {
  const { session } = await started({ ring: RING, dial: DIAL }, won);
  assert.equal(session.leg(VISITOR), undefined);
});

test("both talk once the visitor has answered", async () => {
  const { session, anna, visitor } = await talking();
  assert.deepEqual(session.bridges, [[anna, visitor]]);
  assert.deepEqual(events(session), ["started", "operator_answered", "visitor_dialled", "visitor_answered"]);
});

for (const [code, result] of [[486, "busy"], [408, "no_answer"], [480, "no_answer"], [404, "failed"], [402, "failed"]]) {
  test(`a visitor's telephone that ends with ${code} is reported as ${result}`, async () => {
    const { session, visitor } = await dialling();
    visitor.fail(code);
    await settle();
    assert.deepEqual([session.said().at(-1).event, session.said().at(-1).result], ["visitor_failed", result]);
  });
}

test("the visitor's telephone rings as long as the server says", async () => {
  const { session, visitor } = await dialling();
  await session.pass(30_000);
  assert.equal(visitor.state, "ended");
  const failed = session.said().filter((said) => said.event === "visitor_failed");
  assert.deepEqual(failed.map((said) => said.result), ["no_answer"]);
});

for (const who of ["anna", "visitor"]) {
  test(`when the ${who} hangs up, both are gone and the session ends`, async () => {
    const parts = await talking();
    parts[who].disconnect();
    await settle();
    assert.equal(events(parts.session).at(-1), "ended");
    assert.equal(events(parts.session).filter((event) => event === "ended").length, 1);
    assert.deepEqual([parts.anna.state, parts.visitor.state], ["ended", "ended"]);
    assert.ok(parts.session.terminated);
  });
}

test("an operator who hangs up while the visitor's telephone rings ends the call", async () => {
  const { session, anna, visitor } = await dialling();
  anna.disconnect();
  await settle();
  assert.equal(events(session).at(-1), "ended");
  assert.equal(visitor.state, "ended");
});

test("a call that the server ends is hung up at the next look", async () => {
  const { session, wanted, anna, visitor } = await talking();
  wanted.over = true;
  await session.pass(15_000);
  assert.deepEqual([anna.state, visitor.state], ["ended", "ended"]);
  assert.ok(session.terminated);
});

test("the visitor who hears the notice and presses nothing is recorded", async () => {
  const { session, visitor } = await talking({ ...DIAL, notice: "Разговор записывается" });
  assert.deepEqual(visitor.said, ["Разговор записывается"]);
  assert.equal(session.bridges.length, 0);
  visitor.finishSaying();
  await session.pass(2000);
  assert.equal(session.bridges.length, 1);
  assert.ok(visitor.recorded);
  visitor.disconnect();
  await session.pass(4000);
  const recorded = session.said().find((said) => said.event === "recorded");
  assert.deepEqual([recorded.url, recorded.seconds], ["https://storage.example/1", 17]);
  assert.ok(session.terminated);
});

test("the visitor who presses 0 is not recorded", async () => {
  const { session, visitor } = await talking({ ...DIAL, notice: "Разговор записывается" });
  visitor.press("0");
  visitor.finishSaying();
  await session.pass(3000);
  assert.equal(session.bridges.length, 1);
  assert.equal(visitor.recorded, null);
});

test("without a notice nothing is recorded", async () => {
  const { visitor } = await talking();
  assert.equal(visitor.recorded, null);
});

test("the visitor who is called first waits until an operator has heard the whisper", async () => {
  const { session, wanted } = await started({ dial: DIAL }, { operator_answered: { won: true, waits: true } });
  const visitor = session.leg(VISITOR);
  visitor.connect();
  await settle();
  assert.equal(visitor.hears, "RU");
  wanted.ring = RING;
  await session.poke();
  const anna = await take(session, ANNA);
  assert.equal(session.bridges.length, 0);
  anna.finishSaying();
  await settle();
  assert.deepEqual(session.bridges, [[anna, visitor]]);
});

test("a call that comes in is answered if the server takes it", async () => {
  const { wanted, answer } = server({}, { operator_answered: { won: true, waits: true } });
  const session = runScenario({ answer, customData: "" });
  await session.start();
  assert.deepEqual(session.requests, []);
  const caller = await session.callIn("78005553535", VISITOR);
  assert.equal(caller.state, "connected");
  const said = session.said()[0];
  assert.deepEqual([said.event, said.dialled, said.caller], ["inbound", "78005553535", VISITOR]);
  wanted.ring = RING;
  await session.poke();
  const anna = await take(session, ANNA);
  anna.finishSaying();
  await settle();
  assert.deepEqual(session.bridges, [[anna, caller]]);
  caller.disconnect();
  await settle();
  assert.equal(events(session).at(-1), "ended");
});

test("a call that the server does not take is refused", async () => {
  const session = runScenario({ answer: () => ({ code: 200, text: '{"over": true}' }), customData: "" });
  await session.start();
  const caller = await session.callIn("78005553535", VISITOR);
  assert.equal(caller.rejected, 603);
});
