// The caption's bytes while it is written, counted as the server counts them; and a question before words are lost.
const form = document.getElementById("writing");
const size = document.getElementById("size");
const encoder = new TextEncoder();
const tidy = (text) => text.replace(/[ \t\r\n]+/g, " ").normalize("NFC").trim();

function words() {
  if (form.elements.how.value === "free") return tidy(form.elements.text.value);
  return [..."abcdef"].map((letter) => tidy(form.elements[letter].value)).filter(Boolean).join(" ");
}

function count() {
  const text = words();
  const bytes = encoder.encode(text).length;
  const over = bytes > Number(size.dataset.most);
  const exact = String(bytes).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  size.textContent = `${exact} ${size.dataset.words}${over ? `, ${size.dataset.over}` : ""}`;
  size.classList.toggle("is-over", over);
  return text;
}

if (form) {
  const before = count();
  let saving = false;
  form.addEventListener("input", count);
  form.addEventListener("submit", () => { saving = true; });
  addEventListener("beforeunload", (event) => {
    if (!saving && words() !== before) event.preventDefault();
  });
}
