// The extras of one open chat: what stands in bubbles beside words, and what stands above the composer.
import { addSheet, h } from "../dom.js";
import { askPart } from "./ask.js";
import { drawFile, fileLinks } from "./file.js";
import { drawForm } from "./form.js";
import { menuPart } from "./menu.js";
import { drawRating, ratingPart } from "./rating.js";
import { uploadsPart } from "./uploads.js";
import { wordsIn } from "./words.js";
import css from "./chat_kit.css";

/**
 * @param {object} chat {panel, tray, composer, place(node), why()}: where the extras stand, and what an empty chat says
 */
export function createKit(chat) {
  const { app, session, frame, draft } = chat.panel;
  const kit = { ...chat, app, session, draft, say: wordsIn(app.lang), rules: app.doc.chat };
  const links = fileLinks(kit);
  const uploads = uploadsPart(kit);
  const menu = menuPart(kit, { add: uploads.add });
  const ask = askPart(kit);
  const rating = ratingPart(kit);
  const draws = {
    file: (message) => drawFile(kit, links, message),
    form: (message) => drawForm(kit, message),
    rating: (message) => drawRating(kit, message),
  };
  let dressed = null;
  function take(event) {
    const { files } = event.clipboardData || event.dataTransfer;
    if (event.type !== "dragover" && !files.length) return;
    event.preventDefault();
    if (files.length) uploads.add(files);
  }
  for (const name of ["dragover", "drop", "paste"]) chat.tray.parentNode.addEventListener(name, take);
  chat.tray.append(rating.node, ask.banner, uploads.node, menu.node);

  function update() {
    const root = frame.node.getRootNode();
    if (root !== dressed && root.host) addSheet((dressed = root), css); // the page may have thrown the old one away
    ask.update();
    rating.update();
    menu.update();
    chat.composer.node.hidden = ask.isOpen();
  }
  update();
  return {
    update,
    toggleMenu: menu.toggle,
    add: uploads.add,
    /** What stands in the bubble of an entry that is not only words. */
    draw: (message) => draws[message.kind]?.(message) || h("span", {}, message.body),
  };
}
