// Tells the size of the window to whoever asks to take part; without it the form is sent all the same.

const form = document.querySelector("form[data-measures]");

form?.addEventListener("submit", () => {
  form.elements.width.value = innerWidth;
  form.elements.height.value = innerHeight;
});
