// A participant's page: shows one pair or picture after another, saves every answer at once, and keeps what could not
// be sent yet. Needs neither cookies nor storage. The page's JSON (#place) says what to show; its words are in #words.

const place = JSON.parse(document.getElementById("place").textContent);
const { items, questions } = place;
const isPair = place.shows === "pair";
const sidesOf = (item) => (isPair ? [item.left, item.right] : [item.picture]);
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

const MOST_SENT = 20;

/** Answers on their way, oldest first. sessionStorage, where allowed, keeps them over a reload. */
class Outbox {
  constructor(url, on) {
    this.url = url;
    this.on = on;
    this.store = `twicetold ${url.replace(/:[^/]*/, "")}`; // The signature in the address changes, the assignment stays.
    const { waiting = [], sent = [] } = this.recall();
    this.waiting = waiting;
    this.sent = sent; // A reload that was asked for before the receipts came does not know these answers yet.
    this.refused = false;
    this.running = null;
  }
  recall() {
    try { return JSON.parse(sessionStorage.getItem(this.store)) || {}; } catch { return {}; }
  }
  remember() {
    try {
      sessionStorage.setItem(this.store, JSON.stringify({ waiting: this.waiting, sent: this.sent }));
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
      const answer = this.waiting[0];
      try {
        await send(this.url, answer, () => this.on.trouble());
        this.sent = [...this.sent, { position: answer.position, question: answer.question, ...said(answer) }].slice(-MOST_SENT);
        this.shift();
        this.on.saved(answer);
      } catch (refusal) {
        this.shift();
        this.refused = true;
        this.on.refused(answer, refusal.message);
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
    const all = Promise.all(sidesOf(item).map(fetchPicture));
    all.catch(() => fetched.delete(item.position));
    fetched.set(item.position, all);
  }
  return item && fetched.get(item.position);
}

/** Keep the decoded pictures of the neighbours only. */
function forgetFarPairs() {
  for (const position of fetched.keys()) {
    if (Math.abs(position - items[current].position) > 1) fetched.delete(position);
  }
}

/** All pictures of an item get the same scale, never above one CSS pixel per pixel, so that neither looks favoured.
 * Beside each other or stacked: whichever shows them larger; one rating on a wide screen is always side by side. */
function fit() {
  const shown = sides.map((side) => side.querySelector("img"));
  if (shown.some((image) => !image)) return;
  const room = roomOfPair();
  const beside = Math.min(...(closer.one === null ? [shown] : shown.map((image) => [image])).map((row) => besideEachOther(row, room)));
  const stacked = isPair && closer.one === null ? above(shown, room) : 0;
  layout = (alone && wide.matches) || beside >= stacked ? "side" : "stacked";
  byId("pair").dataset.layout = layout;
  scaleFactor = Math.max(0.05, Math.min(1, layout === "side" ? beside : stacked));
  const heights = shown.map((image) => Math.floor(image.naturalHeight * scaleFactor));
  shown.forEach((image, n) => {
    image.style.width = `${Math.floor(image.naturalWidth * scaleFactor)}px`;
    image.style.height = `${heights[n]}px`;
    sides[n].style.flexGrow = layout === "side" ? 1 : image.naturalHeight;
    sides[n].style.minHeight = room.hugs || layout === "stacked" ? `${room.caption + (layout === "side" ? Math.max(...heights) : heights[n])}px` : "";
  });
}

/** What the pictures may take; where the pair is as high as its pictures (`hugs`), up to its greatest height. */
function roomOfPair() {
  const pair = byId("pair");
  const style = getComputedStyle(pair);
  const [top, end, left, right, gap, most] = ["paddingTop", "paddingBottom", "paddingLeft", "paddingRight", "gap", "maxHeight"].map((name) => parseFloat(style[name]) || 0);
  const hugs = !alone && !roomy.matches;
  const captions = sides.map((side) => side.querySelector("figcaption").getBoundingClientRect().height);
  return { hugs, gap, caption: Math.ceil(Math.max(...captions)), width: pair.clientWidth - left - right, height: (hugs ? most : pair.clientHeight) - top - end };
}

function besideEachOther(shown, { width, height, gap, caption }) {
  const each = (width - gap * (shown.length - 1)) / shown.length;
  return Math.min(...shown.map((image) => Math.min(each / image.naturalWidth, (height - caption) / image.naturalHeight)));
}

function above(shown, { width, height, gap, caption }) {
  const both = shown.reduce((sum, image) => sum + image.naturalHeight, 0);
  return Math.min((height - gap - 2 * caption) / both, ...shown.map((image) => width / image.naturalWidth));
}

/* ---- Looking closer, where the instrument lets people: both pictures enlarged alike, or by turns in one place ---- */

const ZOOMS = [1, 1.5, 2, 3, 4];
const LEAST_BETWEEN_TURNS = 340; // Milliseconds: at most three changes per second.
const closer = { zoom: 0, x: 0, y: 0, one: null, turnedAt: -Infinity, zooms: 0, flickers: 0 };
const mayZoom = place.view?.includes("zoom");
const mayFlicker = place.view?.includes("flicker");

function lookNormally() {
  Object.assign(closer, { zoom: 0, x: 0, y: 0, one: null, zooms: 0, flickers: 0 });
  if (mayZoom || mayFlicker) drawCloser();
}

function zoomBy(steps) {
  const next = Math.max(0, Math.min(ZOOMS.length - 1, closer.zoom + steps));
  if (!ready || next === closer.zoom) return;
  closer.zoom = next;
  closer.zooms++;
  pan(0, 0);
}

/** Move both pictures by a share of their size; an edge never comes inside. */
function pan(x, y) {
  const most = (ZOOMS[closer.zoom] - 1) / 2;
  closer.x = Math.max(-most, Math.min(most, closer.x + x));
  closer.y = Math.max(-most, Math.min(most, closer.y + y));
  drawCloser();
}

/** Show the other picture where the one before it was; too quick a press changes nothing. */
function flick() {
  const now = performance.now();
  if (!ready || now - closer.turnedAt < LEAST_BETWEEN_TURNS) return;
  closer.turnedAt = now;
  closer.one = closer.one === 0 ? 1 : 0;
  closer.flickers++;
  drawCloser();
}

function showBoth() {
  closer.one = null;
  drawCloser();
  byId("flicker").focus();
}

function drawCloser() {
  const { dataset } = byId("pair");
  if (closer.one === null) delete dataset.one;
  else dataset.one = closer.one;
  if (closer.zoom) dataset.zoomed = "";
  else delete dataset.zoomed;
  if (mayFlicker) byId("both").hidden = closer.one === null;
  if (mayZoom) {
    byId("zoom-in").disabled = closer.zoom === ZOOMS.length - 1;
    byId("zoom-out").disabled = !closer.zoom;
  }
  fit();
  for (const image of document.querySelectorAll(".box img")) {
    image.style.transform = closer.zoom ? `translate(${closer.x * 100}%, ${closer.y * 100}%) scale(${ZOOMS[closer.zoom]})` : "";
  }
}

/** Whether a key was one of these. */
function onCloserKey(event) {
  const { key } = event;
  const moves = { ArrowLeft: [0.2, 0], ArrowRight: [-0.2, 0], ArrowUp: [0, 0.2], ArrowDown: [0, -0.2] };
  if (mayZoom && (key === "+" || key === "-" || key === "\u2212")) zoomBy(key === "+" ? 1 : -1);
  else if (mayZoom && closer.zoom && moves[key] && !scale.contains(event.target)) pan(...moves[key]);
  else if (mayFlicker && key.toLowerCase() === "f") { if (!event.repeat) flick(); }
  else return false;
  event.preventDefault();
  return true;
}

function listenCloser() {
  if (mayZoom) {
    byId("zoom-in").addEventListener("click", () => zoomBy(1));
    byId("zoom-out").addEventListener("click", () => zoomBy(-1));
    byId("pair").addEventListener("pointermove", (event) => {
      const image = event.buttons && closer.zoom && event.target.closest(".box")?.querySelector("img");
      if (image) pan(event.movementX / image.offsetWidth, event.movementY / image.offsetHeight);
    });
  }
  if (mayFlicker) {
    byId("flicker").addEventListener("click", flick);
    byId("both").addEventListener("click", showBoth);
  }
}

/* ---- Kinds of questions: each control shows an answer, and tells when the person has changed it ---- */

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** How a text came about, in numbers: characters typed and pasted, pastes, and time since its field was first entered. */
class Provenance {
  constructor(input) {
    this.reset();
    input.addEventListener("focus", () => { this.since ||= performance.now(); });
    input.addEventListener("input", (event) => this.note(event, input));
    input.addEventListener("compositionend", (event) => { this.typed += event.data?.length || 0; });
  }
  reset() {
    this.typed = this.pasted = this.pastes = this.since = 0;
    this.length = 0;
  }
  note(event, { value }) {
    const put = event.data?.length ?? Math.max(0, value.length - this.length);
    this.length = value.length;
    if (/^insertFrom(Paste|Drop|Yank)/.test(event.inputType)) {
      this.pasted += put;
      this.pastes++;
    } else if (event.inputType === "insertText") this.typed += put;
  }
  numbers() {
    const typing = this.since && { typing_ms: Math.round(performance.now() - this.since) };
    return { typed_chars: this.typed, pasted_chars: this.pasted, pastes: this.pastes, ...typing };
  }
}

/** What every control has: its element, and `changed(value)` for each change; null while there is no answer. */
class Control {
  constructor(question, changed) {
    this.question = question;
    this.changed = changed;
  }
  /** Give what is typed but not told yet. */
  settle() {}
  /** Whether there is nothing to ask. */
  rest() {}
}

class RatingControl extends Control {
  constructor(question, changed, alone) {
    super(question, changed);
    const { min, max, low, high } = question.scale;
    const ends = { [min]: low, [max]: high };
    const steps = Array.from({ length: max - min + 1 }, (_, n) => this.step(min + n, ends[min + n]));
    this.radios = steps.map((label) => label.querySelector("input"));
    const anchors = make("div", { className: "anchors", ariaHidden: "true" }, make("span", { textContent: low, dir: "auto" }), make("span", { textContent: high, dir: "auto" }));
    const parts = [make("div", { className: "scale-row" }, ...steps), anchors, ...this.meanings()];
    this.element = alone ? make("div", {}, ...parts) : group(question, "rated", ...parts);
    this.element.addEventListener("change", () => this.chosen());
    this.timer = 0;
  }
  step(value, anchor) {
    const radio = make("input", { type: "radio", name: this.question.id, value });
    radio.setAttribute("aria-label", anchor ? `${value}, ${anchor}` : value);
    return make("label", {}, radio, make("span", { textContent: value }));
  }
  /** What some numbers mean, in words that fold away where there is little room. */
  meanings() {
    const anchors = Object.entries(this.question.anchors || {}).sort(([a], [b]) => a - b);
    if (!anchors.length) return [];
    const lines = anchors.map(([value, text]) => make("li", {}, make("b", { textContent: value }), ` ${text}`));
    const summary = make("summary", { textContent: say("meanings") });
    this.details = make("details", { className: "meanings" }, summary, make("ul", {}, ...lines));
    summary.addEventListener("click", () => { if (!this.details.open) openedMeanings++; });
    return [this.details];
  }
  set(value) {
    clearTimeout(this.timer);
    for (const radio of this.radios) radio.checked = Number(radio.value) === value;
    this.unfold();
  }
  unfold() {
    if (this.details) this.details.open = roomy.matches || current === 0;
  }
  /** Arrow keys run through the numbers in between; only where they rest is an answer. */
  chosen() {
    clearTimeout(this.timer);
    if (!arrowed) return this.settle();
    if (alone) byId("next").disabled = false;
    this.timer = setTimeout(() => this.settle(), 600);
  }
  settle() {
    clearTimeout(this.timer);
    const radio = this.radios.find((one) => one.checked);
    if (radio) this.changed(Number(radio.value));
  }
  press(value) {
    const radio = this.radios.find((one) => Number(one.value) === value);
    if (!radio) return false;
    radio.checked = true;
    radio.focus();
    this.settle();
    return true;
  }
  focus() {
    (this.radios.find((one) => one.checked) || this.radios[0]).focus();
  }
}

class WordsControl extends Control {
  constructor(question, changed) {
    super(question, changed);
    this.words = [];
    this.input = make("input", { type: "text", maxLength: question.longest, autocomplete: "off", enterKeyHint: "enter" });
    this.input.setAttribute("aria-label", question.text);
    this.provenance = new Provenance(this.input);
    this.status = make("p", { className: "hint", role: "status" });
    this.list = make("ol", { className: "chips" });
    const add = make("button", { type: "button", className: "is-quiet", textContent: say("add") });
    this.element = group(question, "worded", this.list, make("div", { className: "adding" }, this.input, add), this.status);
    this.input.addEventListener("input", () => { if (/[,;\u3001\uff0c]/.test(this.input.value)) this.take(); });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.take());
    add.addEventListener("click", () => { this.take(); this.input.focus(); });
  }
  onKey(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.input.value.trim()) return this.take();
    if (this.words.length >= this.question.min) focusAfter(this);
  }
  take() {
    const found = this.input.value.split(/[,;\u3001\uff0c]/).map((word) => word.trim()).filter(Boolean);
    if (!found.length) { this.input.value = this.input.value.replace(/[,;\u3001\uff0c]/g, ""); return; }
    this.input.value = "";
    const twice = found.find((word) => this.has(word));
    for (const word of found) if (!this.has(word) && this.words.length < this.question.max) this.words.push(word);
    this.tell(twice ? say("twice", { text: twice }) : "");
  }
  has(word) {
    return this.words.some((one) => one.toLowerCase() === word.toLowerCase());
  }
  tell(words = "") {
    this.draw();
    if (words) this.status.textContent = words;
    this.changed(this.words.length >= this.question.min ? [...this.words] : null);
  }
  draw() {
    const full = this.words.length >= this.question.max;
    this.input.readOnly = full;
    this.status.textContent = full ? say("full", { n: this.question.max }) : say("wordsHint", { n: this.words.length, of: this.question.max });
    this.list.replaceChildren(...this.words.map((word, n) => this.chip(word, n)));
  }
  chip(word, n) {
    const button = (name, sign, disabled, act) => {
      const one = make("button", { type: "button", className: "chip-button", textContent: sign, disabled });
      one.setAttribute("aria-label", say(name, { text: word }));
      one.addEventListener("click", () => { act(); this.follow(word, name); });
      one.dataset.does = name;
      return one;
    };
    const swap = (m) => { [this.words[n], this.words[m]] = [this.words[m], this.words[n]]; };
    return make("li", {}, make("span", { className: "chip-text", textContent: word, dir: "auto" }),
      button("up", "\u2191", n === 0, () => swap(n - 1)),
      button("down", "\u2193", n === this.words.length - 1, () => swap(n + 1)),
      button("remove", "\u00d7", false, () => this.words.splice(n, 1)));
  }
  /** After a button moved or removed a word, the focus stays with the word, on the same button where it can. */
  follow(word, name) {
    const place = this.words.indexOf(word);
    this.tell(place < 0 ? "" : say("moved", { text: word, n: place + 1 }));
    const chip = this.list.children[place];
    (chip?.querySelector(`[data-does="${name}"]:enabled`) || chip?.querySelector("button:enabled") || this.input).focus();
  }
  set(value) {
    this.words = [...(value || [])];
    this.input.value = "";
    this.draw();
  }
  settle() {
    this.take();
  }
  focus() {
    this.input.focus();
  }
}

class TextControl extends Control {
  constructor(question, changed) {
    super(question, changed);
    this.input = make("input", { type: "text", maxLength: question.longest, autocomplete: "off", dir: "auto" });
    this.input.setAttribute("aria-label", question.text);
    this.provenance = new Provenance(this.input);
    this.status = make("p", { className: "hint", role: "status" });
    this.element = group(question, "worded", this.input, this.status);
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.settle(), 1000); });
    this.input.addEventListener("change", () => this.settle());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.timer = 0;
  }
  onKey(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.settle();
    focusAfter(this);
  }
  settle() {
    clearTimeout(this.timer);
    if (this.input.readOnly) return;
    this.changed(this.input.value.trim() || null);
  }
  set(value) {
    clearTimeout(this.timer);
    this.input.value = value || "";
    this.before = "";
  }
  /** What was written is put aside, and comes back when there is something to tell again. */
  rest(resting) {
    if (resting && !this.input.readOnly) {
      this.before = this.input.value;
      this.input.value = "";
    } else if (!resting && this.input.readOnly) this.input.value ||= this.before;
    this.input.readOnly = resting;
    this.status.textContent = resting ? say("nothing") : "";
  }
  focus() {
    this.input.focus();
  }
}

class TogglesControl extends Control {
  constructor(question, changed) {
    super(question, changed);
    this.picked = [];
    this.boxes = question.options.map(({ id }) => make("input", { type: "checkbox", value: id }));
    const labels = question.options.map(({ text }, n) => make("label", {}, this.boxes[n], make("span", { textContent: text })));
    this.status = make("p", { className: "hint", role: "status" });
    this.element = group(question, "picked", make("div", { className: "toggles" }, ...labels), this.status);
    this.element.addEventListener("change", (event) => this.toggle(event.target));
  }
  toggle(box) {
    this.picked = this.picked.filter((id) => id !== box.value);
    if (box.checked && this.picked.length < this.question.max) this.picked.push(box.value);
    this.draw();
    this.changed(this.picked.length >= this.question.min ? [...this.picked] : null);
  }
  draw() {
    const full = this.picked.length >= this.question.max;
    for (const box of this.boxes) {
      box.checked = this.picked.includes(box.value);
      box.disabled = full && !box.checked;
    }
    this.status.textContent = say("picked", { n: this.picked.length, of: this.question.max });
  }
  set(value) {
    this.picked = [...(value || [])];
    this.draw();
  }
  focus() {
    (this.boxes.find((box) => !box.disabled) || this.boxes[0]).focus();
  }
}

class DropdownControl extends Control {
  constructor(question, changed) {
    super(question, changed);
    this.lists = Array.from({ length: question.max }, (_, n) => this.list(n));
    this.element = group(question, "picked", make("div", { className: "dropdowns" }, ...this.lists));
    this.element.addEventListener("change", () => this.tell());
  }
  list(n) {
    const options = this.question.options.map(({ id, text }) => make("option", { value: id, textContent: text }));
    const list = make("select", {}, make("option", { value: "", textContent: say("pick") }), ...options);
    list.setAttribute("aria-label", say("nth", { n: n + 1, of: this.question.max }));
    return list;
  }
  tell() {
    const picked = [...new Set(this.lists.map((list) => list.value).filter(Boolean))];
    this.set(picked);
    this.changed(picked.length >= this.question.min ? picked : null);
  }
  set(value) {
    this.lists.forEach((list, n) => { list.value = value?.[n] || ""; });
  }
  focus() {
    this.lists[0].focus();
  }
}

/** A question among several: its words, and what answers it. */
function group(question, kind, ...parts) {
  return make("fieldset", { className: `question ${kind}` }, make("legend", { textContent: question.text }), ...parts);
}

const KINDS = {
  rating: () => RatingControl,
  instructed: () => RatingControl,
  words: () => WordsControl,
  text: () => TextControl,
  choice: ({ control }) => (control === "dropdown" ? DropdownControl : TogglesControl),
};

function focusAfter(control) {
  const next = controls[controls.indexOf(control) + 1];
  (next && !next.input?.readOnly ? next : { focus: () => byId("next").focus() }).focus();
}

/* ---- Answers ---- */

const said = ({ value, skipped, reason = "" }) => ({ value, skipped, reason });
const name = (position, question) => `${position} ${question}`;
const same = (one, other) => Boolean(one) && Boolean(other) && one.skipped === other.skipped && one.reason === other.reason && JSON.stringify(one.value) === JSON.stringify(other.value);
const chosen = new Map();
const acknowledged = new Map();
const kept = new Map();

/** Whether there is nothing to ask, since the question before it was answered with fewer. */
function resting(question, position) {
  if (!question.skip) return false;
  const before = chosen.get(name(position, question.skip.question));
  return Boolean(before?.value) && before.value.length < question.skip.fewer_than;
}

function fits(question, position) {
  const given = chosen.get(name(position, question.id));
  return !given?.reason && given?.skipped === resting(question, position);
}

/** Why a whole item was skipped: "picture" (none came) or "upset"; "" when it was not. */
function setAside({ position }) {
  const reasons = questions.map(({ id }) => chosen.get(name(position, id))?.reason || "");
  return reasons.every((reason) => reason === reasons[0]) ? reasons[0] : "";
}

const isComplete = (item) => Boolean(setAside(item)) || questions.every((question) => fits(question, item.position));

function answer(question, value) {
  const { position } = items[current];
  if (!ready) return;
  if (value === null) chosen.delete(name(position, question.id));
  else give(question, { value, skipped: false, reason: "" });
  for (const other of questions) if (other.skip?.question === question.id) followUp(other, position);
  judgePractice(items[current]);
  byId("next").disabled = !mayGoOn(items[current]);
  showProgress();
  showStanding();
}

/* A practice item says at once whether it was understood, and is answered until it was, or the tries are used up. */

const wrongTries = new Map(); // By position, each different wrong answer once: the same one told again is no new try.
const mayGoOn = (item) => isComplete(item) && (!item.practice || setAside(item) || understood(item) || triesLeft(item) <= 0);
const triesLeft = (item) => item.practice.tries - (wrongTries.get(item.position)?.length || 0);

function understood(item) {
  return Object.entries(item.practice.expected).every(([id, [low, high]]) => {
    const given = chosen.get(name(item.position, id));
    return given && given.value >= low && given.value <= high;
  });
}

function judgePractice(item) {
  if (!item.practice || setAside(item) || !isComplete(item)) return showPractice("");
  if (understood(item)) return showPractice(item.practice.right);
  const tries = wrongTries.get(item.position) || [];
  const now = JSON.stringify(questions.map(({ id }) => chosen.get(name(item.position, id))));
  if (now !== tries.at(-1)) wrongTries.set(item.position, [...tries, now]);
  showPractice(item.practice.wrong);
  if (triesLeft(item) <= 0 && place.screen_out_url) endPractice();
}

/** Words on a practice item, or none yet: their room is kept, so that the pictures stay where they are. */
function showPractice(words) {
  const { practice } = items[current];
  byId("practice").hidden = !practice;
  byId("practice").classList.toggle("is-waiting", !words);
  if (practice) byId("practice").style.minHeight = `${roomFor([practice.right, practice.wrong])}px`;
  byId("practice").textContent = words;
}

/** How high the longest of several words would be, where words on practice stand. */
function roomFor(several) {
  const shown = byId("practice");
  shown.style.minHeight = "";
  return Math.max(...several.map((words) => {
    shown.textContent = words;
    return Math.ceil(shown.getBoundingClientRect().height);
  }));
}

async function endPractice() {
  ready = false;
  scale.disabled = true;
  await outbox.run();
  try {
    location.assign((await send(place.screen_out_url, {}, () => showTrouble(say("offline")))).url);
  } catch {
    reopen(); // Not all tries have arrived at the server, or it sees them otherwise: go on.
  }
}

/** What depends on an answer is skipped, explicitly, or asked again. */
function followUp(question, position) {
  const rests = resting(question, position);
  controls[questions.indexOf(question)].rest(rests);
  if (rests) give(question, { value: null, skipped: true, reason: "" });
  else if (chosen.get(name(position, question.id))?.skipped) {
    chosen.delete(name(position, question.id));
    controls[questions.indexOf(question)].settle();
  }
}

/** Skip all questions of this item, whether or not its pictures came, and go on. */
function skipItem(reason) {
  for (const question of questions) give(question, { value: null, skipped: true, reason });
  fill(items[current]);
  advance();
}

function give(question, given) {
  const { position } = items[current];
  if (same(chosen.get(name(position, question.id)), given)) return;
  chosen.set(name(position, question.id), given);
  const whole = { position, question: question.id, ...given, key: newKey(), ...(place.log_behaviour !== false && circumstances(question)) };
  if (trying) kept.set(name(position, question.id), whole);
  else outbox.add(whole);
}

function circumstances(question) {
  if (!ready) return {}; // Nothing was shown.
  const now = performance.now();
  const hidden = hiddenMilliseconds + (hiddenSince ? now - hiddenSince : 0);
  const first = sides[0].querySelector("img").style;
  return {
    ...(isPair && { layout }),
    seconds: Math.round(now - shownAt) / 1000,
    visible_ms: Math.round(Math.max(0, now - shownAt - hidden)),
    hidden_ms: Math.round(hidden),
    rendered_width: parseInt(first.width, 10),
    rendered_height: parseInt(first.height, 10),
    scale: Math.round(scaleFactor * 1000) / 1000,
    dpr: devicePixelRatio,
    focus_losses: focusLosses,
    painted_ms: Math.round(paintedMilliseconds),
    resizes,
    ...(openedMeanings && { opened_meanings: openedMeanings }),
    ...(mayZoom && { zooms: closer.zooms }),
    ...(mayFlicker && { flickers: closer.flickers }),
    ...(otherTabs.size && { other_tabs: otherTabs.size }),
    ...controls[questions.indexOf(question)].provenance?.numbers(),
  };
}

/* ---- One item ---- */

const roomy = matchMedia("(min-width: 62rem)");
const sides = [...document.querySelectorAll(".side")];
const scale = byId("scale");
const alone = questions.length === 1 && Boolean(questions[0].scale);
const paces = [];
let controls = [];
let current = 0;
let turn = 0;
let ready = false;
let painting = false; // Whether this item's pictures are on the page.
let scaleFactor = 1;
let layout = "side";
let shownAt = 0;
let focusLosses = 0;
let resizes = 0;
let openedMeanings = 0;
let hiddenMilliseconds = 0;
let hiddenSince = 0;
let paintedMilliseconds = 0;
let arrowed = false;
let troubled = "";
let finishing = false;

async function show(index, { announce = true, again = false } = {}) {
  current = index;
  const mine = ++turn;
  const item = items[index];
  ready = false;
  painting = false;
  const asked = performance.now();
  resetItem(item);
  if (setAside(item) === "upset" && !again) return showSkipped(announce);
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

function resetItem(item) {
  lookNormally();
  byId("failed").hidden = true;
  byId("skipped").hidden = true;
  byId("pair").setAttribute("aria-busy", "true");
  sides.forEach((side, n) => {
    side.querySelector("figcaption").textContent = isPair ? sidesOf(item)[n].name : "";
    side.querySelector(".box").replaceChildren();
  });
  scale.disabled = true;
  fill(item);
  byId("next").disabled = true;
  showPractice(item.practice && isComplete(item) && understood(item) ? item.practice.right : "");
  byId("instruction").textContent = item.instruction || "";
  byId("instruction").hidden = !item.instruction;
  byId("next").textContent = isLast() ? say("finish") : say("next");
  byId("back").hidden = current === 0;
  if (!trouble()) byId("saved").textContent = say("loading");
  showProgress();
}

function fill(item) {
  questions.forEach((question, n) => {
    controls[n].provenance?.reset();
    controls[n].set(chosen.get(name(item.position, question.id))?.value);
    controls[n].rest(resting(question, item.position));
  });
}

function begin(item, announce, milliseconds) {
  ready = true;
  painting = true;
  paintedMilliseconds = milliseconds;
  shownAt = performance.now();
  focusLosses = 0;
  resizes = 0;
  openedMeanings = 0;
  hiddenMilliseconds = 0;
  hiddenSince = document.hidden ? shownAt : 0;
  scale.disabled = false;
  byId("next").disabled = !mayGoOn(item);
  showStanding();
  if (announce) announceItem();
  forgetFarPairs();
  fetchPair(items[current + 1]);
}

function announceItem() {
  byId("announce").textContent = `${say(isPair ? "announce" : "announceOne", counted())} ${items[current].instruction || ""}`.trim();
  byId("question").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function showFailure() {
  byId("failed").hidden = false;
  byId("saved").textContent = "";
  byId("again").focus();
}

/** What upset somebody is not shown again, unless they ask for it. */
function showSkipped(announce) {
  byId("pair").removeAttribute("aria-busy");
  byId("skipped").hidden = false;
  byId("next").disabled = false;
  showStanding();
  if (announce) announceItem();
  fetchPair(items[current + 1]);
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
const trouble = () => !byId("trouble-note").hidden;

function showStatus(word) {
  const waiting = !trying && outbox.waiting.length > 0;
  byId("saved").textContent = say(waiting ? (trouble() ? "waiting" : "saving") : word);
  byId("saved").dataset.state = waiting ? "waiting" : word;
}

/** How this item's answers stand: "saved" is said of what the server has acknowledged, and of nothing else. */
function showStanding() {
  const item = items[current];
  if (!isComplete(item)) return showStatus(alone ? "choose" : "answerAll");
  if (trying) return showStatus("kept");
  const names = questions.map(({ id }) => name(item.position, id));
  showStatus(names.every((one) => same(acknowledged.get(one), chosen.get(one))) ? "saved" : "saving");
}

/** Say again how things stand, whatever the page is at. */
function showHow() {
  if (finishing) byId("saved").textContent = say("sending");
  else if (ready || !byId("skipped").hidden) showStanding();
  else byId("saved").textContent = byId("failed").hidden ? say("loading") : "";
}

/** Say what is wrong; what is said of one answer stays until that answer is saved. */
function showTrouble(words, answer = "") {
  troubled = answer;
  byId("trouble").textContent = words;
  byId("trouble-note").hidden = !words;
  byId("trouble-note").classList.remove("is-read");
}

/** Where we are among the practice items, or among the others. */
function counted() {
  const alike = items.filter((item) => !item.practice === !items[current].practice);
  return { n: alike.indexOf(items[current]) + 1, of: alike.length };
}

function showProgress() {
  byId("progress").textContent = say(items[current].practice ? "practice" : "progress", counted());
  const counting = items.filter((item) => !item.practice);
  byId("bar").max = counting.length;
  byId("bar").value = counting.filter(isComplete).length;
  byId("minutes").textContent = minutesLeft();
}

/** From this person's own pace once there is one (the middle of their times), a typical one before. */
function minutesLeft() {
  const left = items.filter((item) => !isComplete(item)).length;
  if (left <= 0 || (left === 1 && isLast())) return say(isPair ? "last" : "lastOne");
  const sorted = [...paces].sort((a, b) => a - b);
  const pace = sorted.length > 1 ? sorted[sorted.length >> 1] : place.seconds_per_item || 15;
  const minutes = (left * pace) / 60;
  if (minutes < 0.75) return say("moment");
  return minutes < 1.5 ? say("minute") : say("minutes", { n: Math.round(minutes) });
}

/* ---- Going on ---- */

const settleAll = () => { for (const control of controls) control.settle(); };

function goOn() {
  if (!byId("skipped").hidden) return advance();
  if (!ready) return;
  settleAll();
  if (!mayGoOn(items[current])) return;
  paces.push(Math.min(180, (performance.now() - shownAt) / 1000));
  return advance();
}

function advance() {
  if (!isLast()) return show(current + 1);
  const gap = items.findIndex((item) => !isComplete(item));
  return gap < 0 ? finish() : show(gap);
}

async function finish() {
  ready = false;
  finishing = true;
  scale.disabled = true;
  byId("next").disabled = true;
  byId("back").disabled = true;
  byId("saved").textContent = say("sending");
  if (trying) return finishTry();
  await outbox.run();
  const refused = outbox.refused; // Perhaps just before the press: the person has to see it before it is over.
  outbox.refused = false;
  if (refused || !items.every(isComplete)) return reopen();
  try {
    const done = await send(place.finish_url, {}, () => showTrouble(say("offline")));
    location.assign(done.url);
  } catch (refusal) {
    showTrouble(refusal.message || say("unfinished"));
    reopen();
  }
}

function reopen() {
  finishing = false;
  byId("back").disabled = false;
  if (!painting) return show(current);
  byId("next").disabled = !mayGoOn(items[current]);
  scale.disabled = false;
  ready = true;
  showStanding();
}

function finishTry() {
  const form = byId("try-form");
  form.elements.answers.value = JSON.stringify([...kept.values()]);
  form.submit();
}

/* ---- Questions, keys and dialogs ---- */

function buildQuestions() {
  byId("question").textContent = alone ? questions[0].text : place.title;
  controls = questions.map((question) => new (KINDS[question.kind](question))(question, (value) => answer(question, value), alone));
  if (alone) scale.querySelector("legend").textContent = questions[0].text;
  else scale.querySelector("legend").remove();
  scale.append(...controls.map((control) => control.element));
  byId("notes-text").replaceChildren(...questions.flatMap(hints));
}

function hints({ text, notes, examples }) {
  const lists = [notes, examples].filter((lines) => lines?.length).map(buildList);
  return alone || !lists.length ? lists : [make("h3", { textContent: text }), ...lists];
}

function buildList(lines) {
  return make("ul", {}, ...lines.map((line) => make("li", { textContent: line })));
}

function onKey(event) {
  arrowed = event.key.startsWith("Arrow");
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input[type=text], select, summary")) return;
  if (onCloserKey(event)) return undefined;
  if (event.key === "?") return openDialog("keys");
  if (event.key === "Enter" && mayChoose(event.target)) return choose(event);
  if (event.key === "Enter" && !event.target.closest("button, a")) return confirm(event);
  if (/^\d$/.test(event.key)) return pressNumber(Number(event.key));
  if (/^Arrow(Left|Right)$/.test(event.key) && !scale.contains(event.target)) focusFirst(event);
}

/** Whether Enter chooses the word that the keyboard has come to; on a chosen one it goes on, as everywhere. */
const mayChoose = (box) => box.matches("input[type=checkbox]:enabled:not(:checked):focus-visible");

function choose(event) {
  event.preventDefault();
  if (!event.repeat) event.target.click();
}

function confirm(event) {
  event.preventDefault();
  if (!event.repeat) goOn();
}

/** A number answers the rating that has the focus, or else the first that is open; then the next open one is up. */
function pressNumber(digit) {
  if (!ready) return;
  const rated = controls.filter((control) => control.radios);
  const open = (control) => !fits(control.question, items[current].position);
  const control = rated.find((one) => one.element.contains(document.activeElement)) || rated.find(open) || rated[0];
  if (!control) return;
  const value = digit === 0 && control.question.scale.min > 0 ? 10 : digit;
  if (control.press(value) && !alone) rated.slice(rated.indexOf(control) + 1).find(open)?.focus();
}

function focusFirst(event) {
  event.preventDefault();
  controls[0].focus();
}

function openDialog(id) {
  byId(id).showModal();
}

/* ---- Starting ---- */

const outbox = trying ? null : new Outbox(place.answer_url, {
  sending: () => showStatus("saving"),
  trouble: () => { showTrouble(say("offline")); showStatus("waiting"); },
  saved: ({ position, question, ...given }) => {
    acknowledged.set(name(position, question), said(given));
    tabs?.postMessage({ saved: { position, question, ...said(given) } });
    if (!troubled || troubled === name(position, question)) showTrouble("");
    showHow();
  },
  refused: takeBack,
});

/** What was refused is not chosen any more: the answer before it stands again, or none. */
function takeBack({ position, question }, words) {
  const one = name(position, question);
  showTrouble(words, one);
  if (outbox.waiting.some((answer) => name(answer.position, answer.question) === one)) return;
  if (acknowledged.has(one)) chosen.set(one, acknowledged.get(one));
  else chosen.delete(one);
  if (items[current].position === position) {
    fill(items[current]);
    byId("next").disabled = !mayGoOn(items[current]);
  }
  showProgress();
  showHow();
}

/* The same place in another tab of this browser: both show the answer that was saved last. Where channels are blocked,
   the server still keeps the later answer, and a reload shows it. */

const otherTabs = new Set();
const tabs = trying ? null : openChannel();

function openChannel() {
  const own = newKey();
  try {
    const channel = new BroadcastChannel(outbox.store);
    channel.addEventListener("message", ({ data }) => {
      if (data.saved) return heardOf(data.saved);
      if (data.gone) return otherTabs.delete(data.gone);
      if (!otherTabs.has(data.here)) channel.postMessage({ here: own });
      otherTabs.add(data.here);
    });
    channel.postMessage({ here: own });
    addEventListener("pagehide", () => channel.postMessage({ gone: own }));
    addEventListener("pageshow", () => channel.postMessage({ here: own }));
    return channel;
  } catch {
    return null;
  }
}

/** An answer was saved in another tab: unless this one has a newer on its way, it stands here, too. */
function heardOf({ position, question, ...given }) {
  const one = name(position, question);
  if (outbox.waiting.some((answer) => name(answer.position, answer.question) === one)) return;
  if (same(chosen.get(one), said(given))) return acknowledged.set(one, said(given));
  acknowledge({ position, question, ...given });
  showProgress();
  if (items[current].position !== position) return;
  showTrouble(say("elsewhere"));
  if (setAside(items[current]) === "upset") return show(current, { announce: false });
  if (!ready) return;
  fill(items[current]);
  byId("next").disabled = !mayGoOn(items[current]);
  showStanding();
}

/** Keep the place while somebody looks at the page. */
function startHeartbeat() {
  const beat = async () => {
    if (document.hidden) return;
    const response = await post(place.heartbeat_url, {});
    const answer = await response?.json().catch(() => null);
    if (response && [404, 409, 410].includes(response.status) && answer?.error) showTrouble(answer.error);
    const over = ["submitted", "returned", "withdrawn", "screened_out"].includes(answer?.state);
    if (over && !outbox.waiting.length) location.reload(); // Finished or left elsewhere: its page says so.
  };
  setInterval(beat, Math.min(300, Math.max(20, place.lease_seconds / 3)) * 1000);
  document.addEventListener("visibilitychange", beat);
}

function prepareItems() {
  const named = isPair && items.some((item) => item.left.label || item.right.label);
  const names = named ? ["other", "other"] : ["first", "second"];
  for (const item of items) {
    sidesOf(item).forEach((side, n) => {
      side.name = side.label || say(isPair ? names[n] : "picture");
      side.alt = side.name;
    });
    for (const [question, given] of Object.entries(item.answered)) acknowledge({ position: item.position, question, ...given });
  }
  for (const answer of [...(outbox?.sent ?? [])].reverse()) {
    if (!chosen.has(name(answer.position, answer.question))) acknowledge(answer);
  }
  for (const { position, question, ...given } of outbox?.waiting ?? []) chosen.set(name(position, question), said(given));
}

function acknowledge({ position, question, ...given }) {
  chosen.set(name(position, question), said(given));
  acknowledged.set(name(position, question), said(given));
}

function listen() {
  byId("rating").addEventListener("submit", (event) => { event.preventDefault(); goOn(); });
  byId("back").addEventListener("click", () => { settleAll(); show(current - 1); });
  byId("again").addEventListener("click", () => show(current));
  byId("skip-picture").addEventListener("click", () => skipItem("picture"));
  byId("trouble-read").addEventListener("click", () => byId("trouble-note").classList.add("is-read"));
  byId("look").addEventListener("click", () => show(current, { again: true }));
  byId("upset").addEventListener("close", () => {
    if (byId("upset").returnValue === "skip") skipItem("upset");
    byId("upset").returnValue = "";
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", () => { arrowed = false; });
  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.addEventListener("click", () => openDialog(opener.dataset.opens));
  }
  addEventListener("online", () => { if (!byId("failed").hidden) show(current); });
  addEventListener("blur", () => { focusLosses++; });
  addEventListener("beforeunload", (event) => {
    settleAll(); // Who reloads before a text has come to rest finds it again.
    if (outbox?.waiting.length) event.preventDefault();
  });
  roomy.addEventListener("change", () => { for (const control of controls) control.unfold?.(); });
  listenCloser();
  addEventListener("resize", () => { resizes++; });
  document.addEventListener("visibilitychange", () => {
    if (hiddenSince) hiddenMilliseconds += performance.now() - hiddenSince;
    hiddenSince = document.hidden ? performance.now() : 0;
  });
  new ResizeObserver(fit).observe(byId("pair"));
}

buildQuestions();
prepareItems();
listen();
if (!trying) {
  startHeartbeat();
  outbox.run();
}
const firstOpen = items.findIndex((item) => !isComplete(item));
show(firstOpen < 0 ? items.length - 1 : firstOpen, { announce: false });
