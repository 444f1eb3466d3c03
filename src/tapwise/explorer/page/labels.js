// What an index is called: counted from 0, or from an origin as textbooks do; row first or column first.

/** @typedef {import("./relation.js").Axis} Axis */
/** @typedef {import("./relation.js").Plan} Plan */
/** @typedef {{textbook: boolean, columnFirst: boolean, originX: number[], originH: number[]}} Labelling */
/** u·i = sign·m + constant + d·k, in labels. @typedef {{u: number, sign: number, constant: number, d: number}} Law */

/** The labels of one operator's three arrays. */
export class Labels {
  /** @param {Plan} plan @param {Labelling} labelling */
  constructor(plan, labelling) {
    this.plan = plan;
    this.labelling = labelling;
    /** How far array position 0 of the output is from the label, and which way labels run. */
    this.laws = plan.axes.map((axis, index) => this.#law(axis, index));
  }

  /** @param {Axis} axis @param {number} index @returns {Law} */
  #law(axis, index) {
    const { u, s, c, d } = axis;
    if (this.labelling.textbook) return { u, sign: s > 0 ? 1 : -1, constant: 0, d };
    const lead = this.plan.folds[index]?.lead ?? 0; // a folded output is counted from its first sample
    return { u, sign: s, constant: c + s * lead, d };
  }

  /** The label of position i of x along an axis. @param {number} axis @param {number} i */
  x = (axis, i) => (this.labelling.textbook ? i - this.labelling.originX[axis] : i);

  /** The label of tap t along an axis. @param {number} axis @param {number} t */
  h = (axis, t) => (this.labelling.textbook ? t - this.labelling.originH[axis] : t);

  /** The label of output o along an axis. @param {number} axis @param {number} o */
  y = (axis, o) => {
    if (!this.labelling.textbook) return o;
    const { s, c, u, d } = this.plan.axes[axis];
    const m = s * o + c - u * this.labelling.originX[axis] + d * this.labelling.originH[axis];
    return s > 0 ? m : -m;
  };

  /** One label for each axis, in the order in which they are read. @template T @param {T[]} perAxis @returns {T[]} */
  ordered = (perAxis) => (this.labelling.columnFirst ? perAxis.toReversed() : perAxis);

  /** The label of a whole index, "1,0". @param {"x" | "h" | "y"} array @param {number[]} index */
  name = (array, index) => this.ordered(index.map((i, axis) => this[array](axis, i))).join(",").replaceAll("-", "−");
}

/** The position of index 0 along each axis, from "corner", "centre" or "1,2".
 * @param {string} rule @param {number[]} shape @returns {number[]} */
export function origin(rule, shape) {
  if (rule === "corner") return shape.map(() => 0);
  if (rule === "centre") return shape.map((n) => Math.floor(n / 2));
  const given = rule.split(",").map(Number);
  return shape.map((_, axis) => given[given.length > 1 ? axis : 0] ?? 0);
}
