// What the numbers in view cannot tell apart, the fewest numbers to change so that they can, and the kernel's even and
// odd part. The readings are those of Python (explanation/readings.py), in its order.
import { at, equal, flat, indices, made, put } from "./arrays.js";
import { Refusal, along, forward } from "./relation.js";
import { words } from "./state.js";
import { Steps } from "./steps.js";

/** @typedef {import("./arrays.js").Numbers} Numbers */
/** @typedef {import("./state.js").State} State */
/** A number of x or h, and what would stand in its place.
 * @typedef {{array: "x" | "h", index: number[], old: number, new: number}} Edit */
/** @typedef {{whole: Numbers, even: Numbers, odd: Numbers}} Parts */

const BOTH = ["convolution", "cross-correlation"];
/** By how much a number is changed; how many changes of one number, and of two, are tried; how many products may be
 * spent on that. */
const STEPS = [1, -1, 2];
const TRIES = 400;
const WORK = 4e5;

/** @param {Numbers} y @param {(value: number) => number} change @returns {Numbers} */
const mapped = (y, change) => ({ shape: y.shape, data: y.data.map((value) => change(value) + 0) });

/** @param {Numbers} y @returns {Numbers} */
const backwards = (y) => ({ shape: y.shape, data: y.data.toReversed() });

/** The result where each axis has an operator of its own; null where the shapes rule it out.
 * @param {State} state @param {string[]} operators */
function result(state, operators) {
  const said = operators.map((operator) => words(state, { operator, output: "forward" }));
  const anchor = operators.map((_, axis) => String(along(said[axis].anchor, axis)));
  try {
    return new Steps(forward({ ...said[0], operator: operators, anchor }, state.x.shape, state.h.shape), state.x, state.h).y;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What each reading of "slide a kernel over it" makes of x and h, by name. @param {State} state
 * @returns {Generator<[string, Numbers]>} */
export const readings = (state) => each(state);

/** @param {State} state @returns {Generator<[string, Numbers]>} */
function* each(state) {
  const { ndim, x, h } = state;
  /** @type {Record<string, Numbers>} */
  const results = {};
  const all = (/** @type {string} */ operator) => Array(ndim).fill(operator);
  for (const operator of BOTH) {
    const y = result(state, all(operator));
    if (y) yield [operator, (results[operator] = y)];
  }
  if (ndim === 2)
    for (const axis of [0, 1]) {
      const y = result(state, axis === 0 ? BOTH : BOTH.toReversed());
      if (y) yield [`flipping along axis ${axis} only`, y];
    }
  for (const operator of BOTH) {
    if (ndim === 2 && h.shape[0] === h.shape[1]) {
      const y = result({ ...state, h: made(h.shape, ([a, b]) => at(h, [b, a])) }, all(operator));
      if (y) yield [`${operator} with the kernel transposed`, y];
    }
    const y = results[operator];
    if (!y) continue;
    yield [`minus ${operator}`, mapped(y, (value) => -value)];
    yield [`${operator} read backwards`, backwards(y)];
    if (y.data.length > 1 && y.shape.join() === x.shape.join())
      for (let axis = 0; axis < ndim; axis++)
        yield [`${operator} moved by one sample along axis ${axis}`, made(y.shape, (index) =>
          (index[axis] ? y.data[flat(y.shape, index.map((i, a) => (a === axis ? i - 1 : i)))] : 0))];
  }
}

/** What cannot be told apart, in words. @param {State} state @returns {string[]} */
export function remarks(state) {
  const found = new Map(readings(state));
  const [convolution, correlation] = BOTH.map((name) => found.get(name));
  if (!convolution?.data.length || !correlation) return [];
  const told = [];
  const lag = backwards(correlation);
  const same = equal(convolution, correlation);
  if (same) told.push("Convolution and cross-correlation give the same numbers here.");
  else if (equal(convolution, mapped(correlation, (value) => -value))) told.push("Here convolution is cross-correlation with a minus sign.");
  if (equal(correlation, lag)) told.push("The cross-correlation reads the same backwards, so it equals the reflected lag.");
  else if (equal(convolution, lag)) told.push("Here convolution equals the reflected lag.");
  if (equal(convolution, backwards(convolution)) && !same) told.push("The convolution reads the same backwards.");
  for (const operator of BOTH)
    for (const [name, y] of found)
      if (/flipping|transposed|moved/.test(name) && !(same && operator === BOTH[1]) && equal(/** @type {Numbers} */ (found.get(operator)), y))
        told.push(`${operator[0].toUpperCase()}${operator.slice(1)} gives the same as ${name}.`);
  return told;
}

/** Whether no two readings give the same numbers. @param {State} state */
function toldApart(state) {
  /** @type {Numbers[]} */
  const found = [];
  for (const [, y] of readings(state)) {
    if (found.some((other) => equal(other, y))) return false;
    found.push(y);
  }
  return found.length > 3;
}

/** The arrays with numbers changed. @param {State} state @param {Edit[]} edits @returns {State} */
export const edited = (state, edits) =>
  edits.reduce((changed, { array, index, new: value }) => ({ ...changed, [array]: put(changed[array], index, value) }), state);

/** The fewest numbers to change, a tap rather than a sample, so that all readings differ; null where none is found.
 * @param {State} state @returns {Edit[] | null} */
export function leastChange(state) {
  const { x, h } = state;
  if (h.data.length < 2) return null; // one tap has nothing to flip
  const tries = Math.max(8, Math.min(TRIES, Math.floor(WORK / (x.data.length * h.data.length))));
  const places = [.../** @type {const} */ (["h", "x"])].flatMap((array) => indices(state[array].shape).map((index) => ({ array, index })));
  const edit = (/** @type {{array: "x" | "h", index: number[]}} */ place, /** @type {number} */ step) => {
    const old = at(state[place.array], place.index);
    return { ...place, old, new: old + step };
  };
  const one = STEPS.flatMap((step) => places.map((place) => [edit(place, step)]));
  for (const edits of one.slice(0, tries)) if (toldApart(edited(state, edits))) return edits;
  let left = tries;
  for (const [first, place] of places.entries())
    for (const step of STEPS)
      for (const other of places.slice(first + 1))
        for (const otherStep of STEPS) {
          if (!left--) return null;
          const edits = [edit(place, step), edit(other, otherStep)];
          if (toldApart(edited(state, edits))) return edits;
        }
  return null;
}

/** The kernel as the sum of its even and its odd part, and what convolution makes of each, if cross-correlation makes the
 * same of the even part and the opposite of the odd one, as it does where both windows lie on the same samples.
 * @param {State} state @returns {{kernel: Parts, results: Parts | null}} */
export function parity(state) {
  const { h } = state;
  const turned = backwards(h);
  const kernel = {
    whole: h, even: made(h.shape, (_, place) => (h.data[place] + turned.data[place]) / 2),
    odd: made(h.shape, (_, place) => (h.data[place] - turned.data[place]) / 2),
  };
  const by = (/** @type {string} */ operator, /** @type {Numbers} */ part) => result({ ...state, h: part }, Array(state.ndim).fill(operator));
  const [whole, even, odd] = [kernel.whole, kernel.even, kernel.odd].map((part) => by(BOTH[0], part));
  const [otherEven, otherOdd] = [kernel.even, kernel.odd].map((part) => by(BOTH[1], part));
  const agree = even && otherEven && odd && otherOdd && near(even, otherEven) && near(odd, mapped(otherOdd, (value) => -value));
  return { kernel, results: whole && agree ? { whole, even, odd } : null };
}

/** Whether two results differ by rounding at most. @param {Numbers} a @param {Numbers} b */
function near(a, b) {
  const most = Math.max(...a.data.map(Math.abs), 0);
  return a.data.every((value, place) => Math.abs(value - b.data[place]) <= 1e-9 * most);
}
