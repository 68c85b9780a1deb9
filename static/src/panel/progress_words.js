// What is said of a callback, with its number, names and times.
import { formatPhone } from "../phone_format.js";
import { wordKeys } from "./callbacks.js";
import { departmentOf } from "./departments.js";
import { clock, whenAbroad } from "./words.js";

/**
 * @param {object} callback
 * @param {object} panel
 * @param {boolean} isLate
 */
export function tell(callback, { say, app, session }, isLate) {
  const { due_at, operator } = callback;
  const typed = session.state.orders[callback.id]?.phone;
  const phone = typed ? formatPhone(typed, app.doc.phone) : callback.phone;
  const due = new Date(due_at);
  const values = {
    phone,
    name: operator,
    department: departmentOf(callback, app),
    when: due_at && whenAbroad(due, app),
    time: due_at && clock(due, app.lang),
  };
  const [title, hint] = wordKeys(callback, isLate);
  const known = title === "ringDepartment" && !values.department ? "ringRinging" : title;
  return { title: say(known, values), hint: say(hint, values), phone };
}
