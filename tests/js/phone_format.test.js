import assert from "node:assert/strict";
import { test } from "node:test";
import { e164, editPhone, formatPhone } from "../../static/src/phone_format.js";
import { RUSSIA, USA } from "./cast.js";

const russian = (text) => formatPhone(text, RUSSIA);

/** Types key by key; "<" is Backspace at the end. */
function type(keys, phone = RUSSIA) {
  let value = "";
  for (const key of keys) {
    const raw = key === "<" ? value.slice(0, -1) : value + key;
    value = editPhone({ value: raw, caret: raw.length }, value, false, (text) => formatPhone(text, phone)).value;
  }
  return value;
}

test("digits are grouped while they are typed", () => {
  assert.equal(type("9"), "9");
  assert.equal(type("9161"), "916 1");
  assert.equal(type("9161234"), "916 123-4");
  assert.equal(type("9161234567"), "916 123-45-67");
  assert.equal(type("89161234567"), "8 916 123-45-67");
  assert.equal(type("+79161234567"), "+7 916 123-45-67");
  assert.equal(type("2015550123", USA), "(201) 555-0123");
});

test("pasted numbers in any dress become the same number", () => {
  for (const text of [
    "8 (916) 123-45-67",
    "+7 916 123 45 67",
    "89161234567",
    "79161234567",
    "916.123.45.67",
    " +7(916)1234567 ",
    "007 916 123-45-67",
  ]) {
    assert.equal(e164(text, RUSSIA), "+79161234567", text);
    assert.equal(e164(formatPhone(text, RUSSIA), RUSSIA), "+79161234567", text);
  }
});

test("a number that begins with the trunk digit is not cut", () => {
  assert.equal(e164("812 345-67-89", RUSSIA), "+78123456789");
  assert.equal(e164("8 812 345-67-89", RUSSIA), "+78123456789");
  assert.equal(e164("8 800 555-35-35", RUSSIA), "+78005553535");
});

test("incomplete and too long numbers are no numbers", () => {
  for (const text of ["", "+", "+7", "916 123-45-6", "+7 916 123-45-678", "8 916 123-45-678", "abc"])
    assert.equal(e164(text, RUSSIA), null, text);
});

test("a foreign number is left as it was typed", () => {
  assert.equal(type("+375291234567"), "+375291234567");
  assert.equal(e164("+375 29 123-45-67", RUSSIA), "+375291234567");
  assert.equal(e164("+7 916 123-45-67", USA), "+79161234567");
});

test("deleting at the end never gets stuck on a separator", () => {
  let value = "916 123-45-67";
  for (let digits = 9; digits >= 0; digits--) {
    const raw = value.slice(0, -1);
    value = editPhone({ value: raw, caret: raw.length }, value, false, russian).value;
    assert.equal(value.replace(/\D/g, "").length, digits);
  }
});

test("a digit deleted in the middle keeps the caret there", () => {
  // 916 1|23-45-67 → Backspace
  assert.deepEqual(editPhone({ value: "916 23-45-67", caret: 4 }, "916 123-45-67", false, russian), {
    value: "916 234-56-7",
    caret: 3,
  });
  // Backspace on the hyphen takes the digit before it.
  assert.deepEqual(editPhone({ value: "916 12345-67", caret: 7 }, "916 123-45-67", false, russian), {
    value: "916 124-56-7",
    caret: 6,
  });
  // Delete on the hyphen takes the digit after it.
  assert.deepEqual(editPhone({ value: "916 12345-67", caret: 7 }, "916 123-45-67", true, russian), {
    value: "916 123-56-7",
    caret: 7,
  });
});

test("a digit typed in the middle keeps the caret behind it", () => {
  assert.deepEqual(editPhone({ value: "9165 123-45", caret: 4 }, "916 123-45", false, russian), {
    value: "916 512-34-5",
    caret: 5,
  });
});

test("everything can be cleared, a lone plus stays", () => {
  assert.equal(editPhone({ value: "", caret: 0 }, "916", false, russian).value, "");
  assert.equal(type("+"), "+");
  assert.equal(type("+7<"), "+");
});
