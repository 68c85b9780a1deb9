// The form of one number: while it is typed, the server says in which forms it can be shown.
import { given } from "./boot.js";
import { offer } from "./sites_numbers.js";

const WAIT_MS = 250;
const row = document.querySelector("[data-number]");
let timer = 0;

if (row) {
  row.querySelector("[name=number]").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => offer(row, given.country), WAIT_MS);
  });
  offer(row, given.country);
}
