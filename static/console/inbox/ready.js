// What "/" and "#" at the beginning of a message do: ready words and tags. What a ready word still lacks is selected, and
// holds the message back.
import { flash } from "../flash.js";
import { t } from "../boot.js";
import { createPicker } from "./picker.js";
import { filled, fitting, loadReplies, noteUse, unfilled, wordsFor } from "./replies.js";
import { tagRows } from "./tags.js";

/** `summary()` is that of the open conversation. Returns {typed(), key(event), hasGap(), forget()}. */
export function createReady(input, summary) {
  let isReady = false;
  const picker = createPicker(input, {
    "/": { title: t("inbox.replies.title"), nothing: t("inbox.replies.none"), rows: replies },
    "#": { title: t("inbox.tag.title"), nothing: t("inbox.tag.none"), rows: tags },
  });

  async function replies(typed) {
    const of = summary();
    return fitting(await loadReplies(), typed, of.site.id).map((one) => {
      const words = filled(wordsFor(one, of.visitor.language), of);
      return { label: `/${one.short}`, about: words, run: () => put(words, one) };
    });
  }

  async function tags(typed) {
    const rows = await tagRows(typed, summary().id);
    return rows.map((row) => ({
      ...row,
      run() {
        write("");
        row.run();
      },
    }));
  }

  function put(words, reply) {
    write(words);
    isReady = true;
    noteUse(reply.id);
  }

  function write(words) {
    input.value = words;
    input.dispatchEvent(new Event("input"));
    input.focus();
  }

  return {
    typed() {
      if (!input.value) isReady = false;
      picker.typed();
    },
    key: (event) => !event.isComposing && picker.key(event),
    hasGap() {
      const [gap] = isReady ? unfilled(input.value) : [];
      if (!gap) return false;
      const at = input.value.indexOf(gap);
      input.focus();
      input.setSelectionRange(at, at + gap.length);
      flash(t("inbox.replies.gap", { name: gap }), { kind: "danger" });
      return true;
    },
    forget() {
      isReady = false;
      picker.close();
    },
  };
}
