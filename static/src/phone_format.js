// As-you-type formatting of a telephone number: the example's own separators, any country.

const digitsOf = (text) => text.replace(/\D/g, "");

/**
 * Separates national digits as the example does: "912 345-67-89".
 * @param {string} digits
 * @param {{groups: number[], example: string}} phone
 */
function groupDigits(digits, { groups, example }) {
  const size = groups.reduce((sum, group) => sum + group, 0);
  const template =
    digitsOf(example).length === size ? example : groups.map((group) => "0".repeat(group)).join(" ");
  let rest = digits;
  let text = "";
  for (const sign of template) {
    if (!rest) return text.trimEnd();
    if (/\d/.test(sign)) {
      text += rest[0];
      rest = rest.slice(1);
    } else text += sign;
  }
  return text + rest;
}

/**
 * What was typed: the prefix before the national number (as shown) and the national digits.
 * @param {string} text
 * @param {{calling_code: string, trunk: string, groups: number[]}} phone
 * @returns {{prefix: string, digits: string, isForeign: boolean}}
 */
function readPhone(text, { calling_code: code, trunk, groups }) {
  const size = groups.reduce((sum, group) => sum + group, 0);
  const digits = digitsOf(text);
  if (/^\s*(\+|00)/.test(text)) {
    const all = text.trim().startsWith("+") ? digits : digits.slice(2);
    if (all.startsWith(code)) return { prefix: "+" + code, digits: all.slice(code.length), isForeign: false };
    return { prefix: "+", digits: all, isForeign: !code.startsWith(all) };
  }
  // A trunk prefix that was typed stays as it is; the number may also begin with the same digit.
  if (trunk && digits.startsWith(trunk))
    return { prefix: trunk, digits: digits.slice(trunk.length), isForeign: false };
  if (digits.startsWith(code) && digits.length > size) {
    return { prefix: "+" + code, digits: digits.slice(code.length), isForeign: false };
  }
  return { prefix: "", digits, isForeign: false };
}

/** The number as it is shown. */
export function formatPhone(text, phone) {
  const { prefix, digits, isForeign } = readPhone(text, phone);
  if (isForeign || prefix === "+") return prefix + digits;
  const rest = groupDigits(digits, phone);
  return prefix && rest ? prefix + " " + rest : prefix + rest;
}

/**
 * The number in the form `+79123456789`, or null while it is not complete.
 * @returns {string | null}
 */
export function e164(text, phone) {
  const size = phone.groups.reduce((sum, group) => sum + group, 0);
  const { prefix, digits, isForeign } = readPhone(text, phone);
  if (isForeign) return digits.length >= 8 && digits.length <= 15 ? "+" + digits : null;
  if (digits.length === size) return "+" + phone.calling_code + digits;
  // "812 345-67-89" in a country whose trunk prefix is 8: the prefix was part of the number.
  if (prefix === phone.trunk && prefix.length + digits.length === size)
    return "+" + phone.calling_code + prefix + digits;
  return null;
}

/**
 * One edit of the field: formats and keeps the caret behind the same digit.
 * @param {{value: string, caret: number}} now the field after the edit
 * @param {string} before its value before
 * @param {boolean} isForward was it the Delete key (not Backspace)?
 * @param {(text: string) => string} format
 * @returns {{value: string, caret: number}}
 */
export function editPhone({ value, caret }, before, isForward, format) {
  let left = digitsOf(value.slice(0, caret)).length;
  let text = value;
  if (value.length < before.length && digitsOf(value) === digitsOf(before) && digitsOf(value)) {
    // Only a separator was deleted: delete the digit beside it too, or the key would seem dead.
    const gone = isForward ? left : left - 1;
    let seen = -1;
    text = [...value].filter((sign) => !/\d/.test(sign) || ++seen !== gone).join("");
    left = Math.max(0, isForward ? left : left - 1);
  }
  const shown = format(text);
  if (caret >= value.length) return { value: shown, caret: shown.length };
  let place = 0;
  while (place < shown.length && (left > 0 || (place === 0 && shown[0] === "+" && caret > 0))) {
    if (/\d/.test(shown[place++])) left--;
  }
  return { value: shown, caret: place };
}
