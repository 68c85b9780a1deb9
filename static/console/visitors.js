// Who is on the sites now: asked for again every few seconds while the page is looked at; writing to somebody first.
import { newId } from "../src/ids.js";
import { api } from "./api.js";
import { t } from "./boot.js";
import { shortTime } from "./clock.js";
import { clear, h, icon, keyed, same } from "./dom.js";
import { flash } from "./flash.js";
import { visitorName } from "./words.js";

const EVERY_MS = 5000;
const list = document.querySelector("[data-visitors]");
const note = document.querySelector("[data-visitors-note]");
const sheet = document.querySelector("[data-write-sheet]");
const form = sheet.querySelector("form[data-write]");
let writeTo = null;

async function look() {
  if (!document.hidden)
    try {
      const { visitors, is_on: isOn } = await api("/visitors");
      keyed(list, visitors, (one) => one.ref, drawRow);
      drawNote(visitors.length ? "" : isOn ? "empty" : "off");
    } catch {
      drawNote("failed");
    }
  setTimeout(look, EVERY_MS);
}

function drawNote(kind) {
  if (same(note, kind)) return;
  if (!kind) clear(note);
  else
    clear(
      note,
      h(
        "div.empty",
        { role: kind === "failed" ? "alert" : null },
        h("span.empty__sign", {}, icon(kind === "failed" ? "alert" : "eye", "lg")),
        h("h2.empty__title", {}, t(`live.${kind}.title`)),
        h("p.empty__body", {}, t(`live.${kind}.body`)),
      ),
    );
}

function drawRow(one, old) {
  const node = old || h("li.here");
  if (same(node, one)) return node;
  const from = [one.utm?.source, hostOf(one.referrer)].find(Boolean) || t("live.direct");
  const page = one.title || one.page || "";
  const act = one.conversation
    ? h("a.button.button--secondary", { href: `/console/#${one.conversation}` }, t("live.open"))
    : h("button.button.button--secondary", { type: "button", onclick: () => ask(one) }, t("live.write"));
  clear(
    node,
    icon(one.device === "desktop" ? "desktop" : "device", "sm"),
    h(
      "div.here__who",
      {},
      h("strong", {}, visitorName(one.visitor)),
      h("span.muted", {}, `${one.site.name} · ${from}`),
    ),
    h(
      "div.here__page",
      {},
      h("span", {}, page),
      h("span.muted", {}, t("live.since", { at: shortTime(one.page_since), n: one.pages })),
    ),
    one.written ? h("span.muted", {}, t("live.written")) : null,
    act,
  );
  return node;
}

function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}

function ask(one) {
  writeTo = one;
  sheet.querySelector("h2").textContent = t("live.write_to", { name: visitorName(one.visitor) });
  sheet.showModal();
  form.elements.body.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = form.elements.body.value.trim();
  if (!body) return;
  try {
    const { conversation } = await api(`/visitors/${writeTo.ref}/write`, { client_id: newId(), body });
    location.href = `/console/#${conversation}`;
  } catch (error) {
    sheet.close();
    flash(error.message, { kind: "danger" });
  }
});

look();
