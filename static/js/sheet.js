// The contact sheet with the keyboard, and how many pictures are chosen. Without this file the page still works.
const boxes = [...document.querySelectorAll("#sheet input[type=checkbox]:enabled")];
const chosen = document.getElementById("chosen");
const reason = document.getElementById("reason");

function count() {
  const number = boxes.filter((box) => box.checked).length;
  chosen.textContent = number ? `${number} ${chosen.dataset.words}` : "";
}

function inRow(box, step) {
  const here = box.closest("li").getBoundingClientRect();
  const others = boxes.filter((other) => Math.abs(other.closest("li").getBoundingClientRect().left - here.left) < 5);
  return others[others.indexOf(box) + step];
}

const moves = {
  ArrowRight: (box) => boxes[boxes.indexOf(box) + 1],
  ArrowLeft: (box) => boxes[boxes.indexOf(box) - 1],
  ArrowDown: (box) => inRow(box, 1),
  ArrowUp: (box) => inRow(box, -1),
};

function all() {
  const some = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = some;
  count();
}

const keys = {
  a: all,
  r: () => document.querySelector("[name=verdict][value=release]").click(),
  x: () => reason.focus(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const other = moves[event.key]?.(event.target);
  other?.focus();
  other?.closest("li").scrollIntoView({ block: "center" });
  keys[event.key]?.();
  if (moves[event.key] || keys[event.key]) event.preventDefault();
}

if (chosen) {
  document.querySelector(".sheet-keys").hidden = false;
  for (const box of boxes) {
    box.addEventListener("change", count);
    box.addEventListener("keydown", pressed);
  }
  count();
}
