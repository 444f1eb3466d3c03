// A grid of numbers: one tab stop, arrow keys, cells with names, some of them editable; marks and boxes upon it.
import { number } from "./relation.js";
import { el } from "./dom.js";

/** @typedef {{index: number[], weight: string, name: string, kind: string}} Mark */
/** A grid's cells run from `low` to `high` along each axis, inclusive. `inside` tells array elements from what stands
 * around them.
 * @typedef {{low: number[], high: number[], text: (index: number[]) => string, name: (index: number[]) => string,
 *   inside: (index: number[]) => boolean, header: (axis: number, i: number) => string, shade?: (index: number[]) => number}} Content */
/** @typedef {{label: string, letter: string, edit?: (index: number[], value: number) => void,
 *   point?: (index: number[], hover: boolean) => void, pin?: (index: number[]) => void}} Options */

/** Columns from which numbers give way to shades of grey. */
const DENSE = 18;

export class Grid {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    this.table = el("div", {
      role: "grid", "aria-label": options.label, class: "grid", onkeydown: (/** @type {KeyboardEvent} */ e) => this.#key(e),
      onpointerover: (/** @type {PointerEvent} */ e) => this.#point(e), onfocusin: (/** @type {FocusEvent} */ e) => this.#point(e),
      onclick: (/** @type {MouseEvent} */ e) => this.#click(e),
    });
    this.boxes = el("div", { class: "boxes", "aria-hidden": "true" });
    this.board = el("div", { class: "board" }, this.table, this.boxes);
    this.element = el("div", { class: "room" }, this.board);
    /** @type {HTMLElement[][]} */
    this.cells = [];
    /** @type {HTMLElement[]} */
    this.marked = [];
    /** @type {[number, number]} */
    this.current = [0, 0];
    /** The cell that had the focus when the pointer went down on it. @type {HTMLElement | null} */
    this.held = null;
    this.table.addEventListener("pointerdown", () => {
      this.held = this.#focused();
    });
  }

  /** @param {Content} content */
  draw(content) {
    const focused = this.#focused();
    this.content = content;
    const { low, high } = content;
    const ndim = low.length;
    const range = (/** @type {number} */ axis) =>
      axis < 0 ? [0] : Array.from({ length: high[axis] - low[axis] + 1 }, (_, i) => low[axis] + i);
    const [down, across] = [range(ndim - 2), range(ndim - 1)];
    const letter = el("span", { role: "columnheader", class: "head letter" }, this.options.letter);
    const heads = across.map((i) => el("span", { role: "columnheader", class: "head" }, content.header(ndim - 1, i)));
    let longest = 2;
    this.marked = [];
    this.cells = down.map((r) => across.map((c) => {
      const index = ndim === 1 ? [c] : [r, c];
      const inside = content.inside(index);
      const text = content.text(index);
      longest = Math.max(longest, text.length);
      const cell = el("span", { role: "gridcell", class: inside ? "cell" : "cell beyond", tabindex: -1 }, text);
      cell.setAttribute("aria-label", content.name(index));
      if (!this.options.edit || !inside) cell.setAttribute("aria-readonly", "true");
      if (content.shade) cell.style.setProperty("--v", content.shade(index).toFixed(3));
      return cell;
    }));
    const lines = this.cells.map((cells, r) => el("div", { role: "row" },
      ndim === 1 ? el("span", { class: "head", "aria-hidden": "true" })
        : el("span", { role: "rowheader", class: "head" }, content.header(0, down[r])), ...cells));
    this.table.replaceChildren(el("div", { role: "row" }, letter, ...heads), ...lines);
    this.board.style.setProperty("--columns", String(across.length + 1));
    this.board.style.setProperty("--chars", String(longest));
    this.board.classList.toggle("dense", across.length >= DENSE);
    const inRange = (/** @type {number} */ i, /** @type {number} */ n) => Math.min(Math.max(i, 0), n - 1);
    this.current = [inRange(this.current[0], down.length), inRange(this.current[1], across.length)];
    const cell = this.cells[this.current[0]]?.[this.current[1]];
    cell?.setAttribute("tabindex", "0");
    if (focused) cell?.focus({ preventScroll: true });
  }

  /** Put marks on cells, in place of those that were there. @param {Mark[]} marks */
  mark(marks) {
    for (const cell of this.marked) {
      cell.className = cell.classList.contains("beyond") ? "cell beyond" : "cell";
      delete cell.dataset.weight;
      cell.removeAttribute("aria-selected");
      cell.setAttribute("aria-label", this.content?.name(this.#index(cell)) ?? "");
    }
    this.marked = [];
    for (const { index, weight, name, kind } of marks) {
      const cell = this.cell(index);
      if (!cell) continue;
      cell.classList.add(...kind.split(" "));
      if (weight) cell.dataset.weight = weight;
      if (name) cell.setAttribute("aria-label", name);
      if (kind.includes("chosen")) cell.setAttribute("aria-selected", "true");
      this.marked.push(cell);
    }
  }

  /** Draw a box around the cells from `low` to `high`, as far as they are shown.
   * @param {string} key @param {string} letter @param {number[] | null} low @param {number[]} high */
  box(key, letter, low, high) {
    let box = /** @type {HTMLElement | null} */ (this.boxes.querySelector(`.box.${key}`));
    if (!box) {
      box = el("div", { class: `box ${key}` }, el("b", {}, letter));
      this.boxes.append(box);
    }
    const content = this.content;
    if (!low || !content) {
      box.hidden = true;
      return;
    }
    const first = low.map((i, axis) => Math.max(i, content.low[axis]) - content.low[axis]);
    const last = high.map((i, axis) => Math.min(i, content.high[axis]) - content.low[axis]);
    box.hidden = first.some((i, axis) => i > last[axis]);
    const [r, c] = first.length === 1 ? [0, first[0]] : first;
    const [rows, columns] = first.length === 1 ? [1, last[0] - c + 1] : last.map((i, axis) => i - first[axis] + 1);
    for (const [name, value] of Object.entries({ row: r, column: c, tall: rows, wide: columns })) box.style.setProperty(`--${name}`, String(value));
  }

  /** Make a cell the one that the tab key reaches. @param {number[]} index @param {boolean} [focus] */
  reach(index, focus = false) {
    const cell = this.cell(index);
    if (!cell) return;
    this.cells[this.current[0]]?.[this.current[1]]?.setAttribute("tabindex", "-1");
    this.current = this.#place(index);
    cell.setAttribute("tabindex", "0");
    if (focus) cell.focus();
  }

  /** @param {number[]} index @returns {HTMLElement | undefined} */
  cell(index) {
    const [r, c] = this.#place(index);
    return this.cells[r]?.[c];
  }

  /** The element of this grid that has the focus, also where a notebook keeps the page in a shadow tree. */
  #focused() {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (this.table.getRootNode());
    return activeElement && this.table.contains(activeElement) ? /** @type {HTMLElement} */ (activeElement) : null;
  }

  /** @param {number[]} index @returns {[number, number]} */
  #place(index) {
    const from = this.content?.low ?? [];
    return index.length === 1 ? [0, index[0] - from[0]] : [index[0] - from[0], index[1] - from[1]];
  }

  /** @param {Element} cell @returns {number[]} */
  #index(cell) {
    const from = this.content?.low ?? [];
    const r = this.cells.findIndex((cells) => cells[0].parentElement === cell.parentElement);
    const c = this.cells[r].indexOf(/** @type {HTMLElement} */ (cell));
    return from.length === 1 ? [c + from[0]] : [r + from[0], c + from[1]];
  }

  /** @param {Event} event */
  #target(event) {
    return event.target instanceof Element ? event.target.closest(".cell") : null;
  }

  /** @param {Event} event */
  #point(event) {
    const cell = this.#target(event);
    if (!cell) return;
    const index = this.#index(cell);
    if (event.type === "focusin") this.reach(index);
    this.options.point?.(index, event.type === "pointerover");
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const cell = /** @type {HTMLElement | null} */ (this.#target(event));
    if (!cell || cell.querySelector("input")) return;
    if (cell === this.held && this.options.edit) this.#edit(cell, null);
    else this.options.pin?.(this.#index(cell));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const cell = /** @type {HTMLElement | null} */ (this.#target(event));
    if (!cell || cell.querySelector("input") || event.altKey) return;
    const [r, c] = this.current;
    const [rows, columns] = [this.cells.length, this.cells[0].length];
    const all = event.ctrlKey || event.metaKey;
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1], ArrowUp: [r - 1, c], ArrowDown: [r + 1, c],
      Home: [all ? 0 : r, 0], End: [all ? rows - 1 : r, columns - 1], PageUp: [0, c], PageDown: [rows - 1, c],
    });
    const to = moves[event.key];
    if (to) {
      event.preventDefault();
      this.cells[to[0]]?.[to[1]]?.focus();
    } else if (event.key === "Enter" || event.key === "F2" || event.key === " ") {
      event.preventDefault();
      if (this.options.edit) this.#edit(cell, null);
      else this.options.pin?.(this.#index(cell));
    } else if (/^[-\d.]$/.test(event.key) && !all && this.options.edit) {
      event.preventDefault();
      this.#edit(cell, event.key);
    }
  }

  /** Let the user write the cell's number. @param {HTMLElement} cell @param {string | null} typed */
  #edit(cell, typed) {
    const index = this.#index(cell);
    if (!this.content?.inside(index)) return;
    const before = cell.textContent ?? "";
    const input = el("input", { "aria-label": `${this.content.name(index)}, new value`, inputmode: "decimal", class: "edit" });
    input.value = typed ?? before;
    let open = true; // taking the input away makes it lose the focus, which must not end it a second time
    const end = (/** @type {boolean} */ keep) => {
      if (!open) return;
      open = false;
      const value = number(input.value);
      cell.textContent = before;
      if (keep && Number.isFinite(value)) this.options.edit?.(index, value);
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.stopPropagation();
      end(event.key === "Enter");
      this.cell(index)?.focus();
    });
    input.addEventListener("blur", () => end(true));
    cell.replaceChildren(input);
    input.focus();
    if (typed === null) input.select();
  }
}
