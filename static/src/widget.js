// The launcher's entry: one script tag, one global.
import { install } from "./global.js";

const tag = document.currentScript || document.querySelector("script[data-site][src*='widget']");
install(window, tag);
