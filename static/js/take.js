// The pair page: shows one pair after another, saves every rating at once, and keeps what could not be sent yet.
// Needs neither cookies nor storage. The page's JSON (#place) says what to show; its words are in #words.

const place = JSON.parse(document.getElementById("place").textContent);
const items = place.items;
const trying = document.body.dataset.mode === "try";
const byId = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 700px)");
const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

const say = (word, values = {}) =>
  byId("words").content.querySelector(`[data-word="${word}"]`).textContent.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/* ---- Sending ---- */

/** Wait before try n + 1: 0.5 s, 1 s, 2 s … at most 10 s; a returning connection ends the wait. */
async function backOff(tries) {
  const back = new Promise((done) => addEventListener("online", done, { once: true }));
  await Promise.race([sleep(Math.min(10_000, 500 * 2 ** tries) * (0.75 + Math.random() / 2)), back]);
}

/** POST until the server has understood: its JSON, or an Error in words when it refuses. */
async function send(url, data, onTrouble) {
  for (let tries = 0; ; tries++) {
    const response = await post(url, data);
    const answer = await response?.json().catch(() => null);
    if (response?.ok && answer) return answer;
    const refused = response && response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
    if (refused) throw new Error(answer?.error || say("refused"));
    onTrouble();
    await backOff(tries);
  }
}

function post(url, data) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(data),
    signal: AbortSignal.timeout(20_000),
  }).catch(() => null);
}

/** Answers on their way, oldest first. sessionStorage, where allowed, keeps them over a reload. */
class Outbox {
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.store = `twicetold ${url.replace(/:[^/]*/, "")}`; // The signature in the address changes, the assignment stays.
    const { waiting = [], last = null } = this.recall();
    this.waiting = waiting;
    this.last = last; // A reload that was asked for before the receipt came does not know this answer yet.
    this.refused = false;
    this.running = null;
  }
  recall() {
    try { return JSON.parse(sessionStorage.getItem(this.store)) || {}; } catch { return {}; }
  }
  remember() {
    try {
      sessionStorage.setItem(this.store, JSON.stringify({ waiting: this.waiting, last: this.last }));
    } catch { /* Storage is blocked: the answers wait in this page alone. */ }
  }
  add(answer) {
    this.refused = false;
    this.waiting.push(answer);
    this.remember();
    this.run();
  }
  run() {
    this.running ??= this.drain().finally(() => { this.running = null; });
    return this.running;
  }
  async drain() {
    while (this.waiting.length) {
      this.on.sending();
      const { position, value } = this.waiting[0];
      try {
        await send(this.url, this.waiting[0], () => this.on.trouble());
        this.last = { position, value };
        this.shift();
        this.on.saved(position, value);
      } catch (refusal) {
        this.shift();
        this.refused = true;
        this.on.refused(position, refusal.message);
      }
    }
  }
  shift() {
    this.waiting.shift();
    this.remember();
  }
}

/* ---- Pictures ---- */

const PICTURE_TRIES = 4;
const fetched = new Map();

async function fetchPicture(side) {
  for (let tries = 1; ; tries++) {
    const image = new Image();
    image.alt = side.alt;
    image.draggable = false;
    image.src = side.url;
    try {
      await image.decode();
      return image;
    } catch (failure) {
      if (tries === PICTURE_TRIES) throw failure;
      await sleep(400 * 2 ** tries);
    }
  }
}

function fetchPair(item) {
  if (item && !fetched.has(item.position)) {
    const both = Promise.all([fetchPicture(item.left), fetchPicture(item.right)]);
    both.catch(() => fetched.delete(item.position));
    fetched.set(item.position, both);
  }
  return item && fetched.get(item.position);
}

/** Keep the decoded pictures of the neighbours only. */
function forgetFarPairs() {
  for (const position of fetched.keys()) {
    if (Math.abs(position - items[current].position) > 1) fetched.delete(position);
  }
}

/** Both pictures get the same scale, never above one CSS pixel per pixel, so that neither looks favoured.
 * Stacked, the taller picture gets more of the room. */
function fit() {
  const shown = sides.map((side) => side.querySelector("img"));
  if (shown.some((image) => !image)) return;
  sides.forEach((side, n) => { side.style.flexGrow = wide.matches ? 1 : shown[n].naturalHeight; });
  const rooms = shown.map((image, n) => {
    const box = sides[n].querySelector(".box");
    return Math.min(box.clientWidth / image.naturalWidth, box.clientHeight / image.naturalHeight);
  });
  scaleFactor = Math.max(0.05, Math.min(1, ...rooms));
  for (const image of shown) {
    image.style.width = `${Math.floor(image.naturalWidth * scaleFactor)}px`;
    image.style.height = `${Math.floor(image.naturalHeight * scaleFactor)}px`;
  }
}

/* ---- One pair ---- */

const sides = [...document.querySelectorAll(".side")];
const scale = byId("scale");
const chosen = new Map(items.filter((item) => item.answered).map((item) => [item.position, item.answered.value]));
const acknowledged = new Map(chosen);
const kept = new Map();
const paces = [];
let current = 0;
let turn = 0;
let ready = false;
let scaleFactor = 1;
let shownAt = 0;
let focusLosses = 0;
let resizes = 0;
let paintedMilliseconds = 0;
let settle = 0;

async function show(index, { announce = true } = {}) {
  current = index;
  const mine = ++turn;
  const item = items[index];
  ready = false;
  const asked = performance.now();
  resetPair(item);
  try {
    const images = await fetchPair(item);
    if (mine !== turn) return;
    sides.forEach((side, n) => side.querySelector(".box").replaceChildren(images[n]));
    byId("pair").removeAttribute("aria-busy");
    fit();
    await painted();
    if (mine !== turn) return;
    begin(item, announce, performance.now() - asked);
  } catch {
    if (mine === turn) showFailure();
  }
}

function resetPair(item) {
  byId("failed").hidden = true;
  byId("pair").setAttribute("aria-busy", "true");
  sides.forEach((side, n) => {
    side.querySelector("figcaption").textContent = n ? item.right.name : item.left.name;
    side.querySelector(".box").replaceChildren();
  });
  scale.disabled = true;
  for (const radio of radios()) radio.checked = Number(radio.value) === chosen.get(item.position);
  byId("next").disabled = true;
  byId("next").textContent = isLast() ? say("finish") : say("next");
  byId("back").hidden = current === 0;
  if (!trouble()) byId("saved").textContent = say("loading");
  showProgress();
}

function begin(item, announce, milliseconds) {
  ready = true;
  paintedMilliseconds = milliseconds;
  shownAt = performance.now();
  focusLosses = 0;
  resizes = 0;
  scale.disabled = false;
  byId("next").disabled = !chosen.has(item.position);
  showStanding();
  if (announce) {
    byId("announce").textContent = say("announce", { n: current + 1, of: items.length });
    byId("question").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  forgetFarPairs();
  fetchPair(items[current + 1]);
}

function showFailure() {
  byId("failed").hidden = false;
  byId("saved").textContent = "";
  byId("again").focus();
}

function choose(value) {
  const item = items[current];
  if (!ready || chosen.get(item.position) === value) return;
  chosen.set(item.position, value);
  byId("next").disabled = false;
  showProgress();
  const answer = { position: item.position, question: place.question.id, value, key: newKey(), ...circumstances() };
  if (trying) {
    kept.set(item.position, answer);
    showStatus("kept");
  } else outbox.add(answer);
}

function circumstances() {
  const [first] = sides.map((side) => side.querySelector("img").getBoundingClientRect());
  return {
    layout: wide.matches ? "side" : "stacked",
    seconds: Math.round(performance.now() - shownAt) / 1000,
    rendered_width: Math.round(first.width),
    rendered_height: Math.round(first.height),
    scale: Math.round(scaleFactor * 1000) / 1000,
    dpr: devicePixelRatio,
    focus_losses: focusLosses,
    painted_ms: Math.round(paintedMilliseconds),
    resizes,
  };
}

/** A version 4 UUID; crypto.randomUUID exists on secure addresses only, and a study may run on a plain one. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/* ---- What the page says ---- */

const isLast = () => current === items.length - 1;
const trouble = () => !byId("trouble").hidden;

function showStatus(word) {
  const waiting = !trying && outbox.waiting.length > 0;
  byId("saved").textContent = say(waiting ? (trouble() ? "waiting" : "saving") : word);
  byId("saved").dataset.state = waiting ? "waiting" : word;
}

/** How this pair's answer stands: "saved" is said of what the server has acknowledged, and of nothing else. */
function showStanding() {
  const { position } = items[current];
  if (trying) return showStatus(chosen.has(position) ? "kept" : "choose");
  showStatus(acknowledged.has(position) && acknowledged.get(position) === chosen.get(position) ? "saved" : "choose");
}

function showTrouble(words) {
  byId("trouble").textContent = words;
  byId("trouble").hidden = !words;
}

function showProgress() {
  byId("progress").textContent = say("progress", { n: current + 1, of: items.length });
  byId("bar").max = items.length;
  byId("bar").value = chosen.size;
  byId("minutes").textContent = minutesLeft();
}

/** From this person's own pace once there is one (the middle of their times), a typical one before. */
function minutesLeft() {
  const left = items.length - chosen.size;
  if (left <= 0 || (left === 1 && isLast())) return say("last");
  const sorted = [...paces].sort((a, b) => a - b);
  const pace = sorted.length > 1 ? sorted[sorted.length >> 1] : place.seconds_per_item || 15;
  const minutes = (left * pace) / 60;
  if (minutes < 0.75) return say("moment");
  return minutes < 1.5 ? say("minute") : say("minutes", { n: Math.round(minutes) });
}

/* ---- Going on ---- */

function goOn() {
  if (!ready || byId("next").disabled) return;
  settleNow();
  paces.push(Math.min(120, (performance.now() - shownAt) / 1000));
  if (!isLast()) return show(current + 1);
  const gap = items.findIndex((item) => !chosen.has(item.position));
  return gap < 0 ? finish() : show(gap);
}

async function finish() {
  ready = false;
  scale.disabled = true;
  byId("next").disabled = true;
  byId("back").disabled = true;
  byId("saved").textContent = say("sending");
  if (trying) return finishTry();
  await outbox.run();
  const refused = outbox.refused; // Perhaps just before the press: the person has to see it before it is over.
  outbox.refused = false;
  if (refused || items.some((item) => !chosen.has(item.position))) return reopen();
  try {
    const done = await send(place.finish_url, {}, () => showTrouble(say("offline")));
    location.assign(done.url);
  } catch (refusal) {
    showTrouble(refusal.message || say("unfinished"));
    reopen();
  }
}

function reopen() {
  byId("back").disabled = false;
  byId("next").disabled = !chosen.has(items[current].position);
  scale.disabled = false;
  ready = true;
  showStanding();
}

function finishTry() {
  const form = byId("try-form");
  form.elements.answers.value = JSON.stringify([...kept.values()]);
  form.submit();
}

/* ---- The scale, keys and dialogs ---- */

const radios = () => scale.querySelectorAll("input");

function buildScale() {
  const { min, max, low, high } = place.scale;
  byId("question").textContent = place.question.text;
  scale.querySelector("legend").textContent = place.question.text;
  const steps = Array.from({ length: max - min + 1 }, (_, n) => buildStep(min + n, { [min]: low, [max]: high }[min + n]));
  scale.querySelector(".scale-row").replaceChildren(...steps);
  const [left, right] = scale.querySelectorAll(".anchors span");
  left.textContent = low;
  right.textContent = high;
  const noteLists = [place.question.notes, place.question.examples].filter((lines) => lines?.length);
  byId("notes-text").replaceChildren(...noteLists.map(buildList));
}

function buildStep(value, anchor) {
  const label = document.createElement("label");
  const radio = Object.assign(document.createElement("input"), { type: "radio", name: "value", value });
  radio.setAttribute("aria-label", anchor ? `${value}, ${anchor}` : value);
  const face = Object.assign(document.createElement("span"), { textContent: value });
  label.append(radio, face);
  return label;
}

function buildList(lines) {
  const list = document.createElement("ul");
  list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  return list;
}

/** Arrow keys run through the numbers in between; only where they rest is an answer. */
let arrowed = false;

function onChange(event) {
  clearTimeout(settle);
  byId("next").disabled = false;
  if (!arrowed) return choose(Number(event.target.value));
  settle = setTimeout(settleNow, 600);
}

function settleNow() {
  clearTimeout(settle);
  const radio = scale.querySelector(":checked");
  if (radio) choose(Number(radio.value));
}

function onKey(event) {
  arrowed = event.key.startsWith("Arrow");
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return openDialog("keys");
  if (event.key === "Enter" && !event.target.closest("button, a")) return confirm(event);
  if (/^\d$/.test(event.key)) return pressNumber(event.key === "0" && place.scale.min > 0 ? 10 : Number(event.key));
  if (/^Arrow(Left|Right)$/.test(event.key) && !scale.contains(event.target)) focusScale(event);
}

function confirm(event) {
  event.preventDefault();
  if (!event.repeat) goOn();
}

function pressNumber(value) {
  const radio = [...radios()].find((one) => Number(one.value) === value);
  if (!ready || !radio) return;
  radio.checked = true;
  radio.focus();
  choose(value);
}

function focusScale(event) {
  event.preventDefault();
  (scale.querySelector(":checked") || radios()[0]).focus();
}

function openDialog(id) {
  byId(id).showModal();
}

/* ---- Starting ---- */

const outbox = trying ? null : new Outbox(place.answer_url, {
  sending: () => showStatus("saving"),
  trouble: () => { showTrouble(say("offline")); showStatus("waiting"); },
  saved: (position, value) => {
    acknowledged.set(position, value);
    showTrouble("");
    if (ready) showStanding();
  },
  refused: takeBack,
});

/** What was refused is not chosen any more: the answer before it stands again, or none. */
function takeBack(position, words) {
  showTrouble(words);
  if (outbox.waiting.some((answer) => answer.position === position)) return;
  if (acknowledged.has(position)) chosen.set(position, acknowledged.get(position));
  else chosen.delete(position);
  if (items[current].position === position) {
    for (const radio of radios()) radio.checked = Number(radio.value) === chosen.get(position);
    byId("next").disabled = !chosen.has(position);
  }
  showProgress();
  if (ready) showStanding();
}

/** Keep the place while somebody looks at the page. */
function startHeartbeat() {
  const beat = async () => {
    if (document.hidden) return;
    const response = await post(place.heartbeat_url, {});
    const answer = await response?.json().catch(() => null);
    if (response && [404, 409, 410].includes(response.status) && answer?.error) showTrouble(answer.error);
  };
  setInterval(beat, Math.min(300, Math.max(20, place.lease_seconds / 3)) * 1000);
  document.addEventListener("visibilitychange", beat);
}

function prepareItems() {
  const named = items.some((item) => item.left.label || item.right.label);
  for (const item of items) {
    item.left.name = item.left.label || say(named ? "other" : "first");
    item.right.name = item.right.label || say(named ? "other" : "second");
    item.left.alt = item.left.name;
    item.right.alt = item.right.name;
  }
  if (outbox?.last && !chosen.has(outbox.last.position)) acknowledge(outbox.last);
  for (const waiting of outbox?.waiting ?? []) chosen.set(waiting.position, waiting.value);
}

function acknowledge({ position, value }) {
  chosen.set(position, value);
  acknowledged.set(position, value);
}

function listen() {
  byId("rating").addEventListener("submit", (event) => { event.preventDefault(); goOn(); });
  byId("back").addEventListener("click", () => { settleNow(); show(current - 1); });
  byId("again").addEventListener("click", () => show(current));
  scale.addEventListener("change", onChange);
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", () => { arrowed = false; });
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => openDialog(opener.dataset.opens));
  }
  addEventListener("online", () => { if (!byId("failed").hidden) show(current); });
  addEventListener("blur", () => { focusLosses++; });
  addEventListener("beforeunload", (event) => { if (outbox?.waiting.length) event.preventDefault(); });
  new ResizeObserver(() => { resizes++; fit(); }).observe(byId("pair"));
}

buildScale();
prepareItems();
listen();
if (!trying) {
  startHeartbeat();
  outbox.run();
}
const firstOpen = items.findIndex((item) => !chosen.has(item.position));
show(firstOpen < 0 ? items.length - 1 : firstOpen, { announce: false });
