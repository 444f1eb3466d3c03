// The equation: output o, tap t and input i meet along an axis when u·i = s·o + c + d·t.
// From the words of a convention and two lengths to its whole numbers, the two turns, and what the boundaries answer.

/** @typedef {{rule: string, value: number}} Boundary */
/** @typedef {{n: number, k: number, m: number, u: number, s: number, c: number, d: number, below: Boundary,
 *             above: Boundary}} Axis */
/** @typedef {{lead: number, n: number, trail: number, below: Boundary, above: Boundary}} Fold */
/** @typedef {{axes: Axis[], folds: (Fold | null)[]}} Plan */
/** One value for all axes, or one each. @template T @typedef {T | T[]} PerAxis */
/** @typedef {{operator: PerAxis<string>, output: PerAxis<string>, size: PerAxis<string>, anchor: PerAxis<string>,
 *             boundary: PerAxis<string>, stride: PerAxis<number>, dilation: PerAxis<number>, spread: PerAxis<number>,
 *             operands: string}} Words */

/** @type {Boundary} */
export const ZERO = { rule: "zero", value: 0 };
const SAMPLELESS = ["zero", "constant"];

/** An input that leaves nothing to compute; its message says why and what to do. */
export class Refusal extends Error {}

/** @param {number} a @param {number} b */
const floor = (a, b) => Math.floor(a / b);
/** @param {number} a @param {number} b */
const ceil = (a, b) => -Math.floor(-a / b);
/** @param {number} a @param {number} b */
const modulo = (a, b) => a - b * Math.floor(a / b);

/** @template T @param {PerAxis<T>} value @param {number} index @returns {T} */
export const along = (value, index) => (Array.isArray(value) ? value[value.length > 1 ? index : 0] : value);

/** The number that "7", "-0.5" or "1/3" spells; NaN if it spells none. @param {string} text */
export function number(text) {
  const found = /^([+-]?[\d.]+(?:e[+-]?\d+)?)(?:\/(\d+))?$/i.exec(text.replace("−", "-").trim());
  return found ? Number(found[1]) / Number(found[2] ?? 1) : NaN;
}

/** @param {string} text @returns {Boundary} */
function side(text) {
  const constant = /^constant\((.*)\)$/.exec(text.trim());
  const value = constant ? number(constant[1]) : 0;
  if (Number.isNaN(value)) throw new Refusal(`The boundary ${text} needs a number, such as constant(7).`);
  return constant && value ? { rule: "constant", value } : { rule: constant ? "zero" : text.trim(), value: 0 };
}

/** The rules below and above an axis. @param {string} text @returns {[Boundary, Boundary]} */
export function sides(text) {
  const [below, above] = text.split("|");
  return [side(below), side(above ?? below)];
}

/** The index that an anchor picks among `count` taps, or samples. @param {string} rule @param {number} count */
function picked(rule, count) {
  const found = /^(first|low|high|last)([+-]\d+)?/.exec(rule);
  if (!found) throw new Refusal(`The anchor ${rule} is not one: write low, high, first, last, or low+1.`);
  const base = { first: 0, low: floor(count - 1, 2), high: floor(count, 2), last: count - 1 }[found[1]] ?? 0;
  const at = base + Number(found[2] ?? 0);
  if (at < 0 || at >= count) throw new Refusal(`The anchor ${rule} is ${at}, beside the taps 0 to ${count - 1}.`);
  return at;
}

/** The length of n samples with u-1 gaps between neighbours. @param {number} n @param {number} u */
const spreadLength = (n, u) => (n ? (n - 1) * u + 1 : 0);

/** How far the window's range exceeds the signal at its two ends.
 * @param {Words} words @param {number} index @param {number} n @param {number} k @returns {[number, number]} */
function extent(words, index, n, k) {
  const flipped = along(words.operator, index) === "convolution";
  const [dilation, spread, stride] = [words.dilation, words.spread, words.stride].map((w) => along(w, index));
  const [length, reach, size, anchor] =
    [spreadLength(n, spread), dilation * (k - 1), along(words.size, index), along(words.anchor, index)];
  const inSamples = anchor.endsWith("in samples");
  const [rule, ...numbers] = size.split(/[(),]/).map((part) => part.trim());
  if (rule === "valid") return [0, 0];
  if (rule === "pads") return [Number(numbers[0]), Number(numbers[1])];
  if (rule === "full") return n ? [reach, reach] : [0, reach];
  if (rule === "same" || (rule === "longest" && length > reach)) {
    const at = picked(anchor, inSamples ? reach + 1 : k) * (inSamples ? 1 : dilation);
    const low = flipped ? reach - at : at;
    return [low, reach - low];
  }
  if (rule === "longest") { // the signal is the shorter one: the rule picks one of its samples
    if (!n) return [0, reach];
    const low = reach - picked(anchor, inSamples ? length : n) * (inSamples ? 1 : spread);
    return [low, 2 * reach + 1 - length - low];
  }
  if (rule === "lags") {
    let [first, last] = [Number(numbers[0]), Number(numbers[1])];
    if (along(words.output, index) === "reversed") [first, last] = [-last, -first];
    const low = flipped ? reach - first : -first;
    return [low, last - first + 1 - length - low + reach];
  }
  const outputs = ceil(length, stride); // same-upper, same-lower
  const total = Math.max((outputs - 1) * stride + reach + 1 - length, 0);
  const low = rule === "same-upper" ? floor(total, 2) : total - floor(total, 2);
  return [low, total - low];
}

/** The lowest and the highest input position that an axis' outputs read. @param {Axis} axis @returns {[number, number]} */
export function reach({ m, k, u, s, c, d }) {
  if (!m || !k) return [0, -1];
  const ends = [0, m - 1].flatMap((o) => [0, k - 1].map((t) => s * o + c + d * t));
  return [ceil(Math.min(...ends), u), floor(Math.max(...ends), u)];
}

/** @param {Words} words @param {number} index @param {number} n @param {number} k @param {boolean} longer @returns {Axis} */
function axis(words, index, n, k, longer) {
  const [dilation, spread, stride] = [words.dilation, words.spread, words.stride].map((w) => along(w, index));
  const size = along(words.size, index);
  const [length, far] = [spreadLength(n, spread), dilation * (k - 1)];
  let [lo, hi] = extent(words, index, n, k);
  let [below, above] = sides(along(words.boundary, index));
  if (longer && size === "valid") { // the kernel is the signal: windows that hold all of x, nothing beside it is read
    lo = hi = far + 1 - length;
    below = above = ZERO;
  }
  let windows = length + lo + hi - far;
  if (windows < 1) {
    if (size === "valid" || size.startsWith("pads"))
      throw new Refusal(
        `No window fits along axis ${index}: h has ${k} taps${far + 1 > k ? ` that span ${far + 1} samples` : ""}, ` +
        `x has ${n} samples. Choose size full or same, or a shorter kernel.`,
      );
    windows = 0;
  }
  const flipped = along(words.operator, index) === "convolution";
  let [s, c, d] = flipped ? [stride, far - lo, -dilation] : [stride, -lo, dilation];
  if (along(words.output, index) === "reversed") {
    c += Math.max(windows - 1, 0);
    s = -stride;
  }
  const made = { n, k, m: ceil(windows, stride), u: spread, s, c, d, below, above };
  const [low, high] = reach(made);
  return { ...made, below: low < 0 ? below : ZERO, above: high >= n ? above : ZERO };
}

/** The forward plan of a convention for a signal and a kernel of these lengths.
 * @param {Words} words @param {number[]} inputs @param {number[]} kernel @returns {Plan} */
export function forward(words, inputs, kernel) {
  const longer = words.operands === "longer-first" && kernelIsLonger(words, inputs, kernel);
  return {
    axes: inputs.map((n, index) => axis(words, index, n, kernel[index], longer)),
    folds: inputs.map(() => null),
  };
}

/** @param {Words} words @param {number[]} inputs @param {number[]} kernel */
function kernelIsLonger(words, inputs, kernel) {
  const lengths = inputs.map((n, index) => spreadLength(n, along(words.spread, index)));
  const spans = kernel.map((k, index) => along(words.dilation, index) * (k - 1) + 1);
  if (lengths.every((n, index) => n >= spans[index])) return false;
  if (lengths.every((n, index) => n <= spans[index])) return true;
  if (inputs.every((_, index) => along(words.size, index) !== "valid")) return true;
  throw new Refusal("Neither x nor h is the longer along every axis. Choose size full or same, or operands as given.");
}

/** The relation solved for the input: what each input receives from the outputs it feeds. @param {Plan} plan @returns {Plan} */
export function inputTurn(plan) {
  const turned = plan.axes.map((a) => {
    const [low, high] = reach(a);
    const lead = SAMPLELESS.includes(a.below.rule) ? 0 : Math.max(-low, 0);
    const trail = SAMPLELESS.includes(a.above.rule) ? 0 : Math.max(high - a.n + 1, 0);
    const c = -a.c - a.u * lead;
    const sign = a.s > 0 ? 1 : -1;
    /** @type {Axis} */
    const made = {
      n: a.m, k: a.k, m: a.n + lead + trail, u: sign * a.s, s: sign * a.u, c: sign * c, d: -sign * a.d,
      below: ZERO, above: ZERO,
    };
    return { made, fold: lead || trail ? { lead, n: a.n, trail, below: a.below, above: a.above } : null };
  });
  return { axes: turned.map((t) => t.made), folds: turned.map((t) => t.fold) };
}

/** The relation solved for the kernel: stride and dilation trade places. @param {Plan} plan @returns {Plan} */
export function kernelTurn(plan) {
  return { axes: plan.axes.map((a) => ({ ...a, k: a.m, m: a.k, s: a.d, d: a.s })), folds: plan.axes.map(() => null) };
}

/** The taps in the order of the input positions they read. @param {Axis} axis */
export function windowOf({ k, d }) {
  return Array.from({ length: k }, (_, t) => (d > 0 ? t : k - 1 - t));
}

/** The input position that output o reads through tap t; null between two inputs.
 * @param {Axis} axis @param {number} o @param {number} t */
export function position({ u, s, c, d }, o, t) {
  const at = s * o + c + d * t;
  return modulo(at, u) ? null : floor(at, u);
}

/** The boundary that answers for position i; null for a sample.
 * @param {{n: number, below: Boundary, above: Boundary}} axis @param {number} i */
export const sideOf = ({ n, below, above }, i) => (i < 0 ? below : i >= n ? above : null);

/** The sample that stands at position i; null where a boundary reads none.
 * @param {{n: number, below: Boundary, above: Boundary}} axis @param {number} i */
export function source(axis, i) {
  const boundary = sideOf(axis, i);
  const n = axis.n;
  if (!boundary) return i;
  if (SAMPLELESS.includes(boundary.rule)) return null;
  if (boundary.rule === "edge") return i < 0 ? 0 : n - 1;
  if (boundary.rule === "wrap") return modulo(i, n);
  if (boundary.rule === "symmetric") return Math.min(modulo(i, 2 * n), 2 * n - 1 - modulo(i, 2 * n));
  const period = Math.max(2 * (n - 1), 1); // reflect101: the outermost sample is not repeated
  const j = modulo(i, period);
  return n > 1 ? Math.min(j, period - j) : 0;
}

/** [index in the extended array, sample it is added to] for all that lies outside. @param {Fold} fold */
export function foldPairs(fold) {
  const { lead, n, trail } = fold;
  const outside = [...Array(lead).keys(), ...Array.from({ length: trail }, (_, j) => lead + n + j)];
  return outside.flatMap((e) => {
    const j = source(fold, e - lead);
    return j === null ? [] : [[e, j]];
  });
}
