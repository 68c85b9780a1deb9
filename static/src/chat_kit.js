// What a chat has beside words: attachments, questions, rating, the menu. A file of its own, loaded when needed.
export { createKit } from "./chat_kit/kit.js";
