// Bring the present step into view on a narrow screen, and renew the part of a page that changes while somebody looks.
const here = document.querySelector(".way [aria-current]");
const way = here?.closest(".way");
if (way) way.scrollLeft = here.offsetLeft + here.parentElement.offsetLeft - way.clientWidth / 3;

const part = document.querySelector("[data-refresh]");
const state = document.getElementById("refresh-state");

async function renew() {
  if (document.hidden) return;
  try {
    const response = await fetch(part.dataset.refresh, { redirect: "error" });
    if (!response.ok) throw new Error(String(response.status));
    const html = await response.text();
    const open = part.querySelector("details")?.open ?? false;
    if (html !== part.innerHTML) part.innerHTML = html;
    const details = part.querySelector("details");
    if (details) details.open = open;
    state.textContent = state.dataset.live;
  } catch {
    state.textContent = state.dataset.lost;
  }
}

if (part) {
  state.textContent = state.dataset.live;
  setInterval(renew, 1000 * Number(part.dataset.seconds));
  document.addEventListener("visibilitychange", renew);
}
