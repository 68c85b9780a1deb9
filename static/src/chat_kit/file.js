// A file in its bubble: a picture is seen, everything else is a row that saves it.
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { sizeText } from "../upload.js";
import { EXTRA_ICONS } from "./icons.js";

const SPARE = 60_000;

/** Links that open a file for some minutes; asked for again when they grow old. */
export function fileLinks({ app, session }) {
  const known = new Map();
  return async (id, isFresh = false) => {
    const old = known.get(id);
    if (!isFresh && old && Date.now() < old.until) return old;
    const { whole, thumb, for_seconds } = await session.known("POST", `files/${id}/link`, {});
    const { server } = app.options;
    const until = Date.now() + for_seconds * 1000 - SPARE;
    const link = { whole: server + whole, thumb: thumb && server + thumb, until };
    known.set(id, link);
    return link;
  };
}

export function drawFile(kit, links, { data }) {
  const { file } = data;
  const { app, say } = kit;
  const link = h("a", { class: "file", target: "_blank", rel: "noopener" });
  const row = () =>
    link.replaceChildren(
      icon(EXTRA_ICONS.page),
      h(
        "span",
        { class: "file-text" },
        h("span", { class: "file-name" }, file.name),
        h("span", { class: "file-size" }, sizeText(file.size, app.lang)),
      ),
    );
  const gone = () => {
    row();
    link.removeAttribute("href");
    link.querySelector(".file-size").textContent = say("fileGone");
  };

  /** Opens with a link that is good now, also long after the bubble was drawn. */
  async function open(event) {
    event.preventDefault();
    const opened = window.open("", "_blank");
    try {
      const { whole } = await links(file.id);
      if (opened) {
        opened.opener = null;
        opened.location = whole;
      } else location.assign(whole);
    } catch (error) {
      opened?.close();
      if (error.status === 404) gone();
    }
  }

  async function picture() {
    const image = h("img", { class: "shot", alt: file.name, width: file.width, height: file.height, decoding: "async" });
    image.style.setProperty("aspect-ratio", `${file.width} / ${file.height}`);
    link.classList.add("seen");
    link.replaceChildren(image);
    let tries = 0;
    const show = async () => {
      const { thumb, whole } = await links(file.id, tries > 0);
      link.href = whole;
      image.src = thumb;
    };
    image.addEventListener("error", () => (tries++ ? plain() : show().catch(plain)));
    await show().catch((error) => (error.status === 404 ? (plain(), gone()) : plain()));
  }
  const plain = () => {
    link.classList.remove("seen");
    row();
  };

  link.addEventListener("click", open);
  link.href = "#";
  if (file.type.startsWith("image/")) picture();
  else row();
  return link;
}
