// A callback at a chosen time: days and times within the opening hours, on the visitor's own clock.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { freeTimes } from "../slots.js";
import { callbackForm } from "./callback_form.js";
import { chosen, chosenLine, departmentRows, isOpenFor, mustChoose } from "./departments.js";
import { PANEL_ICONS } from "./icons.js";
import { otherWays } from "./parts.js";
import { clock, isAbroad, isSameDay, nearDay, ownZone, zoneName } from "./words.js";

/** Times grouped by the visitor's own days. @returns {Date[][]} */
function byDay(times) {
  const days = [];
  for (const time of times) {
    if (days.length && isSameDay(days.at(-1)[0], time)) days.at(-1).push(time);
    else days.push([time]);
  }
  return days.slice(0, 7);
}

const select = (id, label, onchange) => {
  const node = h("select", { class: "input", id, onchange });
  return {
    node,
    field: h(
      "div",
      { class: "field" },
      h("label", { class: "label", for: id }, label),
      h("span", { class: "select" }, node, icon(PANEL_ICONS.open)),
    ),
  };
};

const fill = (node, texts) =>
  node.replaceChildren(...texts.map((text, i) => h("option", { value: i }, text)));

/** @param {object} panel */
export function laterView(panel) {
  const { app, say, draft } = panel;
  const { doc, lang } = app;
  const { note } = draft;
  draft.note = "";
  const base = { title: say("laterTitle"), hasBack: true };
  if (mustChoose(panel)) {
    const rows = departmentRows(panel, null, () => panel.show("later"));
    return {
      ...base,
      node: h("div", { class: "page" }, h("p", { class: "hint" }, say("departments")), rows),
      focus: () => rows.firstElementChild.focus(),
    };
  }
  const department = chosen(panel);
  const days = byDay(freeTimes(doc, new Date()).filter((time) => isOpenFor(doc, department, time)));
  if (!days.length) {
    return {
      ...base,
      node: h(
        "div",
        { class: "page" },
        chosenLine(panel, "later"),
        h("p", { class: "hint" }, say("laterNone")),
        otherWays(panel, ["later"]),
      ),
      focus() {},
    };
  }
  const day = select("cw-day", say("day"), pickDay);
  const time = select("cw-time", say("time"));
  fill(
    day.node,
    days.map(([first]) => nearDay(first, lang)),
  );
  function pickDay() {
    fill(
      time.node,
      days[day.node.value].map((one) => clock(one, lang)),
    );
  }
  pickDay();
  const before = h("div", { class: "when" }, day.field, time.field);
  const form = callbackForm(panel, {
    submit: "laterSubmit",
    before,
    dueAt: () => days[day.node.value][time.node.value],
  });
  return {
    ...base,
    node: h(
      "div",
      { class: "page" },
      note && h("p", { class: "error" }, note),
      chosenLine(panel, "later"),
      h(
        "p",
        { class: "hint" },
        say("laterHint"),
        " ",
        isAbroad(doc) && say("laterZone", { mine: zoneName(ownZone(), lang), zone: zoneName(doc.timezone, lang) }),
      ),
      form.node,
    ),
    focus: () => day.node.focus(),
  };
}
