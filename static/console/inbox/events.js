// What happened to a conversation, in words for colleagues.
import { lang, me, t } from "../boot.js";

const MINE = { taken: "i_took", released: "i_released", closed: "i_closed", reopened: "i_reopened" };
const nameOf = (department) => department?.[lang] || Object.values(department || {})[0] || "";

/** The sentence of an `event` entry; one of a newer server says its name at least. */
export function eventWords({ data, name }) {
  const { what, to, by, department } = data;
  const isMine = by === me.id;
  const key = what === "passed" && department ? "passed_department" : isMine && MINE[what] ? MINE[what] : what;
  const who = isMine ? t("inbox.you") : name || "";
  const whom = to?.id === me.id ? t("inbox.event.to_you") : to?.name || "";
  return t(`inbox.event.${key}`, { name: who, to: whom, department: nameOf(department) });
}
