// The page: one state, what is computed from it, and what is in view.
import { along, reach, sideOf, sides, source, Refusal } from "./relation.js";
import { at as valueAt, flat, shading, shown, text } from "./arrays.js";
import { Card } from "./card.js";
import { Controls } from "./controls.js";
import { checkbox, copy, el, select } from "./dom.js";
import { Editor } from "./editor.js";
import { spoken } from "./formula.js";
import { Gradients } from "./gradient.js";
import { Labels, origin } from "./labels.js";
import { ApartPanel, CodePanel, QuizPanel } from "./panels.js";
import { OPERATORS, fieldsOf, fragment, fromFields, planOf, toFields, words } from "./state.js";
import { Steps, reading } from "./steps.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./card.js").Computed} Computed */
/** @typedef {import("./code.js").Preset} Preset */
/** @typedef {import("./grid.js").Mark} Mark */
/** Where the page lives: what it starts with; whether the address tells and keeps its state; who hears of changes.
 * @typedef {{start: Record<string, string>, presets: Preset[], address: boolean,
 *            changed?: (fields: Record<string, string>) => void}} Setting */

/** How far around x its boundary is shown. */
const MARGIN = 6;
/** Kernels of so many taps have formulas that are set at once. */
const FEW = 9;
const EXAMPLES = /** @type {Record<string, Record<string, string>>} */ ({
  1: { x: "2,1,3,5,4", h: "1,2,0", ndim: "1" },
  2: { x: "2,1,3,5,4,0;6,2,0,1,7,3;1,8,4,2,0,5;3,0,9,6,1,2;5,4,1,0,3,7", h: "1,2,0;0,-1,3;0,0,1", ndim: "2" },
});

export class App {
  /** @param {HTMLElement} root @param {Setting} setting */
  constructor(root, setting) {
    this.setting = setting;
    this.levels = { symbols: true, indices: true, numbers: true, everything: false };
    this.pinned = false;
    /** The input in view, if it is one rather than an output. @type {number[] | null} */
    this.input = null;
    this.waiting = 0;
    /** @type {number | undefined} */
    this.timer = undefined;
    /** @type {number | undefined} */
    this.formulas = undefined;
    this.alert = el("p", { role: "alert", class: "refusal" });
    this.status = el("p", { role: "status", class: "status" });
    this.controls = new Controls(setting.presets, (changes) => this.set(changes));
    const point = (/** @type {number[]} */ index, /** @type {boolean} */ hover) => this.#point(index, hover);
    this.x = new Editor("x", "The signal x", (x) => this.set({ x }), point);
    this.h = new Editor("h", "The kernel h", (h) => this.set({ h }));
    this.cards = OPERATORS.map((operator) => new Card(operator,
      (index, hover) => this.#look(operator.id, index, hover), (index) => this.#pin(operator.id, index)));
    this.gradients = new Gradients((dy) => this.set({ dy: text(dy) }), (said) => this.#say(said));
    this.code = new CodePanel(setting.presets);
    this.apart = new ApartPanel((x, h) => this.set({ x: text(x), h: text(h) }));
    this.quiz = new QuizPanel((x, h) => this.set({
      x: text(x), h: text(h), ndim: String(x.shape.length), size: "valid", boundary: "zero", anchor: "default", stride: "1",
      dilation: "1", spread: "1", labels: "array", at: "",
    }));
    root.replaceChildren(...this.#layout(root));
    const told = setting.address && location.hash.length > 1;
    this.state = fromFields(EXAMPLES[1]);
    this.set(told ? fieldsOf(location.hash) : setting.start, true);
    if (setting.address) addEventListener("hashchange", () => {
      if (location.hash !== this.written) this.set(fieldsOf(location.hash), true);
    });
    this.quiz.ask(this.state.ndim);
  }

  /** @param {HTMLElement} root */
  #layout(root) {
    const theme = select([["", "as the system"], ["light", "light"], ["dark", "dark"]], "", (value) => {
      root.dataset.theme = value;
    }, "Colours");
    const link = el("button", { type: "button", onclick: () => { this.#write(); copy(location.href, link, null); } }, "Copy the link");
    this.dimensions = select([["1", "1-D signal"], ["2", "2-D image"]], "1", (ndim) => this.#dimensions(Number(ndim)), "Dimensions");
    const level = (/** @type {"symbols" | "indices" | "numbers" | "everything"} */ name, /** @type {string} */ label) =>
      checkbox(label, this.levels[name], (on) => { this.levels[name] = on; this.refresh(); });
    const step = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => number} */ to) =>
      el("button", { type: "button", "aria-label": label, title: label, onclick: () => this.#step(to()) }, sign);
    this.slider = el("input", { type: "range", min: 0, "aria-label": "Output", oninput: () => this.#step(Number(this.slider?.value)) });
    const here = () => Number(this.slider?.value);
    this.play = el("button", { type: "button", "aria-pressed": "false", onclick: () => this.#play() }, "Play");
    this.pin = el("button", { type: "button", "aria-pressed": "false", onclick: () => { this.pinned = !this.pinned; this.#view(); } }, "Pin");
    const bar = el("div", { class: "bar", role: "group", "aria-label": "Which output is in view" },
      step("First output", "«", () => 0), step("Previous output", "‹", () => here() - 1), this.slider,
      step("Next output", "›", () => here() + 1), step("Last output", "»", () => Infinity), this.play, this.pin,
      el("span", { class: "levels", role: "group", "aria-label": "Formulas show" }, level("symbols", "symbols"),
        level("indices", "indices"), level("numbers", "numbers"), level("everything", "every term")));
    const section = (/** @type {string} */ name, /** @type {string} */ title, /** @type {HTMLElement} */ content) =>
      el("section", { class: `panel ${name}-panel` }, el("h2", {}, title), content);
    return [
      el("header", { class: "top" }, el("div", {}, el("h1", {}, "Convolution or cross-correlation?"),
        el("p", {}, "Point at an output to see what it reads, or at an input to see what it feeds. Click to pin. Every number can be changed.")),
        el("div", { class: "tools" }, this.dimensions, theme, this.setting.address ? link : null)),
      this.alert,
      el("div", { class: "inputs" }, this.x.element, this.h.element),
      bar, this.status,
      el("div", { class: "cards" }, ...this.cards.map((card) => card.element)),
      section("apart", "Do these numbers tell them apart?", this.apart.element),
      section("controls", "What is meant", this.controls.element),
      section("gradients", "Gradients", this.gradients.element),
      section("code", "The same in code", this.code.element),
      section("quiz", "Can you tell?", this.quiz.element),
      el("datalist", { id: "tapwise-origins" }, el("option", { value: "corner" }), el("option", { value: "centre" })),
    ];
  }

  /** Change some fields of the state, or all of them; what cannot be is said, and nothing changes.
   * @param {Record<string, string>} changes @param {boolean} [all] */
  set(changes, all = false) {
    try {
      const ndim = String(this.state.ndim);
      this.state = fromFields(all ? changes : { ...toFields(this.state), ndim, ...changes });
      this.alert.textContent = "";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.alert.textContent = error.message;
    }
    this.refresh();
  }

  /** Compute and draw everything. */
  refresh() {
    const { state } = this;
    const labelling = {
      textbook: state.labels === "textbook", columnFirst: state.order === "column",
      originX: origin(state.originX, state.x.shape), originH: origin(state.originH, state.h.shape),
    };
    /** @type {(Computed | string)[]} */
    this.computed = OPERATORS.map((operator) => {
      try {
        const plan = planOf(state, operator);
        return { plan, steps: new Steps(plan, state.x, state.h), labels: new Labels(plan, labelling) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return error.message;
      }
    });
    const found = this.computed.find((computed) => typeof computed !== "string");
    this.shape = found && typeof found !== "string" ? found.steps.shape : state.x.shape.map(() => 0);
    state.at = this.shape.map((n, axis) => Math.max(Math.min(state.at[axis] ?? 0, n - 1), 0));
    this.labels = found && typeof found !== "string" ? found.labels : new Labels({ axes: [], folds: [] }, labelling);
    this.#drawInputs();
    this.cards.forEach((card, place) => card.draw(this.computed?.[place] ?? "", this.levels));
    this.controls.update(state);
    if (this.dimensions) this.dimensions.value = String(state.ndim);
    if (this.slider) this.slider.max = String(Math.max(this.shape.reduce((a, b) => a * b, 1) - 1, 0));
    this.#panels();
    this.apart.draw(state);
    this.input = null;
    this.#view();
  }

  #drawInputs() {
    const { state } = this;
    const labels = /** @type {Labels} */ (this.labels);
    // x is shown with what stands around it, as far as an operator reads there.
    const low = state.x.shape.map(() => 0);
    const high = state.x.shape.map((n) => n - 1);
    for (const computed of this.computed ?? [])
      if (typeof computed !== "string")
        computed.plan.axes.forEach((axis, a) => {
          const [first, last] = reach(axis);
          low[a] = Math.max(Math.min(low[a], first), -MARGIN);
          high[a] = Math.min(Math.max(high[a], last), axis.n - 1 + MARGIN);
        });
    const around = state.x.shape.map((n, a) => {
      const [below, above] = sides(along(state.axes.map((axis) => axis.boundary), a));
      return { n, below, above };
    });
    const read = (/** @type {number[]} */ index) =>
      reading(index.map((i, a) => ({ side: sideOf(around[a], i), source: source(around[a], i) })), state.x);
    const shade = shading(state.x.data);
    this.x.draw(state.x, {
      low, high, shade: (index) => shade(read(index).value), header: (axis, i) => shown(labels.x(axis, i)),
      text: (index) => { const { status, value } = read(index); return status === "outside" ? "" : shown(value, 4); },
      name: (index) => {
        const { status, sample, value } = read(index);
        const place = `x[${labels.name("x", index)}]`;
        if (status === "sample") return `${place} = ${shown(value)}`;
        if (status === "outside") return `outside x at ${place}: nothing`;
        return `outside x at ${place}: ${sample ? `x[${labels.name("x", sample)}] again, ` : ""}${shown(value)}`;
      },
    });
    this.h.draw(state.h, {
      header: (axis, i) => shown(labels.h(axis, i)),
      name: (index) => `h[${labels.name("h", index)}] = ${shown(valueAt(state.h, index))}`,
    });
  }

  #panels() {
    const place = OPERATORS.findIndex(({ id }) => id === this.state.op);
    const computed = this.computed?.[place] ?? "";
    this.gradients.draw(computed, this.state.dy, OPERATORS[place].title);
    this.code.draw(computed, words(this.state, OPERATORS[place]), OPERATORS[place].title);
  }

  /** Look at an output of an operator. @param {string} op @param {number[]} index @param {boolean} hover */
  #look(op, index, hover) {
    if (hover && this.pinned) return;
    const changed = op !== this.state.op;
    this.state.op = op;
    this.state.at = index;
    this.input = null;
    if (changed) this.#panels();
    this.#later();
  }

  /** Look at an input. @param {number[]} index @param {boolean} hover */
  #point(index, hover) {
    if (hover && this.pinned) return;
    this.input = index;
    this.#later();
  }

  /** @param {string} op @param {number[]} index */
  #pin(op, index) {
    this.pinned = !(this.pinned && this.pinnedAt === `${op} ${index}`);
    this.pinnedAt = `${op} ${index}`;
    this.#look(op, index, false);
  }

  /** @param {number} place  an output, counted flat */
  #step(place) {
    const shape = this.shape ?? [];
    const count = shape.reduce((a, b) => a * b, 1);
    let rest = Math.max(Math.min(place, count - 1), 0);
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    this.#look(this.state.op, index, false);
  }

  #play() {
    const playing = this.timer !== undefined;
    clearInterval(this.timer);
    this.timer = playing ? undefined : window.setInterval(() => {
      const place = Number(this.slider?.value);
      if (place >= Number(this.slider?.max)) this.#play();
      else this.#step(place + 1);
    }, 700);
    this.play?.setAttribute("aria-pressed", String(!playing));
    if (this.play) this.play.textContent = playing ? "Play" : "Pause";
    if (!playing && Number(this.slider?.value) >= Number(this.slider?.max)) this.#step(0);
  }

  /** @param {number} ndim */
  #dimensions(ndim) {
    this.kept = { ...this.kept, [this.state.ndim]: { x: text(this.state.x), h: text(this.state.h) } };
    const one = Object.fromEntries(Object.entries(toFields(this.state)).map(([name, value]) =>
      [name, ["x", "h"].includes(name) ? value : value.split(";")[0]]));
    this.set({ ...one, ox: "corner", oh: "corner", dy: "", at: "", ...EXAMPLES[ndim], ...this.kept[ndim] }, true);
    this.quiz.ask(this.state.ndim);
  }

  /** Show what is in view in the next frame, once. */
  #later() {
    this.waiting ||= requestAnimationFrame(() => { this.waiting = 0; this.#view(); });
  }

  #view() {
    const focus = OPERATORS.findIndex(({ id }) => id === this.state.op);
    this.cards.forEach((card, place) => card.element.classList.toggle("focus", place === focus));
    for (const { id } of OPERATORS) this.x.element.classList.toggle(id, id === this.state.op);
    this.pin?.setAttribute("aria-pressed", String(this.pinned));
    if (this.input) this.#showFeeds(this.input);
    else this.#showOutput(focus);
    this.#remember();
  }

  /** @param {number} focus */
  #showOutput(focus) {
    const output = this.state.at;
    const empty = this.shape?.includes(0);
    this.cards.forEach((card, place) => {
      const computed = this.computed?.[place] ?? "";
      if (typeof computed === "string" || empty) return this.x.grid.box(card.operator.id, "", null, []);
      card.grid.mark([{ index: output, weight: "", name: "", kind: "chosen" }]);
      card.grid.reach(output);
      const ends = computed.plan.axes.map((axis, a) => reach({ ...axis, c: axis.c + axis.s * output[a], m: 1 }));
      return this.x.grid.box(card.operator.id, card.operator.letter, ends.map(([low]) => low), ends.map(([, high]) => high));
    });
    if (this.slider && this.shape) this.slider.value = String(flat(this.shape, output));
    // Long formulas take longer to set than a frame: they wait until the pointer rests.
    clearTimeout(this.formulas);
    const write = () => this.cards.forEach((card) => card.show(empty ? null : output, this.levels));
    if (this.state.h.data.length > FEW) this.formulas = window.setTimeout(write, 80);
    else write();
    const computed = this.computed?.[focus] ?? "";
    if (typeof computed === "string" || empty) {
      this.x.grid.mark([]);
      return this.#say(typeof computed === "string" ? computed : "There are no outputs.");
    }
    const { steps, labels } = computed;
    const terms = steps.terms(output);
    this.x.grid.mark(terms.flatMap((term) => {
      if (!term.position) return [];
      const base = this.x.grid.content?.name(term.position) ?? "";
      const name = `${base} times h[${labels.name("h", term.tap)}] = ${shown(term.weight)}`;
      return [{ index: term.position, weight: `×${shown(term.weight, 3)}`, name, kind: `window ${term.status}` }];
    }));
    return this.#say(`${OPERATORS[focus].title}: ${spoken(labels, output, terms, valueAt(steps.y, output))}`);
  }

  /** @param {number[]} input */
  #showFeeds(input) {
    const inside = input.every((i, axis) => i >= 0 && i < this.state.x.shape[axis]);
    this.x.grid.mark([{ index: input, weight: "", name: "", kind: "chosen" }]);
    const said = this.cards.map((card, place) => {
      this.x.grid.box(card.operator.id, "", null, []);
      const computed = this.computed?.[place] ?? "";
      if (typeof computed === "string" || !inside) { card.grid.mark([]); return ""; }
      const { steps, labels } = computed;
      const feeds = steps.feeds(input);
      card.grid.mark(feeds.map(({ output, tap, direct }) => ({
        index: output, weight: `×${shown(valueAt(steps.h, tap), 3)}`, kind: direct ? "window" : "window boundary",
        name: `y[${labels.name("y", output)}] = ${shown(valueAt(steps.y, output))}, receives x[${labels.name("x", input)}] times h[${labels.name("h", tap)}] = ${shown(valueAt(steps.h, tap))}`,
      })));
      const outputs = [...new Set(feeds.map(({ output }) => `[${labels.name("y", output)}]`))];
      return `${card.operator.title}: ${outputs.length ? outputs.slice(0, 9).join(" ") : "none"}${outputs.length > 9 ? " …" : ""}`;
    });
    const name = this.x.grid.content?.name(input) ?? "";
    this.#say(inside ? `${name} feeds the outputs of ${said.filter(Boolean).join(", of ")}` : name);
  }

  /** End what would go on without the page. */
  close() {
    clearInterval(this.timer);
    clearTimeout(this.resting);
    clearTimeout(this.formulas);
  }

  /** @param {string} said */
  #say(said) {
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  /** Tell the address, and whoever listens, when things have come to rest. */
  #remember() {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.#write(), 300);
  }

  #write() {
    if (this.setting.address) {
      this.written = `#${fragment(this.state)}`;
      if (location.hash !== this.written) history.replaceState(null, "", this.written);
    }
    this.setting.changed?.(toFields(this.state));
  }
}
