// Tells the size of the window to whoever asks to take part, and lets Enter tick the box; without it the form works all the same.

const form = document.querySelector("form[data-measures]");

form?.addEventListener("submit", () => {
  form.elements.width.value = innerWidth;
  form.elements.height.value = innerHeight;
});

document.querySelector("input[name=consent]")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.checked) return;
  event.preventDefault(); // A second press sends the form, as everywhere.
  event.target.checked = true;
});
