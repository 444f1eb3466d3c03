// The panel that says what is meant: a library's preset, or every word of the convention, and how things are labelled.
import { along } from "./relation.js";
import { checkbox, el, labelled, select } from "./dom.js";
import { OPERATORS, RULES, SIZES } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Choice} Choice */
/** @typedef {import("./code.js").Preset} Preset */
/** @typedef {(changes: Record<string, string>) => void} Change */

const ANCHORS = /** @type {[string, string][]} */ ([
  ["default", "each operator's usual"], ["low", "low: (K−1)//2"], ["high", "high: K//2"], ["first", "first"], ["last", "last"],
]);
const PICTURES = /** @type {Record<string, string>} */ ({
  zero: "0 0 0 0 | a b c d | 0 0 0 0", constant: "k k k k | a b c d | k k k k", edge: "a a a a | a b c d | d d d d",
  symmetric: "d c b a | a b c d | d c b a", reflect101: "c d c b | a b c d | c b a b", wrap: "a b c d | a b c d | a b c d",
});
const FIELDS = /** @type {const} */ (["size", "boundary", "anchor", "stride", "dilation", "spread"]);

/** @param {string} value @param {number} least @param {string | null} label @param {() => void} change */
const whole = (value, least, label, change) =>
  el("input", { type: "number", min: least, max: 99, step: 1, value, "aria-label": label, onchange: change });

/** The words of one axis. */
class AxisPanel {
  /** @param {Choice} choice @param {string} title @param {() => void} change */
  constructor(choice, title, change) {
    const [rule, first, last] = choice.size.split(/[(),]/);
    this.size = select(SIZES.map((name) => [name, name]), rule, () => { this.#hide(); change(); });
    this.first = whole(first ?? "-1", -99, "from", change);
    this.last = whole(last ?? "1", -99, "to", change);
    const [below, above] = choice.boundary.split("|").map((side) => side.trim());
    this.sides = [this.#side(below, "below", change), this.#side(above ?? below, "above", change)];
    this.picture = el("code", { class: "picture" });
    const anchors = ANCHORS.some(([word]) => word === choice.anchor) ? ANCHORS
      : [...ANCHORS, /** @type {[string, string]} */ ([choice.anchor, choice.anchor])];
    this.anchor = select(anchors, choice.anchor, change);
    this.stride = whole(String(choice.stride), 1, null, change);
    this.dilation = whole(String(choice.dilation), 1, null, change);
    this.spread = whole(String(choice.spread), 1, null, change);
    this.element = el("fieldset", { class: "axis" }, el("legend", {}, title),
      labelled("Size", this.size, this.first, this.last),
      labelled("Boundary below", this.sides[0].rule, this.sides[0].value),
      labelled("above", this.sides[1].rule, this.sides[1].value),
      this.picture,
      labelled("Anchor", this.anchor), labelled("Stride", this.stride), labelled("Dilation", this.dilation),
      labelled("Spread of x", this.spread));
    this.#hide();
  }

  /** @param {string} text @param {string} end @param {() => void} change */
  #side(text, end, change) {
    const [rule, value] = text.split(/[()]/);
    return {
      rule: select(RULES.map((name) => [name, name]), rule, () => { this.#hide(); change(); }),
      value: el("input", { value: value ?? "7", size: 4, "aria-label": `the constant ${end}`, onchange: change }),
    };
  }

  #hide() {
    const numbered = this.size.value === "pads" || this.size.value === "lags";
    this.first.hidden = this.last.hidden = !numbered;
    for (const { rule, value } of this.sides) value.hidden = rule.value !== "constant";
    const [below, above] = this.sides.map(({ rule }) => PICTURES[rule.value].split("|"));
    this.picture.textContent = `${below[0]}|${below[1]}|${above[2]}`;
  }

  /** @returns {Record<string, string>} */
  words() {
    const numbered = this.size.value === "pads" || this.size.value === "lags";
    const [below, above] = this.sides.map(({ rule, value }) =>
      (rule.value === "constant" ? `constant(${value.value})` : rule.value));
    return {
      size: numbered ? `${this.size.value}(${this.first.value},${this.last.value})` : this.size.value,
      boundary: below === above ? below : `${below} | ${above}`, anchor: this.anchor.value,
      stride: this.stride.value, dilation: this.dilation.value, spread: this.spread.value,
    };
  }
}

export class Controls {
  /** @param {Preset[]} presets @param {Change} change */
  constructor(presets, change) {
    this.presets = presets;
    this.change = change;
    /** The presets on offer for a number of axes. @type {{ndim: number, fields: Map<number, Record<string, string>>} | null} */
    this.offered = null;
    this.preset = el("select", { onchange: () => this.#take(Number(this.preset.value)) });
    this.own = checkbox("each axis its own", false, (own) => this.#split(own));
    this.axes = el("div", { class: "axes" });
    this.operands = select([["as-given", "x, as given"], ["longer-first", "the longer (NumPy, SciPy)"]], "as-given",
      (operands) => change({ operands }));
    this.labels = select([["array", "positions, from 0"], ["textbook", "textbook labels m"]], "array", (labels) => change({ labels }));
    this.order = select([["row", "row, column"], ["column", "column, row"]], "row", (order) => change({ order }));
    this.ox = this.#origin("ox");
    this.oh = this.#origin("oh");
    this.orderField = labelled("Indices are", this.order);
    this.origins = [labelled("Index 0 of x", this.ox), labelled("Index 0 of h", this.oh)];
    this.element = el("div", { class: "controls" },
      labelled("As a library does it", this.preset), this.own, this.axes,
      el("fieldset", { class: "axis" }, el("legend", {}, "Arrays and labels"),
        labelled("The signal is", this.operands), labelled("Outputs are called by", this.labels), ...this.origins, this.orderField));
  }

  /** @param {"ox" | "oh"} name */
  #origin(name) {
    const input = el("input", { size: 8, onchange: () => this.change({ [name]: input.value.trim() }), list: "tapwise-origins" });
    return input;
  }

  /** Show a state. @param {State} state */
  update(state) {
    this.state = state;
    const titles = state.axes.length === 1 ? ["Every axis"] : ["Axis 0, down", "Axis 1, across"];
    if (JSON.stringify(this.#words()) !== JSON.stringify(state.axes.map(plain)) || !this.panels) {
      this.panels = state.axes.map((axis, index) => new AxisPanel(axis, titles[index], () => this.#said()));
      this.axes.replaceChildren(...this.panels.map(({ element }) => element));
    }
    const box = /** @type {HTMLInputElement} */ (this.own.querySelector("input"));
    box.checked = state.axes.length > 1;
    this.own.hidden = this.orderField.hidden = state.ndim === 1;
    for (const field of this.origins) field.hidden = state.labels === "array";
    [this.operands.value, this.labels.value, this.order.value] = [state.operands, state.labels, state.order];
    [this.ox.value, this.oh.value] = [state.originX, state.originH];
    this.#offer(state);
  }

  #words() {
    return this.panels?.map((panel) => panel.words());
  }

  #said() {
    this.change(joined(this.#words() ?? []));
  }

  /** @param {boolean} own */
  #split(own) {
    const words = this.#words() ?? [];
    this.change(joined(own ? [words[0], words[0]] : [words[0]]));
  }

  /** Offer the functions that filter as many axes; the one whose words these are is chosen. @param {State} state */
  #offer(state) {
    if (this.offered?.ndim !== state.ndim) this.offered = { ndim: state.ndim, fields: this.#options(state.ndim) };
    const { fields: offered } = this.offered;
    const now = /** @type {Record<string, string>} */ (
      { ...joined(state.axes.map(plain)), op: state.op, operands: state.operands });
    const same = (/** @type {Record<string, string>} */ fields) =>
      Object.entries(fields).every(([name, value]) => spelled(value) === spelled(now[name]));
    const fitting = [...offered].filter(([, fields]) => same(fields)).map(([place]) => place);
    const chosen = fitting.find((place) => place === this.taken) ?? fitting[0];
    this.preset.value = chosen === undefined ? "" : String(chosen);
  }

  /** Fill the list of presets; the fields that each stands for. @param {number} ndim */
  #options(ndim) {
    /** @type {Map<string, HTMLOptGroupElement>} */
    const groups = new Map();
    /** @type {Map<number, Record<string, string>>} */
    const fields = new Map();
    this.presets.forEach((preset, place) => {
      if (preset.ndim !== null && preset.ndim !== ndim) return;
      const library = preset.function.split(".").slice(0, -1).join(".");
      const group = groups.get(library) ?? el("optgroup", { label: library });
      groups.set(library, group);
      group.append(el("option", { value: place }, preset.call));
      fields.set(place, meant(preset, ndim));
    });
    this.preset.replaceChildren(el("option", { value: "" }, "no preset: the words below"), ...groups.values());
    return fields;
  }

  /** @param {number} place */
  #take(place) {
    const preset = this.presets[place];
    if (!preset || !this.state) return;
    this.taken = place;
    this.change(meant(preset, this.state.ndim));
  }
}

/** @param {Choice} choice @returns {Record<string, string>} */
const plain = (choice) => Object.fromEntries(FIELDS.map((name) => [name, String(choice[name])]));

/** "a;a" says no more than "a". @param {string} text */
const spelled = (text) => (new Set(text.split(";")).size === 1 ? text.split(";")[0] : text);

/** One field for each word, axes parted by semicolons. @param {Record<string, string>[]} axes @returns {Record<string, string>} */
const joined = (axes) => Object.fromEntries(FIELDS.map((name) => [name, axes.map((axis) => axis[name]).join(";")]));

/** The fields that a preset stands for. @param {Preset} preset @param {number} ndim @returns {Record<string, string>} */
function meant({ words }, ndim) {
  const operator = OPERATORS.find((found) => found.operator === along(words.operator, 0) && found.output === along(words.output, 0));
  const axes = Array.from({ length: ndim }, (_, axis) => {
    const anchor = along(words.anchor, axis);
    const usual = operator?.operator === "convolution" ? "low" : "high";
    return Object.fromEntries(FIELDS.map((name) =>
      [name, name === "anchor" && anchor === usual ? "default" : String(along(/** @type {any} */ (words[name]), axis))]));
  });
  const fields = Object.fromEntries(Object.entries(joined(axes)).map(([name, value]) => [name, spelled(value)]));
  return { ...fields, operands: words.operands, op: operator?.id ?? "correlation" };
}
