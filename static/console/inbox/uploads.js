// Files that an operator brings: chosen, dropped on the conversation, or pasted. Shown until they lie with the server.
import { sizeText, upload } from "../../src/upload.js";
import { csrf, lang, t } from "../boot.js";
import { h, icon } from "../dom.js";

const AT_ONCE = 10;

/** `open()` is the open conversation's id, `send(entry)` puts an entry of it into its outbox. */
export function createUploads({ form, drop, open, send }) {
  const picker = form.querySelector("[data-files]");
  const list = h("ul.uploads", { "aria-label": t("inbox.file.list") });
  form.before(list);
  picker.addEventListener("change", () => {
    add(picker.files);
    picker.value = "";
  });
  form.querySelector("[data-attach]").addEventListener("click", () => picker.click());
  form.addEventListener("paste", (event) => take(event, event.clipboardData.files));
  for (const name of ["dragover", "drop"]) drop.addEventListener(name, (event) => take(event, event.dataTransfer.files));

  function take(event, files) {
    if (event.type === "paste" && !files.length) return;
    event.preventDefault();
    if (event.type !== "dragover") add(files);
  }

  function add(files) {
    const id = open();
    if (id) [...files].slice(0, AT_ONCE).forEach((file) => show(id, file));
  }

  function show(id, file) {
    const note = h("span.uploads__note", { role: "status" });
    const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
    const again = button("refresh", "inbox.retry", () => start());
    let running = null;
    const stop = () => {
      running?.cancel();
      row.remove();
    };
    const row = h(
      "li.uploads__file",
      {},
      icon("page", "sm"),
      h("span.uploads__name", {}, file.name || t("inbox.file.pasted")),
      bar,
      note,
      again,
      button("close", "inbox.file.remove", stop),
    );
    list.append(row);

    async function start() {
      again.hidden = true;
      bar.hidden = false;
      note.textContent = sizeText(file.size, lang);
      const name = encodeURIComponent((file.name || "").slice(-200));
      running = upload({
        url: `/console/api/conversations/${encodeURIComponent(id)}/files?name=${name}`,
        headers: { "X-CSRFToken": csrf, "Accept-Language": lang },
        file,
        onProgress: (share) => (bar.value = share),
      });
      try {
        const { file: kept } = await running.done;
        row.remove();
        send(id, { kind: "file", body: kept.name, data: { file: kept } });
      } catch (error) {
        if (error.code === "cancelled") return;
        bar.hidden = true;
        again.hidden = !error.retryable;
        note.textContent = error.message || t("shell.no_network");
      }
    }
    start();
  }

  const button = (sign, key, onclick) =>
    h("button.icon-button", { type: "button", "aria-label": t(key), title: t(key), onclick }, icon(sign, "sm"));
}
