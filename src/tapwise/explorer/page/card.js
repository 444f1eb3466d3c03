// One operator: its kernel as it is placed, its outputs, and the formula of the one in view.
import { rows, shading, shown } from "./arrays.js";
import { el } from "./dom.js";
import { symbols, withIndices, withNumbers } from "./formula.js";
import { Grid } from "./grid.js";

/** @typedef {import("./state.js").Operator} Operator */
/** @typedef {import("./arrays.js").Numbers} Numbers */
/** What is computed for one operator. @typedef {{plan: import("./relation.js").Plan, steps: import("./steps.js").Steps,
 *   labels: import("./labels.js").Labels}} Computed */
/** Which levels of the formula are shown. @typedef {{symbols: boolean, indices: boolean, numbers: boolean, everything: boolean}} Levels */

export class Card {
  /** @param {Operator} operator @param {(index: number[], hover: boolean) => void} point @param {(index: number[]) => void} pin */
  constructor(operator, point, pin) {
    this.operator = operator;
    this.grid = new Grid({ label: `${operator.title}, outputs`, letter: "y", point, pin });
    this.placed = el("div", { class: "placed" });
    this.law = el("p", { class: "formula law" });
    this.indices = el("p", { class: "formula" });
    this.numbers = el("p", { class: "formula" });
    this.refusal = el("p", { class: "refusal" });
    this.body = el("div", { class: "body" }, this.law, this.grid.element, this.indices, this.numbers);
    const title = el("h3", {}, el("span", { class: "badge", "aria-hidden": "true" }, operator.letter), ` ${operator.title}`);
    this.element = el("article", { class: `card ${operator.id}`, "aria-label": operator.title },
      el("header", {}, title, this.placed), el("p", { class: "says" }, operator.says), this.refusal, this.body);
  }

  /** @param {Computed | string} computed  or why there is nothing to show @param {Levels} levels */
  draw(computed, levels) {
    const refused = typeof computed === "string";
    this.computed = refused ? null : computed;
    this.refusal.textContent = refused ? computed : "";
    this.body.hidden = this.placed.hidden = refused;
    if (refused) return;
    const { plan, steps, labels } = computed;
    this.#place(steps.h, plan.axes[0].d < 0);
    const shade = shading(steps.y.data);
    this.grid.draw({
      low: steps.shape.map(() => 0), high: steps.shape.map((n) => n - 1), inside: () => true,
      text: (index) => shown(this.#value(index), 4), name: (index) => `y[${labels.name("y", index)}] = ${shown(this.#value(index))}`,
      header: (axis, i) => shown(labels.y(axis, i)), shade: (index) => shade(this.#value(index)),
    });
    this.law.innerHTML = levels.symbols ? symbols(labels) : "";
    this.law.hidden = !levels.symbols;
  }

  /** @param {number[]} index */
  #value(index) {
    const { shape, data } = /** @type {Computed} */ (this.computed).steps.y;
    return data[index.reduce((place, i, axis) => place * shape[axis] + i, 0)];
  }

  /** The kernel as it lies on x. @param {Numbers} h @param {boolean} flipped */
  #place(h, flipped) {
    const lines = rows(flipped ? { ...h, data: h.data.toReversed() } : h);
    const said = lines.map((line) => line.map((value) => shown(value)).join(" ")).join("; ");
    const how = flipped ? "flipped" : "as given";
    const cells = lines[0].length > 7 || lines.length > 7 ? []
      : lines.map((line) => el("span", {}, ...line.map((value) => el("i", {}, shown(value, 3)))));
    this.placed.replaceChildren(el("span", { class: "mini", role: "img", "aria-label": `the kernel as it is placed: ${said}` }, ...cells),
      el("span", { class: "how" }, `h ${how}`));
  }

  /** Show the formula of an output. @param {number[] | null} output @param {Levels} levels */
  show(output, levels) {
    if (!this.computed) return;
    const { steps, labels } = this.computed;
    if (!output) {
      this.indices.replaceChildren();
      this.numbers.replaceChildren();
      return;
    }
    const terms = steps.terms(output);
    this.indices.innerHTML = levels.indices ? withIndices(labels, output, terms, levels.everything) : "";
    this.numbers.innerHTML = levels.numbers ? withNumbers(terms, this.#value(output), levels.everything) : "";
  }
}
