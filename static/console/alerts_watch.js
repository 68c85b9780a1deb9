// Loads the page again once what it waits for has happened: a test that went out, a chat that was connected.
import { api } from "./api.js";

const EVERY_MS = 1500;
const watched = document.querySelector("[data-watch]");

async function look() {
  const { state } = await api(watched.dataset.watch.replace("/console/api", "")).catch(() => ({}));
  if (state !== undefined && state !== watched.dataset.state) location.reload();
  else setTimeout(look, EVERY_MS);
}

if (watched) setTimeout(look, EVERY_MS / 3);
