import assert from "node:assert/strict";
import { test } from "node:test";
import { forcedVariants, planView, variantOf } from "../../static/src/variants.js";
import { siteDoc } from "./cast.js";

const DAY = new Date("2026-11-23T09:00:00Z");
const NIGHT = new Date("2026-11-23T22:00:00Z");
const test2 = (key, settings, parts = {}) => ({
  key,
  seed: key,
  coverage: 1,
  variants: [
    { key: "a", weight: 0.5, settings: {} },
    { key: "b", weight: 0.5, settings },
  ],
  ...parts,
});
const plan = (experiments, parts = {}) =>
  planView({ doc: siteDoc({ experiments }), at: DAY, visitorId: "visitor", ...parts });
const visitors = Array.from({ length: 400 }, (_, i) => "visitor" + i);

test("the assigned variant's settings override the site's", () => {
  const cta = test2("cta", { cta: { ru: { cta: "Цена окна?" } } });
  const seen = new Set();
  for (const visitorId of visitors) {
    const { settings, treated } = plan([cta], { visitorId });
    assert.equal(settings.cta?.ru.cta, treated.cta === "b" ? "Цена окна?" : undefined);
    seen.add(treated.cta);
  }
  assert.deepEqual([...seen].sort(), ["a", "b"]);
});

test("an experiment that exposes by an invitation does not ask for the launcher's channel", () => {
  const parts = { variants: ["a", "b"].map((key) => ({ key, weight: 0.5, settings: { invitation: [] } })) };
  const settings = { channel: "callback", placement: "bottom-right" };
  const treatedBy = (exposure) =>
    planView({
      doc: siteDoc({ settings, experiments: [test2("invite", {}, { ...parts, exposure })] }),
      at: NIGHT,
      visitorId: "visitor",
    }).treated;
  assert.deepEqual(treatedBy(null), {});
  assert.deepEqual(Object.keys(treatedBy("invitation")), ["invite"]);
});

test("a remembered variant wins over the hash while it exists", () => {
  const cta = test2("cta", {});
  for (const visitorId of visitors.slice(0, 20)) {
    assert.equal(variantOf(cta, visitorId, { cta: "b" }).key, "b");
    assert.equal(variantOf(cta, visitorId, { cta: "gone" }), variantOf(cta, visitorId, {}));
  }
});

test("nobody is treated where one variant could not be shown, whatever the own variant is", () => {
  const channel = test2("channel", { channel: "click_to_call" });
  for (const visitorId of visitors.slice(0, 20)) {
    assert.deepEqual(plan([channel], { visitorId, at: NIGHT }).treated, {});
    assert.equal(plan([channel], { visitorId, at: NIGHT }).lead, "click_to_call");
    assert.notDeepEqual(plan([channel], { visitorId, at: DAY }).treated, {});
  }
});

test("a text test on a closed channel, a missing number and a missing slot do not apply", () => {
  assert.deepEqual(plan([test2("cta", { cta: {} })], { at: NIGHT }).treated, {});
  assert.deepEqual(plan([test2("number", { number: "gone" })]).treated, {});
  const slot = test2("place", { placement: "slot" });
  assert.deepEqual(plan([slot]).treated, {});
  assert.notDeepEqual(plan([slot], { hasSlot: true }).treated, {});
});

test("outside the coverage, and where nothing can be remembered, nobody is treated", () => {
  assert.deepEqual(plan([test2("cta", {}, { coverage: 0 })]).treated, {});
  assert.deepEqual(plan([test2("cta", {})], { visitorId: undefined }).treated, {});
});

test("two experiments are applied together", () => {
  const { treated } = plan([test2("cta", { cta: {} }), test2("place", { placement: "bottom-left" })]);
  assert.deepEqual(Object.keys(treated), ["cta", "place"]);
});

test("a forced variant is shown as it is and counts for nothing", () => {
  const forced = forcedVariants("?x=1&widget-variant=channel:b");
  assert.deepEqual(forced, { channel: "b" });
  const look = plan([test2("channel", { channel: "callback" })], { forced, at: NIGHT });
  assert.equal(look.lead, "callback");
  assert.equal(look.isForced, true);
  assert.deepEqual(look.treated, {});
  assert.equal(plan([test2("cta", {})], { forced: { cta: "nonsense" } }).isForced, false);
});
