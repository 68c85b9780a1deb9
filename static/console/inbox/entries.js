// What stands in a bubble of the console beside words: a file, what a visitor left of themselves, a rating.
import { sizeText } from "../../src/upload.js";
import { lang, t } from "../boot.js";
import { h, icon } from "../dom.js";

/** The node of an entry that is not only words; null for one that is. */
export const special = (said) => draw[said.kind]?.(said) || null;

const draw = {
  file: ({ data: { file } }) => (file.type.startsWith("image/") ? picture(file) : row(file)),
  form: ({ data: { fields = {}, question, away } }) =>
    h(
      "dl.left",
      {},
      h("dt.left__title", {}, t(away ? "inbox.form.away" : "inbox.form.first")),
      ["name", "phone", "email", "answer"]
        .filter((name) => fields[name])
        .map((name) => [
          h("dt", {}, (name === "answer" && question) || t(`inbox.form.${name}`)),
          h("dd", {}, contact(name, fields[name])),
        ]),
    ),
  rating: ({ body, data: { score, of } }) =>
    h(
      "div.rated",
      {},
      h("span", {}, t("inbox.rating.title")),
      of === 1
        ? h("strong", {}, t(score ? "inbox.rating.up" : "inbox.rating.down"))
        : h("strong", {}, t("inbox.rating.stars", { score, of })),
      body && h("p", {}, body),
    ),
};

function contact(name, value) {
  if (name === "email") return h("a", { href: `mailto:${value}` }, value);
  return name === "phone" ? h("a", { href: `tel:${value}` }, value) : value;
}

const address = (file, part) => `/console/files/${encodeURIComponent(file.id)}/${part}`;

function picture(file) {
  const image = h("img.shot", {
    src: address(file, "thumb"),
    alt: file.name,
    width: file.width,
    height: file.height,
    decoding: "async",
    loading: "lazy",
  });
  const link = h("a.file.file--seen", { href: address(file, "whole"), target: "_blank", rel: "noopener" }, image);
  image.addEventListener("error", () => link.replaceWith(gone(file)));
  return link;
}

const words = (file, note) =>
  h("span.file__words", {}, h("span.file__name", {}, file.name), h("span.file__size", {}, note));

const row = (file) =>
  h("a.file", { href: address(file, "whole"), download: file.name }, icon("page"), words(file, sizeText(file.size, lang)));

const gone = (file) => h("span.file", {}, icon("page"), words(file, t("inbox.file.gone")));
