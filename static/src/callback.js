// What asking for a call needs and nothing else does: numbers as they are typed, and the work asked for in a rush.
// A file of its own, loaded when the number's field gets focus. The build bakes the calling codes in (define CODES).
export { phoneKit } from "./callback/phone_kit.js";
export { solve } from "./callback/work.js";
