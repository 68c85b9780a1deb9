// Whom to talk to, where a site has several departments: one question before the number.
import { h } from "../dom.js";
import { isOpen } from "../hours.js";
import { PANEL_ICONS } from "./icons.js";
import { row } from "./parts.js";

/** The departments to choose from; none where there is nothing to choose. */
const choices = (doc) => (doc.departments?.length > 1 ? doc.departments : []);

const nameOf = ({ name }, lang) => name[lang] || Object.values(name)[0];

/** The department that the visitor chose, while the site has it. */
export const chosen = ({ app, draft }) => choices(app.doc).find(({ id }) => id === draft.department);

export const mustChoose = (panel) => choices(panel.app.doc).length > 0 && !chosen(panel);

/** The site as this department opens: its own hours within those of the site. */
export const isOpenFor = (doc, department, at) =>
  isOpen(doc, at) && (!department?.hours || isOpen({ ...doc, hours: department.hours }, at));

/** Does somebody of it take calls now? */
export const answersNow = (doc, department, at = new Date()) =>
  isOpenFor(doc, department, at) && doc.online?.departments?.includes(department.id) !== false;

/** What a callback is for, in words; empty for anybody. */
export function departmentOf({ department }, { doc, lang }) {
  const found = doc.departments?.find(({ id }) => id === department);
  return found ? nameOf(found, lang) : "";
}

/**
 * @param {object} panel
 * @param {(department: object) => void} onPick
 */
export function departmentRows({ app, say, draft }, hintOf, onPick) {
  const rows = choices(app.doc).map((one) =>
    row({
      path: PANEL_ICONS.people,
      title: nameOf(one, app.lang),
      hint: hintOf?.(one),
      onclick: () => {
        draft.department = one.id;
        onPick(one);
      },
    }),
  );
  return h("div", { class: "rows", role: "group", "aria-label": say("departments") }, ...rows);
}

/** What was chosen, and a way to choose again. */
export function chosenLine(panel, view) {
  const department = chosen(panel);
  if (!department) return "";
  const change = () => {
    panel.draft.department = null;
    panel.show(view);
  };
  return h(
    "p",
    { class: "hint chosen" },
    nameOf(department, panel.app.lang),
    h("button", { class: "quiet", type: "button", onclick: change }, panel.say("change")),
  );
}
