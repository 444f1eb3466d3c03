// The same relation turned: what each input and each tap receives of the gradient that arrives at the outputs.
import { at, made, put, shading, shown } from "./arrays.js";
import { el } from "./dom.js";
import { spoken, symbols, withIndices, withNumbers } from "./formula.js";
import { Grid } from "./grid.js";
import { Labels } from "./labels.js";
import { inputTurn, kernelTurn } from "./relation.js";
import { Steps, used } from "./steps.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./card.js").Computed} Computed */
/** @typedef {import("./formula.js").Letters} Letters */
/** One of the two gradients. @typedef {{grid: Grid, steps: Steps, labels: Labels, letters: Letters}} Side */

/** @type {Letters} */
const OF_INPUT = { x: "∂y", h: "h", y: "∂x", i: ["m", "n"], k: ["k", "l"], m: ["i", "j"] };
/** @type {Letters} */
const OF_KERNEL = { x: "x", h: "∂y", y: "∂h", i: ["i", "j"], k: ["m", "n"], m: ["k", "l"] };
/** Positions are counted from 0 here. @type {import("./labels.js").Labelling} */
const PLAIN = { textbook: false, columnFirst: false, originX: [0, 0], originH: [0, 0] };

/** A gradient that is not the same everywhere. @param {number[]} shape */
export const usual = (shape) => made(shape, (index) => (index.reduce((sum, i, axis) => sum + (axis + 2) * i, 0) % 5) + 1);

export class Gradients {
  /** @param {(dy: Numbers) => void} change  the gradient was edited @param {(text: string) => void} say */
  constructor(change, say) {
    this.say = say;
    this.upstream = new Grid({
      label: "∂y, the gradient that arrives at the outputs", letter: "∂y",
      edit: (index, value) => this.dy && change(put(this.dy, index, value)),
    });
    this.input = new Grid({ label: "∂x, the gradient of the input", letter: "∂x", point: (index) => this.#point(this.ofInput, index) });
    this.kernel = new Grid({ label: "∂h, the gradient of the kernel", letter: "∂h", point: (index) => this.#point(this.ofKernel, index) });
    this.texts = [el("p"), el("p")];
    this.laws = [el("p", { class: "formula law" }), el("p", { class: "formula law" })];
    this.formula = el("div", { class: "formula" });
    this.note = el("p");
    const part = (/** @type {string} */ title, /** @type {Grid} */ grid, /** @type {HTMLElement[]} */ ...more) =>
      el("div", { class: "part" }, el("h3", {}, title), ...more, grid.element);
    this.content = el("div", {},
      el("div", { class: "parts" },
        part("Arriving: ∂L/∂y", this.upstream, el("p", {}, "Edit it: select a cell and type.")),
        part("To the input: ∂L/∂x", this.input, this.texts[0], this.laws[0]),
        part("To the kernel: ∂L/∂h", this.kernel, this.texts[1], this.laws[1])),
      this.formula);
    this.element = el("div", { class: "gradients" }, this.note, this.content);
  }

  /** @param {Computed | string} computed @param {Numbers | null} dy @param {string} title */
  draw(computed, dy, title) {
    const refused = typeof computed === "string" || computed.steps.shape.includes(0);
    this.content.hidden = refused;
    this.note.textContent = refused ? "There are no outputs." : `Of ${title.toLowerCase()}. Point at a cell to see its sum.`;
    if (refused || typeof computed === "string") return;
    const { plan, steps } = computed;
    const arriving = dy && dy.shape.join() === steps.shape.join() ? dy : usual(steps.shape);
    this.dy = arriving;
    const [turned, slid] = [inputTurn(plan), kernelTurn(plan)];
    this.ofInput = { grid: this.input, steps: new Steps(turned, arriving, steps.h), labels: new Labels(turned, PLAIN), letters: OF_INPUT };
    this.ofKernel = { grid: this.kernel, steps: new Steps(slid, steps.x, arriving), labels: new Labels(slid, PLAIN), letters: OF_KERNEL };
    draw(this.upstream, arriving, "∂y");
    draw(this.input, this.ofInput.steps.y, "∂x");
    draw(this.kernel, this.ofKernel.steps.y, "∂h");
    const kind = (/** @type {import("./relation.js").Plan} */ { axes }) => (axes[0].d < 0 ? "convolution" : "cross-correlation");
    const backwards = (/** @type {import("./relation.js").Plan} */ { axes }) => (axes[0].s < 0 ? ", its result read backwards" : "");
    const spread = turned.axes.some(({ u }) => u > 1) ? ", spread by the stride," : "";
    const folded = turned.folds.some(Boolean) ? "; what the boundary read again is added to its sample" : "";
    this.texts[0].textContent = `A ${kind(turned)} of ∂y${spread} with the same h${backwards(turned)}${folded}.`;
    this.texts[1].textContent = `A ${kind(slid)} of x with ∂y${backwards(slid)}.`;
    this.laws[0].innerHTML = symbols(this.ofInput.labels, OF_INPUT);
    this.laws[1].innerHTML = symbols(this.ofKernel.labels, OF_KERNEL);
    this.formula.replaceChildren();
  }

  /** Show how one number of a gradient is made. @param {Side | undefined} side @param {number[]} index */
  #point(side, index) {
    if (!side) return;
    const { grid, steps, labels, letters } = side;
    const terms = steps.terms(index);
    const total = at(steps.y, index);
    this.formula.innerHTML = `<p>${withIndices(labels, index, terms, false, letters)}</p><p>${withNumbers(terms, total, false)}</p>`;
    const name = (/** @type {number[]} */ i) => `${letters.y}[${i}] = ${shown(at(steps.y, i))}`;
    for (const other of [this.input, this.kernel]) if (other !== grid) other.mark([]);
    grid.mark([{ index, weight: "", name: name(index), kind: "chosen" }]);
    const products = terms.filter(used);
    this.upstream.mark(side === this.ofInput
      ? products.flatMap((term) => term.sample ? [mark(term.sample, term.value, term.weight, `h[${term.tap}]`)] : [])
      : products.map((term) => mark(term.tap, term.weight, term.value, `x[${term.position}]`)));
    this.say(spoken(labels, index, terms, total, letters));
  }
}

/** @param {number[]} index @param {number} value @param {number} weight @param {string} by @returns {import("./grid.js").Mark} */
const mark = (index, value, weight, by) =>
  ({ index, weight: `×${shown(weight, 3)}`, name: `∂y[${index}] = ${shown(value)} times ${by} = ${shown(weight)}`, kind: "window" });

/** @param {Grid} grid @param {Numbers} array @param {string} letter */
function draw(grid, array, letter) {
  const shade = shading(array.data);
  grid.draw({
    low: array.shape.map(() => 0), high: array.shape.map((n) => n - 1), inside: () => true,
    text: (index) => shown(at(array, index), 4), name: (index) => `${letter}[${index}] = ${shown(at(array, index))}`,
    header: (_, i) => String(i), shade: (index) => shade(at(array, index)),
  });
}
