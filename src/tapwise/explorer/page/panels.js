// The panels below the operators: what cannot be told apart, the code, the quiz.
import { rows, shown, text } from "./arrays.js";
import { Listings } from "./code.js";
import { edited, leastChange, parity, remarks } from "./ambiguity.js";
import { copy, el, unique } from "./dom.js";
import { question } from "./quiz.js";
import { OPERATORS } from "./state.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./card.js").Computed} Computed */

export class CodePanel {
  /** @param {import("./code.js").Preset[]} presets */
  constructor(presets) {
    this.presets = presets;
    this.chosen = 0;
    this.tabs = el("div", { role: "tablist", "aria-label": "Library", onkeydown: (/** @type {KeyboardEvent} */ e) => this.#key(e) });
    const id = unique("code");
    this.code = el("code");
    this.panel = el("pre", { role: "tabpanel", id, tabindex: 0 }, this.code);
    this.button = el("button", { type: "button", onclick: () => copy(this.code.textContent ?? "", this.button, this.code) }, "Copy the code");
    this.note = el("p");
    this.element = el("div", { class: "code" }, this.note, el("div", { class: "row" }, this.tabs, this.button), this.panel);
  }

  /** @param {Computed | string} computed @param {import("./relation.js").Words} words @param {string} title */
  draw(computed, words, title) {
    const listings = typeof computed === "string" ? [] : new Listings(computed.plan, computed.steps.x, computed.steps.h, words, this.presets).all();
    this.listings = listings;
    this.note.textContent = listings.length ? `This ${title.toLowerCase()}, number for number.` : "There are no outputs, so there is no code.";
    this.panel.hidden = this.button.hidden = !listings.length;
    this.tabs.replaceChildren(...listings.map(({ name }, place) =>
      el("button", { type: "button", role: "tab", id: `${this.panel.id}-${place}`, "aria-controls": this.panel.id, onclick: () => this.#choose(place) }, name)));
    if (listings.length) this.#choose(this.chosen);
  }

  /** @param {number} place */
  #choose(place) {
    this.chosen = place;
    [...this.tabs.children].forEach((tab, other) => {
      tab.setAttribute("aria-selected", String(other === place));
      tab.setAttribute("tabindex", other === place ? "0" : "-1");
    });
    this.panel.setAttribute("aria-labelledby", `${this.panel.id}-${place}`);
    this.code.textContent = this.listings?.[place].code ?? "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const count = this.tabs.children.length;
    this.#choose((this.chosen + step + count) % count);
    /** @type {HTMLElement} */ (this.tabs.children[this.chosen]).focus();
  }
}

export class ApartPanel {
  /** @param {(x: Numbers, h: Numbers) => void} take  put changed numbers into the page */
  constructor(take) {
    this.take = take;
    this.list = el("ul", { class: "remarks" });
    this.button = el("button", { type: "button", onclick: () => this.#change() }, "Change as little as tells them apart");
    this.told = el("p", { role: "status" });
    this.parts = el("div", { class: "parts" });
    this.note = el("p");
    this.element = el("div", { class: "apart" }, this.list, el("div", { class: "row" }, this.button), this.told,
      el("h3", {}, "The kernel's even and odd part"), this.note, this.parts);
  }

  /** @param {import("./state.js").State} state */
  draw(state) {
    this.state = state;
    const found = remarks(state);
    this.list.replaceChildren(...(found.length ? found : ["Yes: no other reading gives these numbers."]).map((remark) => el("li", {}, remark)));
    this.list.classList.toggle("fine", !found.length);
    this.button.hidden = !found.length;
    if (this.after !== `${text(state.x)} ${text(state.h)}`) this.told.textContent = "";
    const { kernel, results } = parity(state);
    this.note.textContent = results
      ? "Both operators make the same of the even part, A, and opposite signs of the odd part, B: convolution is A + B, cross-correlation A − B."
      : "Here the two operators' windows lie on different samples, so their results have no part in common.";
    const small = (/** @type {Numbers} */ array) => Math.max(...array.shape) <= 12 && array.data.length > 0;
    const shownParts = /** @type {[string, Numbers][]} */ ([
      ["even part of h", kernel.even], ["odd part of h", kernel.odd],
      ...(results ? [["A, of the even part", results.even], ["B, of the odd part", results.odd]] : []),
    ]);
    this.parts.replaceChildren(...shownParts.filter(([, array]) => small(array)).map(([name, array]) => table(name, array)));
  }

  #change() {
    if (!this.state) return;
    const edits = leastChange(this.state);
    if (!edits) {
      this.told.textContent = "No change of one or two numbers by 1 or 2 was found that does.";
      return;
    }
    const { x, h } = edited(this.state, edits);
    this.after = `${text(x)} ${text(h)}`;
    this.take(x, h);
    const what = edits.map(({ array, index, old, new: value }) => `${array}[${index.join(",")}] is ${shown(value)} instead of ${shown(old)}`);
    this.told.textContent = `Changed, positions from 0: ${what.join(", and ")}.`;
  }
}

export class QuizPanel {
  /** @param {(x: Numbers, h: Numbers) => void} take  put the question's numbers into the page */
  constructor(take) {
    this.take = take;
    this.right = this.asked = 0;
    this.numbers = el("div", { class: "parts" });
    this.answers = el("div", { class: "row", role: "group", "aria-label": "Your answer" });
    this.verdict = el("div", { role: "status", class: "verdict" });
    this.element = el("div", { class: "quiz" },
      el("p", {}, "Which operator made y? Size valid, positions from 0; these numbers tell the three apart."),
      this.numbers, this.answers, this.verdict);
  }

  /** Ask about arrays of as many axes. @param {number} ndim */
  ask(ndim) {
    this.ndim = ndim;
    const asked = question(ndim, Math.random);
    this.question = asked;
    this.numbers.replaceChildren(table("x", asked.x), table("h", asked.h), table("y", asked.y));
    this.answers.replaceChildren(...OPERATORS.map(({ id, letter, title }) =>
      el("button", { type: "button", class: id, onclick: () => this.#answer(id) }, el("span", { class: "badge", "aria-hidden": "true" }, letter), ` ${title}`)));
    this.verdict.replaceChildren();
  }

  /** @param {string} id */
  #answer(id) {
    const asked = this.question;
    if (!asked) return;
    for (const button of this.answers.querySelectorAll("button")) button.disabled = true;
    const right = id === asked.answer;
    this.asked += 1;
    this.right += Number(right);
    const answer = OPERATORS.find((operator) => operator.id === asked.answer)?.title ?? "";
    const next = el("button", { type: "button", onclick: () => { this.ask(this.ndim ?? 1); this.answers.querySelector("button")?.focus(); } }, "Another one");
    this.verdict.replaceChildren(
      el("p", {}, el("strong", {}, right ? "Right: " : "No: "), `it is the ${answer.toLowerCase()}. ${this.right} of ${this.asked} right.`),
      el("ul", {}, ...asked.why.map((line) => el("li", {}, line))),
      el("div", { class: "row" }, next, el("button", { type: "button", onclick: () => this.take(asked.x, asked.h) }, "Look at it in the page")));
    next.focus();
  }
}

/** A plain table of an array. @param {string} name @param {Numbers} array */
function table(name, array) {
  const body = rows(array).map((row) => el("tr", {}, ...row.map((value) => el("td", {}, shown(value)))));
  return el("table", { class: "plain" }, el("caption", {}, name), el("tbody", {}, ...body));
}

