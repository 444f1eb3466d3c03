// One of the two arrays that the user writes: its grid, its text, its lengths.
import { at, put, resized, rows, shading, shown, text } from "./arrays.js";
import { el, labelled } from "./dom.js";
import { Grid } from "./grid.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./grid.js").Content} Content */

export class Editor {
  /** @param {"x" | "h"} name @param {string} title @param {(text: string) => void} change
   * @param {(index: number[], hover: boolean) => void} [point] */
  constructor(name, title, change, point) {
    this.name = name;
    this.change = change;
    this.grid = new Grid({ label: title, letter: name, point, edit: (index, value) => this.array && change(text(put(this.array, index, value))) });
    this.text = el("input", { spellcheck: "false", autocomplete: "off", class: "wide", onchange: () => change(this.text.value) });
    this.lengths = [this.#length("rows"), this.#length("columns")];
    this.times = el("span", {}, "×");
    this.element = el("section", { class: `editor ${name}`, "aria-label": title }, el("h2", {}, title), this.grid.element,
      el("div", { class: "fields" }, labelled(`${name} as text`, this.text), labelled("Size", this.lengths[0], this.times, this.lengths[1])));
  }

  /** @param {string} which */
  #length(which) {
    return el("input", {
      type: "number", min: 1, max: 40, "aria-label": `${which} of ${this.name}`,
      onchange: () => {
        const wanted = this.lengths.map((input) => Math.min(Math.max(Math.trunc(Number(input.value)) || 1, 1), 40));
        if (this.array) this.change(text(resized(this.array, wanted.slice(2 - this.array.shape.length))));
      },
    });
  }

  /** @param {Numbers} array @param {Partial<Content>} content  what differs from the array itself */
  draw(array, content) {
    this.array = array;
    this.text.value = rows(array).map((row) => row.join(" ")).join("; ");
    const [down, across] = this.lengths;
    down.hidden = this.times.hidden = array.shape.length === 1;
    [down.value, across.value] = [String(array.shape[0]), String(array.shape.at(-1))];
    const shade = shading(array.data);
    this.grid.draw({
      low: array.shape.map(() => 0), high: array.shape.map((n) => n - 1), text: (index) => shown(at(array, index), 4),
      name: (index) => `${this.name}[${index}] = ${shown(at(array, index))}`, header: (_, i) => String(i),
      inside: (index) => index.every((i, axis) => i >= 0 && i < array.shape[axis]),
      shade: (index) => shade(at(array, index)), ...content,
    });
  }
}
