// Files on their way: how far each is, a way to stop it, a way to try again. Once it lies with the server it goes into
// the outbox like words do.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { sizeText, upload } from "../upload.js";
import { EXTRA_ICONS } from "./icons.js";

const AT_ONCE = 10;
export const ACCEPT = "image/jpeg,image/png,image/webp,image/gif,application/pdf";

export function uploadsPart({ app, session, say, rules }) {
  const node = h("div", { class: "uploads", role: "group", "aria-label": say("uploads") });

  const button = (name, path, onclick) =>
    h("button", { class: "round small", type: "button", "aria-label": say(name), title: say(name), onclick }, icon(path));

  function address(file) {
    const { server, site } = app.options;
    const name = encodeURIComponent((file.name || "").slice(-200));
    return `${server}/w/v1/files?site=${site}&lang=${app.lang}&name=${name}`;
  }

  function show(file) {
    const bar = h("progress", { class: "bar", max: 1, value: 0, "aria-label": say("uploading", { name: file.name }) });
    const state = h("span", { class: "file-size", role: "status" }, sizeText(file.size, app.lang));
    const again = button("again", EXTRA_ICONS.again, () => start());
    const drop = button("stop", EXTRA_ICONS.close, () => stop());
    const row = h(
      "div",
      { class: "upload" },
      icon(file.type.startsWith("image/") ? EXTRA_ICONS.photo : EXTRA_ICONS.page),
      h("span", { class: "file-text" }, h("span", { class: "file-name" }, file.name || say("photo")), state, bar),
      again,
      drop,
    );
    let running = null;

    function fail(words, isRetryable) {
      row.classList.add("failed");
      state.textContent = words;
      bar.hidden = true;
      again.hidden = !isRetryable;
    }

    function stop() {
      running?.cancel();
      row.remove();
    }

    async function start() {
      row.classList.remove("failed");
      bar.hidden = false;
      again.hidden = true;
      state.textContent = sizeText(file.size, app.lang);
      const { id, secret } = app.visitor;
      running = upload({
        url: address(file),
        headers: { Authorization: `Bearer ${id}.${secret}` },
        file,
        onProgress: (share) => (bar.value = share),
      });
      try {
        const { file: kept } = await running.done;
        row.remove();
        session.send({ kind: "file", body: kept.name, data: { file: kept } });
      } catch (error) {
        if (error.code !== "cancelled") fail(error.message || say("uploadLost"), error.retryable);
      }
    }

    again.hidden = true;
    node.append(row);
    if (file.size > rules.files.most_mb * 1024 * 1024) fail(say("tooLarge", { n: rules.files.most_mb }), false);
    else start();
  }

  return {
    node,
    /** @param {Iterable<File>} files */
    add(files) {
      if (rules?.files) [...files].slice(0, AT_ONCE).forEach(show);
    },
  };
}
