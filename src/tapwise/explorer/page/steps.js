// Steps: every (tap, input) pair that an output looks at, its numbers, and what became of it; and the way back.
import { at, indices, made } from "./arrays.js";
import { foldPairs, position, sideOf, source, windowOf } from "./relation.js";

/** @typedef {import("./relation.js").Plan} Plan */
/** @typedef {import("./relation.js").Boundary} Boundary */
/** @typedef {import("./arrays.js").Numbers} Numbers */
/** One axis' share of a pair. @typedef {{tap: number, position: number | null, source: number | null,
 *    side: Boundary | null}} Look */
/** What can become of a pair: its sample is used; the boundary put a sample, or a constant there; nothing is there; the
 * tap falls between two samples. @typedef {"sample" | "boundary" | "constant" | "outside" | "between"} Status */
/** @typedef {{tap: number[], position: number[] | null, sample: number[] | null, status: Status, weight: number,
 *             value: number, product: number}} Term */
/** @typedef {{output: number[], tap: number[], direct: boolean}} Feed */

/** The steps of one plan on given numbers. */
export class Steps {
  /** @param {Plan} plan @param {Numbers} x @param {Numbers} h */
  constructor(plan, x, h) {
    this.plan = plan;
    this.x = x;
    this.h = h;
    this.shape = plan.axes.map((axis, index) => plan.folds[index]?.n ?? axis.m);
    /** What each output looks at along each axis. */
    this.looks = plan.axes.map((_, index) => Array.from({ length: this.shape[index] }, (_, o) => looks(plan, index, o)));
    this.y = made(this.shape, (output) => this.total(output));
  }

  /** Every pair of one output, in the order of summing. @param {number[]} output @returns {Term[]} */
  terms(output) {
    /** @type {Look[][]} */
    let combined = [[]];
    output.forEach((o, axis) => {
      combined = combined.flatMap((before) => this.looks[axis][o].map((look) => [...before, look]));
    });
    return combined.map((pair) => this.#term(pair));
  }

  /** @param {number[]} output */
  total(output) {
    return this.terms(output).reduce((sum, term) => (used(term) ? sum + term.product : sum), 0);
  }

  /** The outputs that an input feeds, through which tap, and whether directly or by a boundary that reads it again.
   * @param {number[]} input @returns {Feed[]} */
  feeds(input) {
    const perAxis = input.map((i, axis) =>
      this.looks[axis].flatMap((found, output) =>
        found.filter((look) => look.source === i).map(({ tap, side }) => ({ output, tap, direct: !side }))));
    return indices(perAxis.map((feeds) => feeds.length)).map((choice) => {
      const chosen = choice.map((place, axis) => perAxis[axis][place]);
      return { output: chosen.map((f) => f.output), tap: chosen.map((f) => f.tap), direct: chosen.every((f) => f.direct) };
    });
  }

  /** @param {Look[]} pair @returns {Term} */
  #term(pair) {
    const tap = pair.map((look) => look.tap);
    const weight = at(this.h, tap);
    const nothing = { tap, sample: null, weight, value: 0, product: 0 };
    const places = pair.flatMap((look) => (look.position === null ? [] : [look.position]));
    if (places.length < pair.length) return { ...nothing, position: null, status: "between" };
    const found = reading(pair, this.x);
    const product = found.status === "outside" ? 0 : weight * found.value;
    return { tap, position: places, weight, product, ...found };
  }
}

/** What stands at a position: of several sides zero beats a constant, and the last axis' constant the others.
 * @param {{side: Boundary | null, source: number | null}[]} axes @param {Numbers} x
 * @returns {{status: Status, sample: number[] | null, value: number}} */
export function reading(axes, x) {
  if (axes.some(({ side }) => side?.rule === "zero")) return { status: "outside", sample: null, value: 0 };
  const constant = axes.findLast(({ side }) => side?.rule === "constant")?.side;
  if (constant) return { status: "constant", sample: null, value: constant.value };
  const sample = axes.map(({ source }) => source ?? 0);
  return { status: axes.some(({ side }) => side) ? "boundary" : "sample", sample, value: at(x, sample) };
}

/** Whether a pair adds a product. @param {Term} term */
export const used = (term) => term.status !== "outside" && term.status !== "between";

/** @param {Plan} plan @param {number} index @param {number} output @returns {Look[]} */
function looks(plan, index, output) {
  const axis = plan.axes[index];
  const fold = plan.folds[index];
  // Of a folded output, all that folds onto it.
  const places = fold
    ? [fold.lead + output, ...foldPairs(fold).filter(([, j]) => j === output).map(([e]) => e)].sort((a, b) => a - b)
    : [output];
  return places.flatMap((o) => windowOf(axis).map((tap) => {
    const i = position(axis, o, tap);
    return i === null
      ? { tap, position: null, source: null, side: null }
      : { tap, position: i, source: source(axis, i), side: sideOf(axis, i) };
  }));
}
