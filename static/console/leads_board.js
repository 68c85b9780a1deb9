// The board by mouse: a card is dropped on a stage. Everybody else has the buttons of the card; both send the same form.
const board = document.querySelector(".board");
let dragged = null;

board?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-lead]");
  if (!dragged) return;
  dragged.classList.add("lead-card--dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.lead);
});

board?.addEventListener("dragend", () => {
  dragged?.classList.remove("lead-card--dragged");
  mark(null);
  dragged = null;
});

board?.addEventListener("dragover", (event) => {
  const column = event.target.closest("[data-stage]");
  if (!dragged || !column) return;
  event.preventDefault();
  mark(column);
});

board?.addEventListener("drop", (event) => {
  const column = event.target.closest("[data-stage]");
  if (!dragged || !column || column.contains(dragged)) return;
  event.preventDefault();
  const form = dragged.querySelector("form");
  const stage = document.createElement("input");
  stage.type = "hidden";
  stage.name = "stage";
  stage.value = column.dataset.stage;
  form.append(stage);
  form.requestSubmit();
});

function mark(column) {
  for (const one of board.querySelectorAll("[data-stage]"))
    one.classList.toggle("board__column--over", one === column);
}

// After a move the page comes back: the card that moved keeps the keyboard.
const moved = location.hash.startsWith("#lead-") && document.getElementById(location.hash.slice(1));
if (moved) (moved.querySelector("button") || moved).focus({ preventScroll: false });
