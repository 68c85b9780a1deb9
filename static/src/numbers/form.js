/**
 * A number written as the page wants it: `8 (###) ###-##-##`, each # a digit from the end.
 * @param {string} form
 * @param {string} tel E.164
 * @param {{calling_code: string, trunk: string}} phone how the site's country writes numbers
 * @returns {string | null} null where that would be another number: a visitor must reach what they read
 */
export function writeNumber(form, tel, { calling_code, trunk }) {
  const digits = tel.slice(1);
  const blanks = form.split("#").length - 1;
  let at = digits.length - blanks;
  const text = form.replace(/#/g, () => digits[at++]);
  const shown = text.replace(/\D/g, "");
  const national = digits.startsWith(calling_code) && digits.slice(calling_code.length);
  const right = text.includes("+") ? [digits] : [national, trunk + national];
  return blanks && right.includes(shown) ? text : null;
}
