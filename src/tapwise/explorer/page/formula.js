// One formula in three levels, as MathML: symbols, indices, numbers.
import { factor, shown } from "./arrays.js";
import { used } from "./steps.js";

/** @typedef {import("./labels.js").Labels} Labels */
/** @typedef {import("./labels.js").Law} Law */
/** @typedef {import("./steps.js").Term} Term */
/** The letters of the three arrays, and of their indices, axis by axis as they are read.
 * @typedef {{x: string, h: string, y: string, i: string[], k: string[], m: string[]}} Letters */

/** @type {Letters} */
export const USUAL = { x: "x", h: "h", y: "y", i: ["i", "j"], k: ["k", "l"], m: ["m", "n"] };
/** Terms shown of a long sum: as many at its head and at its tail. */
export const FOLD = { head: 9, tail: 2 };

/** @param {string} content */
export const math = (content) => `<math>${content}</math>`;
/** @param {string} symbol */
const mo = (symbol) => (symbol === "+" ? `<mo form="infix" lspace="0" rspace="0.22em">+</mo>` : `<mo${/[[\]()]/.test(symbol) ? ' stretchy="false"' : ""}>${symbol}</mo>`);
/** @param {string} letters */
const mi = (letters) => letters.split(/(?<=∂)/).map((letter) => `<mi>${letter}</mi>`).join("");
/** @param {number} value */
const mn = (value) => (value < 0 ? `<mrow>${mo("−")}<mn>${shown(-value)}</mn></mrow>` : `<mn>${shown(value)}</mn>`);
/** @param {number} value */
const bracketed = (value) => (value < 0 ? `<mrow>${mo("(")}${mn(value)}${mo(")")}</mrow>` : mn(value));
/** @param {string} array @param {string[]} parts */
const element = (array, parts) => `<mrow>${mi(array)}${mo("[")}${parts.join(mo(","))}${mo("]")}</mrow>`;

/** A sum of symbols with whole coefficients, what is positive first: [[1, "m"], [-1, "i"], [2, ""]] is m + 2 − i.
 * @param {[number, string][]} parts */
function linear(parts) {
  const kept = parts.filter(([coefficient]) => coefficient).sort(([a], [b]) => Math.sign(b) - Math.sign(a));
  const written = kept.map(([coefficient, symbol], place) => {
    const size = Math.abs(coefficient);
    const sign = coefficient < 0 ? `<mo class="sign">−</mo>` : place ? `<mo class="sign">+</mo>` : "";
    return `${sign}${size > 1 || !symbol ? mn(size) : ""}${symbol ? mi(symbol) : ""}`;
  });
  return `<mrow>${written.join("") || mn(0)}</mrow>`;
}

/** The law in symbols: y[m] = Σ x[i] h[m−i], or as a sum over taps where stride of taps or input is not 1.
 * @param {Labels} labels @param {Letters} [letters] */
export function symbols(labels, letters = USUAL) {
  const laws = labels.ordered(labels.laws);
  const axes = laws.map((_, place) => place);
  const overInputs = laws.every(({ u, d }) => u === 1 && Math.abs(d) === 1);
  const sums = axes.map((a) => `<munder>${mo("∑")}${mi((overInputs ? letters.i : letters.k)[a])}</munder>`).join("");
  const [i, k, m] = [letters.i, letters.k, letters.m].map((names) => axes.map((a) => mi(names[a])));
  const product = overInputs
    ? [element(letters.x, i), element(letters.h, laws.map((law, a) => solved(law, letters, a)))]
    : [element(letters.h, k), element(letters.x, laws.map((law, a) => read(law, letters, a)))];
  return `${math(element(letters.y, m) + mo("="))} ${math(sums + product[0] + mo("·"))}${math(product[1])}`;
}

/** The tap that input i meets at output m. @param {Law} law @param {Letters} letters @param {number} a */
function solved({ sign, constant, d }, letters, a) {
  return linear([[-d * sign, letters.m[a]], [d, letters.i[a]], [-d * constant, ""]]);
}

/** The input that tap k reads at output m. @param {Law} law @param {Letters} letters @param {number} a */
function read({ u, sign, constant, d }, letters, a) {
  const whole = linear([[sign, letters.m[a]], [constant, ""], [d, letters.k[a]]]);
  return u === 1 ? whole : `<mrow>${mo("(")}${whole}${mo(")")}${mo("/")}${mn(u)}</mrow>`;
}

/** @param {Labels} labels @param {"x" | "h" | "y"} array @param {string} letter @param {number[]} index */
const indexed = (labels, array, letter, index) =>
  element(letter, labels.ordered(index.map((i, axis) => mn(labels[array](axis, i)))));

/** The terms of a sum, each a math element, so that a long one can be broken between them.
 * @param {Term[]} terms @param {(term: Term) => string} product @param {boolean} everything */
function sum(terms, product, everything) {
  const list = terms.filter(used);
  const long = !everything && list.length > FOLD.head + FOLD.tail + 1;
  const kept = long ? [...list.slice(0, FOLD.head), null, ...list.slice(-FOLD.tail)] : list;
  const pieces = kept.map((term, place) => {
    const plus = place ? mo("+") : "";
    return math(plus + (term ? product(term) : `<mo class="more">⋯</mo>`));
  });
  return pieces.join(" ") || math(mn(0));
}

/** y[1] = x[0]·h[1] + …; a value that the boundary supplied stands where it was read.
 * @param {Labels} labels @param {number[]} output @param {Term[]} terms @param {boolean} everything @param {Letters} [letters] */
export function withIndices(labels, output, terms, everything, letters = USUAL) {
  const product = (/** @type {Term} */ { position, tap }) =>
    indexed(labels, "x", letters.x, position ?? []) + mo("·") + indexed(labels, "h", letters.h, tap);
  return `${math(indexed(labels, "y", letters.y, output) + mo("="))} ${sum(terms, product, everything)}`;
}

/** = 2·(−1) + 1·1 = −1; a value that the boundary supplied stands in square brackets.
 * @param {Term[]} terms @param {number} total @param {boolean} everything */
export function withNumbers(terms, total, everything) {
  const product = (/** @type {Term} */ { status, value, weight }) =>
    (status === "sample" ? bracketed(value) : `<mrow>${mo("[")}${mn(value)}${mo("]")}</mrow>`) + mo("·") + bracketed(weight);
  return `${math(mo("="))} ${sum(terms, product, everything)} ${math(`${mo("=")}<mn class="total">${shown(total)}</mn>`)}`;
}

/** The same in words, for the live region and for print. @param {Labels} labels @param {number[]} output
 * @param {Term[]} terms @param {number} total @param {Letters} [letters] */
export function spoken(labels, output, terms, total, letters = USUAL) {
  const list = terms.filter(used);
  const products = list.map(({ value, weight }) => `${factor(value)}·${factor(weight)}`);
  const long = products.length > 12 ? [...products.slice(0, 9), "…", ...products.slice(-2)] : products;
  const missing = terms.length - list.length;
  const aside = missing ? `, ${missing} ${missing === 1 ? "tap reads" : "taps read"} nothing` : "";
  return `${letters.y}[${labels.name("y", output)}] = ${long.join(" + ") || "0"} = ${shown(total)}${aside}`;
}
